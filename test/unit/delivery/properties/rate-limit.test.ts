import fc from 'fast-check';

import { check } from '../../../support/properties';
import { users, World } from '../../../virtual/world';
import { rejected } from '../script';
import { latency, seed, SMALL, windowKind } from './arbitraries';

const scenario = fc.record({
	seed,
	window: windowKind,
	latency,
	count: fc.integer({ min: 1, max: 200 }),
	lists: fc.integer({ min: 1, max: 3 }),
	failing: fc.constantFrom(0, 0, 0.2),
	/** One of this many records is rejected; 0: none. */
	bad: fc.constantFrom(0, 0, 17),
	/** Limits that the runs set for themselves. */
	own: fc.tuple(...Array.from({ length: 3 }, () => fc.constantFrom(undefined, 3, 7))),
});

/** The most of these times, in order, within any one window. */
function busiest(times: readonly number[]): number {
	return Math.max(
		0,
		...times.map((end, last) => {
			return last + 1 - times.findIndex((at) => at > end - SMALL.windowMs);
		}),
	);
}

describe('The limit', () => {
	test('P1: without rate headers, no 60 s at the server contain more requests than the limit, or more of a run than its own limit', async () => {
		await check(scenario, async (given) => {
			const times: number[][] = given.own.map(() => []);
			const listOf = (value: string) => Number(value.split('-')[0]);
			const world: World = new World(given.seed, {
				window: given.window,
				limit: SMALL.limit,
				latency: () => given.latency[0] + world.random() * given.latency[1],
				respond: (values, at) => {
					for (const list of new Set((values as string[]).map(listOf))) times[list].push(at);
					if (world.random() < given.failing) return { kind: 'transient', reason: '500' };
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
			const counts = ['sliding', 'countsThrottled'].includes(given.window.kind);
			const whole = given.window.kind === 'bucket' && given.window.capacity === SMALL.limit;
			if (counts || whole || given.window.kind === 'fixed') expect(world.server.throttled).toBe(0);
		});
	});

	const withHeaders = fc.record({
		seed,
		phase: fc.integer({ min: 0, max: 59_999 }),
		latency,
		count: fc.integer({ min: 1, max: 200 }),
		rateHeaders: fc.constantFrom('floor' as const, 'ceil' as const, 'epoch' as const),
	});

	test('P1: with rate headers, no request exceeds what the server reports, at any phase and rounding', async () => {
		await check(withHeaders, async (given) => {
			const world: World = new World(given.seed, {
				window: { kind: 'fixed', phase: given.phase },
				limit: SMALL.limit,
				rateHeaders: given.rateHeaders,
				latency: () => given.latency[0] + world.random() * given.latency[1],
			});
			const report = await world.deliver(users(given.count), { policy: SMALL });
			expect(world.server.throttled).toBe(0);
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

	test('rate headers that are wrong or disappear cost no record and only a few windows', async () => {
		await check(lying, async (given) => {
			let seen = 0;
			const world: World = new World(given.seed, {
				window: given.window,
				limit: SMALL.limit,
				rateHeaders: 'ceil',
				latency: () => given.latency[0] + world.random() * given.latency[1],
				lie: (facts) => {
					seen += 1;
					if (given.lie === 'remaining') return { ...facts, remaining: 9 };
					if (given.lie === 'reset') return { ...facts, resetInMs: 31_000 };
					if (given.lie === 'limit') return { ...facts, limit: 1_000_000 };
					if (given.lie === 'vanishes') return seen > 6 ? {} : facts;
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

	test('the client’s own log takes over when correct rate headers disappear', async () => {
		await check(vanishing, async (given) => {
			let seen = 0;
			const world: World = new World(given.seed, {
				window: { kind: 'fixed', phase: given.phase },
				limit: SMALL.limit,
				rateHeaders: 'ceil',
				latency: () => given.latency[0] + world.random() * given.latency[1],
				lie: (facts) => (++seen > given.after ? {} : facts),
			});
			await world.deliver(users(500), { policy: SMALL });
			expect(world.server.throttled).toBe(0);
		});
	});
});
