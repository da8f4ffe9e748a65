/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- prints measurements of the built node on n8n's engine */
import type { INodeType } from 'n8n-workflow';

import { Engine } from '../../test/support/engine';
import { startSandbox, type SandboxHandle } from '../../test/support/sandbox';
import { burst, first, million } from './longLists';
import { credentialOf, endpoints, httpParameters, httpRequestNode, line, WINDOW_MS } from './setup';
import { bareLoop, BULK, contacts, spend } from './workload';

async function lists(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const count = 1000;
	console.log(`\n${count} users, limit of 100 requests per ${WINDOW_MS / 1000} s`);
	line('', ['requests', 'seconds', '429s', 'accepted', 'CPU ms/1000']);
	const http = httpRequestNode();
	const others = http
		? [
				{ name: 'HTTP Request node, as it is', parameters: httpParameters(sandbox) },
				{
					name: `HTTP Request node, one every ${WINDOW_MS / 100} ms`,
					parameters: httpParameters(sandbox, WINDOW_MS / 100),
				},
			]
		: [];
	if (!http)
		console.log(
			'(n8n isn’t installed yet: run `npm run dev` once to compare with its HTTP Request node)',
		);
	const rows = [{ name: 'this node', parameters: BULK }, ...others];
	for (const { name, parameters } of rows) {
		await sandbox.reset();
		await sandbox.configure({ windowMs: WINDOW_MS });
		const instead =
			parameters === BULK || !http
				? undefined
				: { type: 'n8n-nodes-base.httpRequest', version: 4.2, node: http };
		const spent = await spend(
			async () =>
				await engine.run({
					parameters,
					items: contacts(count),
					credential: credentialOf(sandbox),
					onError: 'continueErrorOutput',
					instead,
				}),
		);
		const { bulkUpdate } = await sandbox.counters();
		const state = await sandbox.state({ limit: '1' });
		line(name, [
			bulkUpdate.requests,
			spent.seconds.toFixed(1),
			bulkUpdate.throttled,
			state.userCount,
			(spent.cpuMs / (count / 1000)).toFixed(0),
		]);
	}
}

/** P10 on the real engine: runs with one item, spread over a shortened minute. */
async function storm(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const windowMs = 30_000;
	const count = 3000 * (windowMs / 60_000);
	await sandbox.reset();
	await sandbox.configure({ windowMs, headers: { rate: false } });
	endpoints.bulkUpdatePreferences.windowMs = windowMs;
	endpoints.bulkUpdatePreferences.limit = 50;
	await sandbox.configure({ limits: { bulkUpdate: { limit: 50 } } });
	await sandbox.addFaults([{ do: 'delay', delayMs: 100, jitterMs: 300 }]);
	const waits: number[] = [];
	let accepted = 0;
	await Promise.all(
		Array.from({ length: count }, async (_, i) => {
			await new Promise((resolve) => setTimeout(resolve, (i * windowMs) / count));
			const started = performance.now();
			const { main } = await engine.run({
				parameters: BULK,
				items: contacts(1, i),
				credential: credentialOf(sandbox),
			});
			waits.push(performance.now() - started);
			accepted += main.length;
		}),
	);
	waits.sort((a, b) => a - b);
	const { bulkUpdate } = await sandbox.counters(windowMs);
	const at = (share: number) => `${(waits[Math.floor(waits.length * share)] / 1000).toFixed(2)} s`;
	console.log(
		`\nStorm: ${count} runs with one item over ${windowMs / 1000} s, limit 50 per ${windowMs / 1000} s, no headers`,
	);
	line('', ['requests', 'in a window', '429s', 'accepted', 'p50', 'p99']);
	line('this node', [
		bulkUpdate.requests,
		bulkUpdate.maxInWindow,
		bulkUpdate.throttled,
		accepted,
		at(0.5),
		at(0.99),
	]);
}

async function weight(engine: Engine, sandbox: SandboxHandle): Promise<void> {
	const count = Number(process.env.ITEMS ?? 100_000);
	endpoints.bulkUpdatePreferences.limit = 1_000_000;
	await sandbox.reset();
	await sandbox.configure({
		limits: { bulkUpdate: { limit: null } },
		logLimit: 10,
		logBodies: false,
	});
	const run = async (instead?: { type: string; version: number; node: INodeType }) =>
		await engine.run({
			parameters: BULK,
			items: contacts(count),
			credential: credentialOf(sandbox),
			instead,
		});
	const bare = { type: 'test.bare', version: 1, node: bareLoop(engine.nodeType) };
	const sending = { ...bare, node: bareLoop(engine.nodeType, sandbox) };
	await run(bare);
	const rows = [
		{ name: 'bare loop', ...(await spend(async () => await run(bare))) },
		{ name: 'bare loop that sends', ...(await spend(async () => await run(sending))) },
		{ name: 'this node', ...(await spend(async () => await run())) },
	];
	const heaps = [
		await spend(async () => await run(bare), 3000),
		await spend(async () => await run(sending), 3000),
		await spend(async () => await run(), 3000),
	];
	console.log(`\n${count} items through the built node, no limit`);
	line('', ['accepted', 'CPU s', 'CPU ratio', 'to sending', 'heap kB/item']);
	rows.forEach(({ name, cpuMs, result }, i) =>
		line(name, [
			result.main.length,
			(cpuMs / 1000).toFixed(1),
			(cpuMs / rows[0].cpuMs).toFixed(2),
			(cpuMs / rows[1].cpuMs).toFixed(2),
			(heaps[i].heap / count / 1024).toFixed(2),
		]),
	);
	const above = (heaps[2].heap - heaps[0].heap) / count / 1024;
	console.log(`Above the bare loop: ${above.toFixed(2)} kB per item`);
}

/** Measures on n8n's engine against the sandbox. `only`: one part. */
export async function benchReal(only?: string): Promise<void> {
	const engine = await Engine.load();
	const sandbox = await startSandbox(['--window-ms', String(WINDOW_MS)]);
	endpoints.bulkUpdatePreferences.windowMs = WINDOW_MS;
	try {
		for (const [name, part] of Object.entries({ lists, weight, storm, burst, first, million })) {
			if (only === undefined || only === name) await part(engine, sandbox);
		}
	} finally {
		await sandbox.stop();
	}
}
