import fc from 'fast-check';

import { check } from '../../../support/properties';
import { mergeChanges, record } from '../../../virtual/preferences';
import { users, World } from '../../../virtual/world';
import { latency, seed, SMALL } from './arbitraries';

describe('Fairness and request counts', () => {
	const manyLists = fc.record({
		seed,
		latency,
		lists: fc.integer({ min: 1, max: 8 }),
		at: fc.integer({ min: 0, max: 100_000 }),
	});

	test('P11: a new record leaves with the next batches, no matter how long the earlier lists are', async () => {
		await check(manyLists, async (given) => {
			const sent: { at: number; values: readonly unknown[] }[] = [];
			const world: World = new World(given.seed, {
				limit: SMALL.limit,
				latency: () => given.latency[0] + world.random() * given.latency[1],
			});
			const send: World['server']['send'] = async (values) => {
				sent.push({ at: world.clock.now(), values });
				return await world.server.send(values);
			};
			const lists = Array.from({ length: given.lists }, (_, i) =>
				world.start(users(150, `list${i}-`), { policy: SMALL, send }),
			);
			const newcomer = world.clock
				.sleep(given.at)
				.then(() => world.start(users(1, 'newcomer'), { policy: SMALL, send }));
			await world.clock.until(Promise.all([...lists, newcomer]));
			const after = sent.filter(({ at }) => at > given.at);
			const own = after.findIndex(({ values }) => values.includes('newcomer0'));
			// Each other run has at most one turn before it.
			expect(own).toBeLessThanOrEqual(Math.ceil(given.lists / SMALL.batchSize));
		});
	});

	const flaky = fc.record({ seed, latency, count: fc.integer({ min: 1, max: 100 }) });

	test('P6: only failed records are resent, and none after it was accepted', async () => {
		await check(flaky, async (given) => {
			const accepted = new Set<unknown>();
			const world: World = new World(given.seed, {
				limit: SMALL.limit,
				latency: () => given.latency[0] + world.random() * given.latency[1],
				respond: () => (world.random() < 0.2 ? { kind: 'transient', reason: '500' } : undefined),
			});
			let repeats = 0;
			let again = 0;
			const sent = new Set<unknown>();
			const report = await world.deliver(users(given.count), {
				policy: SMALL,
				settings: { maxTries: 30 },
				send: async (values) => {
					for (const value of values) {
						if (accepted.has(value)) again += 1;
						if (sent.has(value)) repeats += 1;
						sent.add(value);
					}
					const verdict = await world.server.send(values);
					if (verdict.kind === 'delivered') for (const value of values) accepted.add(value);
					return verdict;
				},
			});
			const attempts = report.outcomes.reduce(
				(sum, outcome) => sum + (outcome.status === 'accepted' ? outcome.attempts - 1 : NaN),
				0,
			);
			expect(again).toBe(0);
			expect(repeats).toBe(attempts);
		});
	});

	test('an invalid API key costs one request; a verified one uses all connections', async () => {
		const unauthorized = new World(3, { respond: () => ({ kind: 'fatal', reason: '401' }) });
		const { outcomes } = await unauthorized.deliver(users(1000));
		expect(unauthorized.server.log).toHaveLength(1);
		expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['notSent']));

		const verified = new World(3, { L: 500 });
		await verified.deliver(users(1000));
		await verified.deliver(users(250));
		// 1, 5, 10 and the last 4 requests; the five of the second run leave at once.
		expect(verified.clock.now()).toBe(2500);
	});

	test('a server that is down costs about 100 retries, not four times the list', async () => {
		const world = new World(3, { respond: () => ({ kind: 'transient', reason: '500' }) });
		const { outcomes } = await world.deliver(users(50_000));
		expect(world.server.log.length).toBeLessThanOrEqual(130);
		const causes = new Set(
			outcomes.map((one) => (one.status === 'notSent' ? one.cause : one.status)),
		);
		expect(causes).toEqual(new Set(['unconfirmed', 'unreachable']));
	});

	test('a batch of 50 and twelve far records rejected for one reason end the run as configuration', async () => {
		const world = new World(1, {
			respond: () => ({ kind: 'rejected', reason: 'wrong ESP', fingerprint: 'InvalidSettings' }),
		});
		const { outcomes } = await world.deliver(users(5000));
		expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(50 + 12);
		// The last record was sent alone.
		expect(outcomes.at(-2)).toEqual({
			status: 'notSent',
			cause: 'configuration',
			reason: 'wrong ESP',
		});
	});

	test('a bad row in each of ten batches doesn’t count as configuration', async () => {
		const bad = (value: unknown) => Number(String(value).slice(1)) % 50 === 7;
		const world = new World(1, {
			respond: (values) =>
				values.some(bad) ? { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } : undefined,
		});
		const { outcomes } = await world.deliver(users(500));
		expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10);
		expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(490);
	});

	test('the daily quota ends a run instead of making it wait until the next day', async () => {
		const world = new World(1);
		const policy = { limit: 100, windowMs: 60_000, dayLimit: 7, batchSize: 50 };
		const { outcomes, requests } = await world.deliver(users(1000), { policy });
		expect(requests).toBe(7);
		expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(350);
		expect(outcomes.at(-1)).toEqual({ status: 'notSent', cause: 'dayLimit' });
	});

	test('rejectBatch resends nothing, not even merged changes', async () => {
		const world = new World(1, {
			respond: () => ({ kind: 'rejected', reason: 'bad', fingerprint: 'bad' }),
		});
		const changes = [0, 1, 2].map((mark) => {
			const user = mark < 2 ? 'twice' : 'once';
			return record({ user, categories: { A: true }, all: false, marks: [mark] });
		});
		const settings = { onRejectedBatch: 'rejectBatch' } as const;
		const { outcomes, merged } = await world.deliver(changes, { merge: mergeChanges, settings });
		expect(merged).toBe(1);
		expect(world.server.log).toHaveLength(1);
		expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
	});
});
