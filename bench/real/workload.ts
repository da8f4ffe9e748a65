/* eslint-disable @n8n/community-nodes/no-restricted-globals -- measures this process */
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import type { SandboxHandle } from '../../test/support/sandbox';

export const BULK: INodeParameters = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: '={{ $json.id }}',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Product Updates',
	unsubscribeAll: '={{ $json.all }}',
	options: {},
};

/** Contacts as a CRM exports them. */
export function contacts(count: number, from = 0): IDataObject[] {
	return Array.from({ length: count }, (_, i) => ({
		id: `crm-${from + i}`,
		Newsletter: i % 2 === 0 ? 'yes' : 'FALSE',
		'Product Updates': i % 3 === 0 ? 1 : 'no',
		all: 'no',
	}));
}

/**
 * The least that any node has to do: resolve the same parameters and serialize the same bodies. With
 * `target`, it also sends them there by n8n's helper, 32 at once.
 */
export const bareLoop = (like: INodeType, target?: SandboxHandle): INodeType => ({
	// The same parameters, so that n8n resolves them the same way.
	description: { ...like.description, credentials: [] },
	async execute() {
		const items = this.getInputData();
		const names = (this.getNodeParameter('categoryFieldNames', 0) as string).split(', ');
		let batch: IDataObject[] = [];
		let bytes = 0;
		const bodies: IDataObject[] = [];
		const out = items.map((item, i) => {
			const customer_id = this.getNodeParameter('customerId', i);
			const unsubscribe_all = this.getNodeParameter('unsubscribeAll', i) === 'yes';
			const categories = Object.fromEntries(names.map((name) => [name, item.json[name] === 'yes']));
			const json = { customer_id, categories, unsubscribe_all } as IDataObject;
			batch.push(json);
			if (batch.length === 50) {
				const body = { channel: 'email', user_preferences: batch };
				if (target) bodies.push(body);
				else bytes += JSON.stringify(body).length;
				batch = [];
			}
			return { json, pairedItem: { item: i } };
		});
		const send = async () => {
			for (let body = bodies.pop(); body; body = bodies.pop())
				await this.helpers.httpRequest({
					...bulkRequest(target as SandboxHandle),
					body,
					json: true,
				});
		};
		await Promise.all(Array.from({ length: target ? 32 : 0 }, send));
		return bytes > 0 || target ? [out] : [[]];
	},
});

const bulkRequest = ({ url, workspaceId, apiKey }: SandboxHandle) => ({
	method: 'POST' as const,
	url: `${url}/v1/category-subscription/user-preferences`,
	auth: { username: workspaceId, password: apiKey },
	headers: { 'MOE-APPKEY': workspaceId },
});

export interface Spent {
	seconds: number;
	cpuMs: number;
	/** The largest heap after a garbage collection, minus the heap at the start, in bytes. */
	heap: number;
}

/** Runs `work`; collects garbage and samples the heap every `everyMs`. */
export async function spend<T>(
	work: () => Promise<T>,
	everyMs = 0,
): Promise<Spent & { result: T }> {
	const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined);
	collect();
	const before = process.memoryUsage().heapUsed;
	let heap = 0;
	const sample = () => {
		collect();
		heap = Math.max(heap, process.memoryUsage().heapUsed - before);
	};
	const timer = everyMs > 0 ? setInterval(sample, everyMs) : undefined;
	const cpu = process.cpuUsage();
	const started = performance.now();
	const result = await work();
	const { user, system } = process.cpuUsage(cpu);
	if (everyMs > 0) sample();
	clearInterval(timer);
	return {
		result,
		heap,
		cpuMs: (user + system) / 1000,
		seconds: (performance.now() - started) / 1000,
	};
}
