import fc from 'fast-check';

import type { Verdict } from '../../../../nodes/MoEngageSubscription/delivery/types';
import { check } from '../../../support/properties';
import { users, World, type Report } from '../../../virtual/world';
import { latency, seed, SMALL, windowKind } from './arbitraries';

type FaultVerdict = Verdict<string, string>;

const FAULTS: Record<string, (random: () => number) => FaultVerdict | undefined> = {
	none: () => undefined,
	dead: () => ({ kind: 'transient', reason: 'dead' }),
	flaky: (random) => (random() < 0.4 ? { kind: 'transient', reason: 'flaky' } : undefined),
	full: () => ({ kind: 'throttled' }),
	rejecting: () => ({ kind: 'rejected', reason: 'no', fingerprint: 'no' }),
	picky: (random) =>
		random() < 0.3 ? { kind: 'rejected', reason: 'no', fingerprint: String(random()) } : undefined,
	unauthorized: (random) => (random() < 0.1 ? { kind: 'fatal', reason: '401' } : undefined),
	wild: (random) => {
		const chance = random();
		if (chance < 0.2) return { kind: 'throttled', rate: { retryAfterMs: random() * 1e5 } };
		if (chance < 0.4) return { kind: 'transient', reason: 'wild' };
		if (chance < 0.6) return { kind: 'rejected', reason: 'wild', fingerprint: 'wild' };
		return chance < 0.62 ? { kind: 'fatal', reason: 'wild' } : undefined;
	},
	/** Bisections that a 401 ends, and responses that contradict themselves. */
	torn: (random) => {
		const chance = random();
		if (chance < 0.5) return { kind: 'rejected', reason: 'torn', fingerprint: 'torn' };
		if (chance < 0.6)
			return { kind: 'rejected', reason: 'torn', fingerprint: 'torn', ambiguous: true };
		return chance < 0.75 ? { kind: 'fatal', reason: 'torn' } : undefined;
	},
};

const scenario = fc.record({
	seed,
	window: windowKind,
	latency,
	fault: fc.constantFrom(...Object.keys(FAULTS)),
	runs: fc.array(
		fc.record({
			count: fc.integer({ min: 0, max: 60 }),
			at: fc.integer({ min: 0, max: 90_000 }),
			stopAfter: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
			isolate: fc.boolean(),
			partitionKey: fc.constantFrom('e', 'f'),
		}),
		{ minLength: 1, maxLength: 5 },
	),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

interface Ended {
	report: Report;
	at: number;
	stoppedAt: number;
	listeners: number;
	sentAfterStop: number;
}

/** Starts each run at its time, stops it at its time, and watches what it does after its end. */
function start(world: World, run: Scenario['runs'][number], index: number): Promise<Ended> {
	return new Promise((resolve) => {
		world.clock.after(run.at, () => {
			const stop = new AbortController();
			const ended = { at: 0, stoppedAt: Infinity, listeners: 0, sentAfterStop: 0 };
			const { signal } = stop;
			const listening = new Set<unknown>();
			const add = signal.addEventListener.bind(signal);
			const remove = signal.removeEventListener.bind(signal);
			signal.addEventListener = (...args: Parameters<typeof add>) => {
				listening.add(args[1]);
				ended.listeners = listening.size;
				add(...args);
			};
			signal.removeEventListener = (...args: Parameters<typeof remove>) => {
				listening.delete(args[1]);
				ended.listeners = listening.size;
				remove(...args);
			};
			if (run.stopAfter !== undefined) {
				world.clock.after(run.stopAfter, () => {
					ended.stoppedAt = world.clock.now();
					stop.abort();
				});
			}
			const records = users(run.count, `run${index}-`).map((one) => ({
				...one,
				partitionKey: run.partitionKey,
			}));
			void world
				.start(records, {
					policy: SMALL,
					signal,
					settings: { onRejectedBatch: run.isolate ? 'isolate' : 'rejectBatch' },
					send: async (values) => {
						if (signal.aborted) ended.sentAfterStop += 1;
						return await world.server.send(values);
					},
				})
				.then((report) => {
					ended.at = world.clock.now();
					resolve(Object.assign(ended, { report }));
				});
		});
	});
}

async function play(given: Scenario) {
	const fault = FAULTS[given.fault];
	const world: World = new World(given.seed, {
		window: given.window,
		limit: SMALL.limit,
		latency: () => given.latency[0] + world.random() * given.latency[1],
		respond: () => fault(world.random),
	});
	const ended = await world.clock.until(
		Promise.all(given.runs.map((run, index) => start(world, run, index))),
	);
	return { world, ended };
}

describe('The end of a run', () => {
	test('P7, P2: a run always ends, with one outcome for each record', async () => {
		await check(scenario, async (given) => {
			const { ended } = await play(given);
			ended.forEach(({ report }, index) => {
				expect(report.outcomes).toHaveLength(given.runs[index].count);
				const missing = report.outcomes.filter((outcome) => outcome?.status === undefined);
				expect(missing).toEqual([]);
			});
		});
	});

	test('P5: after Stop the run sends no request and ends at once', async () => {
		await check(scenario, async (given) => {
			const { ended } = await play(given);
			for (const { at, stoppedAt, sentAfterStop } of ended) {
				expect(sentAfterStop).toBe(0);
				if (stoppedAt <= at) expect(at).toBe(stoppedAt);
			}
		});
	});

	test('P13: a finished run leaves no timer, listener, partition or user behind', async () => {
		await check(scenario, async (given) => {
			const { world, ended } = await play(given);
			for (const { listeners } of ended) expect(listeners).toBe(0);
			await world.clock.drain();
			expect(world.clock.pendingTimers).toBe(0);
			const { runs, partitions, users: left } = world.engines[0].census();
			expect({ runs, partitions, left }).toEqual({ runs: 0, partitions: 0, left: 0 });
		});
	});

	const fatal = fc.record({ seed, latency, at: fc.integer({ min: 1, max: 30 }) });

	test('P5: after a 401, 403 or 409, no further request is sent', async () => {
		await check(fatal, async (given) => {
			let receivedAt = Infinity;
			let late = 0;
			const world: World = new World(given.seed, {
				limit: SMALL.limit,
				latency: () => given.latency[0] + world.random() * given.latency[1],
				respond: () =>
					world.server.log.length >= given.at ? { kind: 'fatal', reason: '401' } : undefined,
			});
			const report = await world.deliver(users(200), {
				policy: SMALL,
				send: async (values) => {
					if (world.clock.now() > receivedAt) late += 1;
					const verdict = await world.server.send(values);
					if (verdict.kind === 'fatal') receivedAt = Math.min(receivedAt, world.clock.now());
					return verdict;
				},
			});
			expect(late).toBe(0);
			const seen = new Set(report.outcomes.map(({ status }) => status));
			expect(seen.has('notSent')).toBe(true);
			expect(seen.has('unconfirmed')).toBe(false);
		});
	});
});
