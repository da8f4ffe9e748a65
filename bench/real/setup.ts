/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- prints measurements of the built node on n8n's engine */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { INodeParameters, INodeType, IVersionedNodeType } from 'n8n-workflow';

import { ROOT } from '../../test/support/engine';
import type { SandboxHandle } from '../../test/support/sandbox';

/** A minute is shortened to this in the node and in the sandbox. */
export const WINDOW_MS = 6_000;

const load = createRequire(__filename);
export const { endpoints } = load(
	path.join(ROOT, 'dist/nodes/MoEngageSubscription/api/endpoints.js'),
) as typeof import('../../nodes/MoEngageSubscription/api/endpoints');

export const credentialOf = ({ workspaceId, apiKey, url }: SandboxHandle) => ({
	workspaceId,
	apiKey,
	dataCenter: 'custom',
	baseUrl: url,
	projectCode: '',
});

export function line(name: string, cells: (string | number)[]): void {
	console.log([name.padEnd(40), ...cells.map((cell) => String(cell).padStart(12))].join(''));
}

/** n8n's own HTTP Request node, from the n8n that `npm run dev` installs. */
export function httpRequestNode(): INodeType | undefined {
	const home = process.env.XDG_CACHE_HOME ?? path.join(process.env.HOME ?? '', '.cache');
	const cache = path.join(home, 'n8n-nodes-moengage');
	const file = 'node_modules/n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js';
	const folders = existsSync(cache) ? readdirSync(cache) : [];
	const found = folders
		.map((folder) => path.join(cache, folder, file))
		.find((one) => existsSync(one));
	if (!found) return undefined;
	const { HttpRequest } = load(found) as { HttpRequest: new () => IVersionedNodeType };
	return new HttpRequest().getNodeType(4.2);
}

/** The request that a user of the HTTP Request node builds, with one MoEngage user per request. */
export function httpParameters(
	{ url, workspaceId, apiKey }: SandboxHandle,
	interval?: number,
): INodeParameters {
	const body =
		'={{ JSON.stringify({channel: "email", user_preferences: [{customer_id: $json.id, categories: {"Newsletter": $json.Newsletter === "yes"}, unsubscribe_all: false}]}) }}';
	const basic = Buffer.from(`${workspaceId}:${apiKey}`).toString('base64');
	const header = (name: string, value: string) => ({ name, value });
	return {
		method: 'POST',
		url: `${url}/v1/category-subscription/user-preferences`,
		authentication: 'none',
		sendHeaders: true,
		headerParameters: {
			parameters: [header('Authorization', `Basic ${basic}`), header('MOE-APPKEY', workspaceId)],
		},
		sendBody: true,
		contentType: 'json',
		specifyBody: 'json',
		jsonBody: body,
		options: interval ? { batching: { batch: { batchSize: 1, batchInterval: interval } } } : {},
	};
}
