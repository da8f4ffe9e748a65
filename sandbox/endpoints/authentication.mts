/** The credential test. The body has the workspace ID and the key; Basic auth is ignored. */
import { headerText } from '../auth.mts';
import { example } from '../errors.mts';
import type { Context, Handler } from './handler.mts';
import type { HttpResponse } from '../http.mts';
import type { Operation, Violation } from '../contract.mts';

function invalid(operation: Operation, { where, path, message }: Violation): HttpResponse {
	if (where === 'header') return example(operation, 'unauthorized');
	return example(operation, 'rejected', `${path || where} ${message}`);
}

function authenticate({ operation, request, config }: Context): HttpResponse {
	const body = request.body as { app_id: string; app_secret: string };
	const known = config.workspaces.find(({ id }) => id === body.app_id);
	const ownKey = headerText(request.headers['moe-appkey']) === body.app_id;
	if (!ownKey || known?.apiKey !== body.app_secret) return example(operation, 'unauthorized');
	return { status: 200, body: { status: 'success', app_name: `${known.id} (sandbox)` } };
}

export const authenticationHandlers: Record<string, Handler> = {
	authentication: { users: () => [], invalid, handle: authenticate },
};
