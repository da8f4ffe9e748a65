import type { UserPreference } from '../../nodes/MoEngageSubscription/api/schemas';
import { bulkUpdatePreferences } from '../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { count, Rig, type RecordOutcome } from './rig';
import { LATE_MS, type Effect } from './server';
import { leftOver, sweep } from './sweep';

/**
 * What the contract doesn't define: how the categories of a change that unsubscribes from all are
 * treated, and whether a later `false` lifts the unsubscribe.
 */
interface Reading {
	withTrue: 'ignored' | 'applied' | 'cleared';
	falseLifts: boolean;
}

const READINGS: readonly Reading[] = (['ignored', 'applied', 'cleared'] as const).flatMap(
	(withTrue) => [true, false].map((falseLifts) => ({ withTrue, falseLifts })),
);

const NAMES = ['News', 'Offers', 'Old'] as const;

/** The server's state of one user. */
interface State {
	all: boolean;
	categories: Record<string, boolean>;
}

function fresh(): State {
	return { all: false, categories: { News: true, Offers: true, Old: false } };
}

function applied(state: State, change: UserPreference, reading: Reading): State {
	const { all } = state;
	const categories = { ...state.categories };
	if (change.unsubscribe_all) {
		if (reading.withTrue === 'applied') Object.assign(categories, change.categories);
		if (reading.withTrue === 'cleared') for (const name of NAMES) categories[name] = false;
		return { all: true, categories };
	}
	Object.assign(categories, change.categories);
	return { all: reading.falseLifts ? false : all, categories };
}

/** All states that the outcomes allow: an unconfirmed change may have been applied or not. */
function reachable(
	changes: UserPreference[],
	outcomes: RecordOutcome[],
	reading: Reading,
): Set<string> {
	let states = new Map([[JSON.stringify(fresh()), fresh()]]);
	changes.forEach((change, i) => {
		const { status } = outcomes[i];
		if (status === 'rejected' || status === 'notSent') return;
		const next = status === 'unconfirmed' ? new Map(states) : new Map<string, State>();
		for (const state of states.values()) {
			const after = applied(state, change, reading);
			next.set(JSON.stringify(after), after);
		}
		states = next;
	});
	return new Set(states.keys());
}

function record(value: UserPreference) {
	return { keys: [`id:${value.customer_id}`], kind: 'id', value, partitionKey: 'e' };
}

// The operation's own function, as the engine sees it: with values of an unknown type.
const mergeChanges = bulkUpdatePreferences.merge as
	| ((a: unknown, b: unknown) => unknown)
	| undefined;

class Workspace {
	readonly states = new Map<string, State>();

	constructor(readonly reading: Reading) {}

	apply = (values: readonly unknown[]): void => {
		for (const change of values as UserPreference[]) {
			const state = this.states.get(change.customer_id) ?? fresh();
			this.states.set(change.customer_id, applied(state, change, this.reading));
		}
	};

	difference(changes: UserPreference[], outcomes: RecordOutcome[]): string | undefined {
		for (const user of new Set(changes.map(({ customer_id }) => customer_id))) {
			const own = changes.map((change, i) => i).filter((i) => changes[i].customer_id === user);
			const allowed = reachable(
				own.map((i) => changes[i]),
				own.map((i) => outcomes[i]),
				this.reading,
			);
			const state = JSON.stringify(this.states.get(user) ?? fresh());
			if (!allowed.has(state)) {
				return `${user} ends as ${state}, not as ${[...allowed].join(' or ')} (${JSON.stringify(this.reading)})`;
			}
		}
		return undefined;
	}
}

function change(customer_id: string, categories: Record<string, boolean>, all: boolean) {
	return { customer_id, categories, unsubscribe_all: all };
}

/** Whether MoEngage rejects the change because it names an inactive category. */
function isBad({ categories }: UserPreference): boolean {
	return 'Bad' in categories;
}

async function scenario(seed: number): Promise<string | undefined> {
	const workspace = new Workspace(READINGS[seed % READINGS.length]);
	const rig: Rig = new Rig(seed, {
		policy: { batchSize: 5 },
		latency: () => 100 + rig.random() * 800,
		apply: workspace.apply,
		respond: (values): Effect | undefined => {
			if ((values as UserPreference[]).some(isBad)) {
				return { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } };
			}
			if (random() >= broken) return undefined;
			const late = random() < 0.5 ? 0 : 5000 + random() * LATE_MS;
			const verdict = { kind: 'transient', reason: 'lost', noResponse: true } as const;
			return {
				verdict,
				respondAfter: late > 0 ? 5000 : 100,
				applyAfter: random() < 0.7 ? late : undefined,
			};
		},
	});
	const { random } = rig;
	const broken = [0, 0.15, 0.3][Math.floor(random() * 3)];
	const bad = random() < 0.3 ? 0.1 : 0;
	const list = (): UserPreference[] =>
		Array.from({ length: 2 + Math.floor(random() * 14) }, () => {
			const categories: Record<string, boolean> = {};
			for (const name of NAMES) if (random() < 0.4) categories[name] = random() < 0.5;
			if (random() < bad) categories.Bad = true;
			return change(`c${Math.floor(random() * 4)}`, categories, random() < 0.35);
		});
	const [first, second] = [list(), list()];
	const controller = new AbortController();
	const run = async () => {
		const one = rig.start(first.map(record), { merge: mergeChanges, signal: controller.signal });
		await rig.clock.sleep(random() < 0.5 ? random() * 3000 : 1e6);
		controller.abort();
		const two = rig.start(second.map(record), { merge: mergeChanges });
		return await Promise.all([one, two]);
	};
	const reports = await rig.clock.until(run());
	const left = await leftOver(rig);
	const outcomes = reports.flatMap((report) => report.outcomes);
	return workspace.difference([...first, ...second], outcomes) ?? left;
}

describe('Merged changes of one user', () => {
	test.each(READINGS)(
		'P3: rows around an unsubscribe from all end as if sent one by one ($withTrue, lifts: $falseLifts)',
		async (reading) => {
			const workspace = new Workspace(reading);
			const rig = new Rig(1, { apply: workspace.apply });
			const changes = [
				change('c1', { News: false }, false),
				change('c1', {}, true),
				change('c1', { Offers: true }, false),
				change('c1', { News: false }, true),
				change('c1', { Old: true }, false),
			];
			const report = await rig.deliver(changes.map(record), { merge: mergeChanges });
			expect(count(report.outcomes)).toEqual({ accepted: changes.length });
			expect(workspace.difference(changes, report.outcomes)).toBeUndefined();
		},
	);

	test('P3: merges, faults and Stop never change a result under any reading', async () => {
		await sweep(scenario);
	});
});

describe('A good and a bad row of each of 160 users', () => {
	test.each([
		['the good row first', false, 160],
		['the bad row first', true, 160],
		['the good row first on a cold endpoint', false, 0],
	])(
		'P4: %s: all good rows are accepted',
		async (_, badFirst, warm) => {
			const workspace = new Workspace(READINGS[0]);
			const rig = new Rig(4, {
				apply: workspace.apply,
				respond: (values) =>
					(values as UserPreference[]).some(isBad)
						? { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'inactive category' } }
						: undefined,
			});
			if (warm > 0) {
				await rig.deliver(
					Array.from({ length: warm }, (__, i) => record(change(`w${i}`, { News: true }, false))),
				);
				await rig.clock.until(rig.clock.sleep(60_000));
			}
			const changes = Array.from({ length: 160 }, (__, i) => {
				const rows = [
					change(`c${i}`, { News: false }, false),
					change(`c${i}`, { Bad: true }, false),
				];
				return badFirst ? rows.reverse() : rows;
			}).flat();
			const { outcomes } = await rig.deliver(changes.map(record), { merge: mergeChanges });
			const good = outcomes.filter((__, i) => !isBad(changes[i]));
			expect(count(good)).toEqual({ accepted: 160 });
			const bad = outcomes.filter((__, i) => isBad(changes[i]));
			expect(bad.filter(({ status }) => status !== 'rejected' && status !== 'notSent')).toEqual([]);
		},
		30_000,
	);
});
