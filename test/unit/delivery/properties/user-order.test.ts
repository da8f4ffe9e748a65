import fc from 'fast-check';

import type { Verdict } from '../../../../nodes/MoEngageSubscription/delivery/types';
import { check } from '../../../support/properties';
import { mergeChanges, Profiles, record, type Change } from '../../../virtual/preferences';
import { World } from '../../../virtual/world';
import { changes, latency, seed, SMALL, windowKind } from './arbitraries';

const scenario = fc.record({
	seed,
	window: windowKind,
	latency,
	changes: changes(),
	falseClears: fc.boolean(),
	merges: fc.boolean(),
	/** Share of requests that fail, before or after the server has applied them. */
	failing: fc.constantFrom(0, 0.1, 0.3),
	poison: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 4 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Runs a scenario; the server applies what it accepts and rejects the marked changes. */
async function run(given: Scenario) {
	const profiles = new Profiles(given.falseClears);
	const poison = new Set(given.poison);
	const bad = (value: unknown) => (value as Change).marks.some((mark) => poison.has(mark));
	const inFlight = new Set<string>();
	let overlaps = 0;
	let oversized = 0;
	const world: World = new World(given.seed, {
		window: given.window,
		limit: SMALL.limit,
		latency: () => given.latency[0] + world.random() * given.latency[1],
		respond: (values): Verdict<string, string> | undefined => {
			if (values.some(bad)) return { kind: 'rejected', reason: 'bad', fingerprint: 'bad' };
			if (world.random() >= given.failing) return undefined;
			if (world.random() < 0.5) for (const value of values) profiles.apply(value as Change);
			return { kind: 'transient', reason: 'failed' };
		},
		apply: (values) => values.forEach((value) => profiles.apply(value as Change)),
	});
	const report = await world.deliver(given.changes.map(record), {
		policy: SMALL,
		settings: { maxTries: 50 },
		merge: given.merges ? mergeChanges : undefined,
		send: async (values) => {
			const users = values.map((value) => (value as Change).user);
			if (users.length > SMALL.batchSize) oversized += 1;
			for (const user of users) {
				if (inFlight.has(user)) overlaps += 1;
				inFlight.add(user);
			}
			const verdict = await world.server.send(values);
			for (const user of users) inFlight.delete(user);
			return verdict;
		},
	});
	expect(oversized).toBe(0);
	// A user is at most once in a batch and in one batch in flight.
	expect(overlaps).toBe(0);
	return { profiles, poison, report, world };
}

describe('Order for each user', () => {
	test('P3: the result equals sending each item alone in input order', async () => {
		await check(scenario, async (given) => {
			const { profiles, poison } = await run(given);
			const model = new Profiles(given.falseClears);
			for (const change of given.changes) {
				if (!poison.has(change.marks[0])) model.apply(change);
			}
			expect(Object.fromEntries(profiles.users)).toEqual(Object.fromEntries(model.users));
		});
	});

	test('P2, P4: each item has one outcome in its place; only the bad ones are rejected', async () => {
		await check(scenario, async (given) => {
			const { profiles, poison, report } = await run(given);
			expect(report.outcomes).toHaveLength(given.changes.length);
			const applied = new Set(profiles.applied);
			const wrong = report.outcomes.filter(
				({ status }, index) =>
					status !== (poison.has(index) ? 'rejected' : 'accepted') ||
					applied.has(index) === poison.has(index),
			);
			expect(wrong).toEqual([]);
		});
	});
});
