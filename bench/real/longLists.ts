/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console -- prints measurements of the built node on n8n's engine */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';

import type { Engine } from '../../test/support/engine';
import type { SandboxHandle } from '../../test/support/sandbox';
import { credentialOf, endpoints, httpParameters, httpRequestNode, line } from './setup';
import { bareLoop, BULK, contacts, spend } from './workload';

const TYPE = 'n8n-nodes-moengage.moEngageSubscription';

/** Gives the node and the sandbox the same window and limit; null: no limit. */
async function limitBoth(sandbox: SandboxHandle, windowMs: number, limit: number | null) {
	endpoints.bulkUpdatePreferences.windowMs = windowMs;
	endpoints.bulkUpdatePreferences.limit = limit ?? 10_000_000;
	await sandbox.reset();
	await sandbox.configure({
		windowMs,
		limits: { bulkUpdate: { limit } },
		logLimit: 10,
		logBodies: false,
	});
}

/** 5,000 users in 100 requests, which fit in one window of MoEngage's limit. */
export async function burst(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const count = 5000;
	const windowMs = 60_000;
	console.log(`\n${count} users, limit of 100 requests per minute`);
	line('', ['latency ms', 'requests', 'seconds', '429s', 'accepted']);
	const http = httpRequestNode();
	// Another host name, so that the second run starts cold as well.
	const hosts = [sandbox.url, sandbox.url.replace('127.0.0.1', 'localhost')];
	for (const [index, delayMs] of [50, 500].entries()) {
		const baseUrl = hosts[index];
		const rows = [
			{ name: 'this node', parameters: BULK, node: undefined },
			...(http
				? [{ name: 'HTTP Request node, as it is', parameters: httpParameters(sandbox), node: http }]
				: []),
		];
		for (const { name, parameters, node } of rows) {
			await limitBoth(sandbox, windowMs, 100);
			await sandbox.addFaults([{ do: 'delay', delayMs }], true);
			const instead = node && { type: 'n8n-nodes-base.httpRequest', version: 4.2, node };
			const { seconds } = await spend(
				async () =>
					await engine.run({
						parameters,
						items: contacts(count),
						credential: { ...credentialOf(sandbox), baseUrl },
						onError: 'continueErrorOutput',
						instead,
					}),
			);
			const { bulkUpdate } = await sandbox.counters();
			const { userCount } = await sandbox.state({ limit: '1' });
			line(name, [
				delayMs,
				bulkUpdate.requests,
				seconds.toFixed(1),
				bulkUpdate.throttled,
				userCount ?? 0,
			]);
		}
		line('HTTP Request node, one every 600 ms', [delayMs, count, count * 0.6, 0, count]);
	}
	console.log('The last row is calculated: its batching waits 600 ms between items.');
}

/** When the first request of a long list leaves, and how much has been read by then. */
export async function first(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const count = 100_000;
	await limitBoth(sandbox, 60_000, null);
	await sandbox.configure({ logLimit: 1_000_000 });
	const readAt: number[] = [];
	let started = Infinity;
	const now = () => performance.timeOrigin + performance.now();
	const items = contacts(count).map(
		(contact): IDataObject => ({
			...contact,
			get id() {
				if (now() >= started) readAt.push(now());
				return contact.id;
			},
		}),
	);
	const node = Object.assign(Object.create(engine.nodeType) as INodeType, {
		async execute(this: IExecuteFunctions) {
			started = now();
			return (await engine.nodeType.execute?.call(this)) ?? null;
		},
	});
	await engine.run({
		parameters: { ...BULK, options: { output: 'summary' } },
		items,
		credential: credentialOf(sandbox),
		instead: { type: TYPE, version: 1, node },
	});
	const log = await sandbox.userRequests();
	const at = Number(log[0]?.countedAt);
	const before = readAt.filter((one) => one < at).length;
	const ended = readAt.at(-1) ?? started;
	console.log(
		`\nFirst of ${log.length} requests of ${count} items: after ${before} items and ${Math.round(at - started)} ms; ` +
			`all are read after ${((ended - started) / 1000).toFixed(1)} s`,
	);
}

/** A million rows with only a summary as output, in a window of 6 s: time, memory and turns for n8n. */
export async function million(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const count = Number(process.env.ITEMS ?? 1_000_000);
	const items = contacts(count);
	const run = async (node?: INodeType) =>
		await engine.run({
			parameters: { ...BULK, options: { output: 'summary' } },
			items,
			credential: credentialOf(sandbox),
			instead: node && { type: 'test.bare', version: 1, node },
		});
	console.log(`\n${count} items, Output = Summary Only`);
	line('', ['seconds', 'heap kB/item', 'delay p99 ms', 'delay max ms', 'accepted']);
	for (const [name, node] of [
		['bare loop', bareLoop(engine.nodeType)],
		['this node', undefined],
	] as const) {
		await limitBoth(sandbox, 6000, null);
		const delays = monitorEventLoopDelay({ resolution: 5 });
		delays.enable();
		const spent = await spend(async () => await run(node), 10_000);
		delays.disable();
		// The bare loop gives no turns: connections to the sandbox were closed meanwhile.
		await wait(500);
		const { userCount } = await sandbox.state({ limit: '1' });
		line(name, [
			spent.seconds.toFixed(0),
			(spent.heap / count / 1024).toFixed(2),
			(delays.percentile(99) / 1e6).toFixed(0),
			(delays.max / 1e6).toFixed(0),
			userCount ?? 0,
		]);
	}
}
