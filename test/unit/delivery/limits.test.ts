import fc from 'fast-check';

import { check } from '../../support/properties';
import { users, World } from '../../virtual/world';
import { rejected } from './script';
import { latency, seed, SMALL, windowKind } from './arbitraries';

const scenario = fc.record({
	seed,
	window: windowKind,
	latency,
	count: fc.integer({ min: 1, max: 200 }),
	lists: fc.integer({ min: 1, max: 3 }),
	broken: fc.constantFrom(0, 0, 0.2),
	/** Every how many records one is rejected; 0: none. */
	bad: fc.constantFrom(0, 0, 17),
	/** Limits that the runs set for themselves. */
	own: fc.tuple(...Array.from({ length: 3 }, () => fc.constantFrom(undefined, 3, 7))),
});

/** Most of these moments, in order, that lie in any one window. */
function busiest(times: readonly number[]): number {
	return Math.max(
		0,
		...times.map((end, last) => {
			return last + 1 - times.findIndex((at) => at > end - SMALL.windowMs);
		}),
	);
}

describe('The limit', () => {
	test('P1: without rate headers any 60 s at the server hold no more requests than the limit, nor of a run than its own', async () => {
		await check(scenario, async (given) => {
			const times: number[][] = given.own.map(() => []);
			const listOf = (value: string) => Number(value.split('-')[0]);
			const world: World = new World(given.seed, {
				window: given.window,
				limit: SMALL.limit,
				latency: () => given.latency[0] + world.random() * given.latency[1],
				misbehave: (values, at) => {
					for (const list of new Set((values as string[]).map(listOf))) times[list].push(at);
					if (world.random() < given.broken) return { kind: 'transient', reason: '500' };
					const isBad = (value: string) => Number(value.split('-')[1]) % given.bad === 3;
					return (values as string[]).some(isBad) ? rejected() : undefined;
				},
			});
			const lists = Array.from({ length: given.lists }, (_, i) => {
				const settings = { limit: given.own[i], maxTries: 20 };
				return world.start(users(given.count, `${i}-`), { policy: SMALL, settings });
			});
			await world.clock.until(Promise.all(lists));
			expect(world.server.busiest).toBeLessThanOrEqual(SMALL.limit);
			lists.forEach((_, i) => {
				expect(busiest(times[i])).toBeLessThanOrEqual(given.own[i] ?? SMALL.limit);
			});
			const counts = ['sliding', 'countsRefused'].includes(given.window.kind);
			const whole = given.window.kind === 'bucket' && given.window.capacity === SMALL.limit;
			if (counts || whole || given.window.kind === 'fixed') expect(world.server.refused).toBe(0);
		});
	});

	const told = fc.record({
		seed,
		phase: fc.integer({ min: 0, max: 59_999 }),
		latency,
		count: fc.integer({ min: 1, max: 200 }),
		rateHeaders: fc.constantFrom('floor' as const, 'ceil' as const, 'epoch' as const),
	});

	test('P1: with rate headers never one more than the server says, at any phase and rounding', async () => {
		await check(told, async (given) => {
			const world: World = new World(given.seed, {
				window: { kind: 'fixed', phase: given.phase },
				limit: SMALL.limit,
				rateHeaders: given.rateHeaders,
				latency: () => given.latency[0] + world.random() * given.latency[1],
			});
			const report = await world.deliver(users(given.count), { policy: SMALL });
			expect(world.server.refused).toBe(0);
			expect(report.outcomes.every(({ status }) => status === 'accepted')).toBe(true);
		});
	});

	const lying = fc.record({
		seed,
		window: windowKind,
		latency,
		count: fc.integer({ min: 1, max: 120 }),
		lie: fc.constantFrom('remaining', 'reset', 'limit', 'vanishes', 'noise'),
	});

	test('Rate headers that lie or vanish cost no record and no more than a few windows', async () => {
		await check(lying, async (given) => {
			let told = 0;
			const world: World = new World(given.seed, {
				window: given.window,
				limit: SMALL.limit,
				rateHeaders: 'ceil',
				latency: () => given.latency[0] + world.random() * given.latency[1],
				lie: (facts) => {
					told += 1;
					if (given.lie === 'remaining') return { ...facts, remaining: 9 };
					if (given.lie === 'reset') return { ...facts, resetInMs: 31_000 };
					if (given.lie === 'limit') return { ...facts, limit: 1_000_000 };
					if (given.lie === 'vanishes') return told > 6 ? {} : facts;
					return {
						limit: Math.floor(world.random() * 100),
						remaining: Math.floor(world.random() * 100) - 10,
						resetInMs: world.random() * 200_000 - 20_000,
					};
				},
			});
			const report = await world.deliver(users(given.count), { policy: SMALL });
			expect(report.outcomes.every(({ status }) => status === 'accepted')).toBe(true);
			const windows = Math.ceil(given.count / SMALL.batchSize / SMALL.limit);
			expect(world.clock.now()).toBeLessThan((windows * 2 + 4) * SMALL.windowMs);
		});
	});

	const vanishing = fc.record({
		seed,
		phase: fc.integer({ min: 0, max: 59_999 }),
		latency,
		after: fc.integer({ min: 15, max: 60 }),
	});

	test('Rate headers that stop coming after they were right leave the rule to our own log', async () => {
		await check(vanishing, async (given) => {
			let told = 0;
			const world: World = new World(given.seed, {
				window: { kind: 'fixed', phase: given.phase },
				limit: SMALL.limit,
				rateHeaders: 'ceil',
				latency: () => given.latency[0] + world.random() * given.latency[1],
				lie: (facts) => (++told > given.after ? {} : facts),
			});
			await world.deliver(users(500), { policy: SMALL });
			expect(world.server.refused).toBe(0);
		});
	});
});
