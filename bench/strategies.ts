import Bottleneck from 'bottleneck';
import pThrottle from 'p-throttle';

import { users, type World } from '../test/virtual/world';
import { inVirtualTime } from './virtualGlobals';

export interface Strategy {
	name: string;
	/** Requests per batch of 50 users; some strategies send one per user. */
	perBatch: number;
	/** Sends `batches` in each of `workers` processes; returns how many requests were accepted. */
	run: (world: World, batches: number, workers: number) => Promise<number>;
}

const each = (count: number) => Array.from({ length: count }, (_, i) => i);

/** One request; true if it was accepted. */
async function once(world: World): Promise<boolean> {
	return (await world.server.send(['batch'])).kind === 'delivered';
}

/** What a careful user adds to a limiter: a throttled request is resent after a second. */
async function untilAccepted(world: World, limited: () => Promise<boolean>): Promise<boolean> {
	for (let attempts = 0; attempts < 200; attempts += 1) {
		if (await limited()) return true;
		await world.clock.sleep(1000);
	}
	return false;
}

function limiter(name: string, make: (world: World) => () => Promise<boolean>): Strategy {
	return {
		name,
		perBatch: 1,
		run: async (world, batches, workers) =>
			await inVirtualTime(world.clock, async () => {
				const all = each(workers).flatMap(() => {
					const limited = make(world);
					return each(batches).map(async () => await untilAccepted(world, limited));
				});
				return (await Promise.all(all)).filter(Boolean).length;
			}),
	};
}

export const STRATEGIES: Strategy[] = [
	{
		name: 'this node',
		perBatch: 1,
		run: async (world, batches, workers) => {
			const lists = each(workers).map((k) => world.start(users(batches * 50, `w${k}-`), {}, k));
			const reports = await world.clock.until(Promise.all(lists));
			const outcomes = reports.flatMap((report) => report.outcomes);
			return outcomes.filter(({ status }) => status === 'accepted').length / 50;
		},
	},
	{
		name: 'HTTP Request node, as it is',
		perBatch: 50,
		run: async (world, batches, workers) => {
			const all = each(workers * batches * 50).map(async () => await once(world));
			return (await world.clock.until(Promise.all(all))).filter(Boolean).length;
		},
	},
	{
		name: 'HTTP Request node, batching 1 per 600 ms',
		perBatch: 50,
		run: async (world, batches, workers) => {
			const all = each(workers).flatMap(() =>
				each(batches * 50).map(async (i) => {
					await world.clock.sleep(i * 600);
					return await once(world);
				}),
			);
			return (await world.clock.until(Promise.all(all))).filter(Boolean).length;
		},
	},
	{
		name: 'Loop Over Items of 50 + Wait 600 ms',
		perBatch: 1,
		run: async (world, batches, workers) => {
			const loops = each(workers).map(async () => {
				let accepted = 0;
				for (let i = 0; i < batches; i += 1) {
					if (await once(world)) accepted += 1;
					await world.clock.sleep(600);
				}
				return accepted;
			});
			const all = await world.clock.until(Promise.all(loops));
			return all.reduce((sum, accepted) => sum + accepted, 0);
		},
	},
	limiter('p-throttle strict 100/min + retry', (world) => {
		const throttle = pThrottle({ limit: 100, interval: 60_000, strict: true });
		return throttle(async () => await once(world));
	}),
	limiter('bottleneck 100/min, 5 at once + retry', (world) => {
		const bottleneck = new Bottleneck({
			maxConcurrent: 5,
			reservoir: 100,
			reservoirRefreshAmount: 100,
			reservoirRefreshInterval: 60_000,
		});
		return async () => await bottleneck.schedule(async () => await once(world));
	}),
];
