import { LATE_MS, OK, type Effect, type ServerVerdict } from './server';
import { FlightWatch, People, recordOf, row, type Kind, type Profile, type Row } from './people';
import { Rig, type RecordOutcome } from './rig';
import { leftOver, sweep } from './sweep';

/** When the client gives up on a request that hangs. */
const TIMEOUT_MS = 5000;

const KINDS: readonly (readonly Kind[])[] = [
	['id', 'email', 'email+id'], // opt-in
	['email', 'uid'], // v5
	['id', 'email'],
];

function profilesOf(random: () => number): Profile[] {
	return Array.from({ length: 2 + Math.floor(random() * 3) }, (_, i) => {
		// Several profiles may have the same email; their IDs differ.
		const email = i > 0 && random() < 0.3 ? 'e0' : `e${i}`;
		return { id: `c${i}`, uid: `m${i}`, email };
	});
}

const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };

/** Faults that lose a change, delay it, or apply it although the response reports an error. */
const FAULTS: readonly ((random: () => number) => Effect)[] = [
	() => ({ verdict: { kind: 'transient', reason: '503' } }),
	() => ({ verdict: { kind: 'transient', reason: '503' }, applyAfter: 0 }),
	() => ({ verdict: { ...LOST, reason: 'cut' }, applyAfter: 0 }),
	() => ({ verdict: LOST, respondAfter: TIMEOUT_MS }),
	(random) => ({
		verdict: LOST,
		respondAfter: TIMEOUT_MS,
		// The server's own response is late: it applies the change after the client gave up.
		applyAfter: TIMEOUT_MS + random() * LATE_MS,
	}),
	(random) => ({ verdict: OK, applyAfter: 0, respondAfter: random() * 3000 }),
	() => ({ verdict: { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true } }),
	() => ({ verdict: { kind: 'transient', reason: '503', rate: { retryAfterMs: 1000 } } }),
	() => ({ verdict: { kind: 'throttled', rate: { retryAfterMs: 1000 } } }),
	() => ({ verdict: { kind: 'fatal', reason: '404', scope: 'run' } }),
	() => ({
		verdict: { kind: 'rejected', reason: 'odd', fingerprint: 'odd', ambiguous: true },
		applyAfter: 0,
	}),
];

interface Runs {
	/** Each run is stopped, and the next one follows at once; otherwise they overlap. */
	stop: boolean;
	/** The rows name their users by several kinds of identifier. */
	mixed: boolean;
	/** Rows come while earlier ones of the run are being sent. */
	inParts?: boolean;
}

/** Runs one random scenario; returns how its result differs from that of the input order. */
async function scenario(
	seed: number,
	{ stop, mixed, inParts = false }: Runs,
): Promise<string | undefined> {
	const tight = seed % 5 === 0;
	const rig: Rig = new Rig(seed, {
		policy: {
			limit: tight ? 12 : 1000,
			windowMs: tight ? 5000 : 60_000,
			batchSize: seed % 4 === 0 ? 4 : 1,
		},
		latency: () => 100 + rig.random() * 800,
		respond: (values) => {
			if ((values as Row[]).some(({ mark }) => poison.has(mark))) {
				return { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } };
			}
			if (random() >= broken) return undefined;
			return FAULTS[Math.floor(random() * FAULTS.length)](random);
		},
		apply: (values) => people.apply(values),
		abortable: seed % 3 !== 0,
	});
	const { random } = rig;
	const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
	const kinds = mixed ? pick(KINDS) : [pick(KINDS.flat())];
	const people = new People(profilesOf(random), random() < 0.5);
	const broken = pick([0, 0.1, 0.3]);
	const poison = new Set<number>();
	let marks = 0;
	const list = (of: readonly Profile[]): Row[] =>
		Array.from({ length: 2 + Math.floor(random() * 9) }, () => {
			if (random() < 0.05) poison.add(marks);
			return row(marks++, pick(kinds), pick(of));
		});
	const runs = Array.from({ length: 1 + Math.floor(random() * 3) }, () => list(people.profiles));
	// Another run has other users, named by the same kinds of identifier.
	const strangers = random() < 0.3 ? list([{ id: 'c9', uid: 'm9', email: 'e9' }]) : [];
	// Rows that come later don't know which names earlier ones, already sent, have linked.
	const known = inParts ? [] : runs;
	const watch = new FlightWatch((given) => known.find((rows) => rows.includes(given)) ?? []);
	const start = (rows: readonly Row[], signal?: AbortSignal) =>
		rig[inParts ? 'startInParts' : 'start'](rows.map(recordOf), {
			signal,
			settings: {
				maxTries: random() < 0.5 ? 2 : undefined,
				limit: random() < 0.2 ? 1 + Math.floor(random() * 5) : undefined,
			},
			send: async (values, context) => {
				const back = watch.leaves(values);
				const verdict = await rig.server.send(values, context);
				back();
				return verdict;
			},
		});
	const outcomes: RecordOutcome[][] = runs.map(() => []);
	const deliver = async (i: number): Promise<void> => {
		const controller = new AbortController();
		const reported = start(runs[i], controller.signal).then((done) => {
			outcomes[i] = done.outcomes;
		});
		if (i + 1 < runs.length) {
			await rig.clock.sleep(random() * 6000);
			if (stop) controller.abort();
			// The next run starts at the same time as the Stop, or after the report.
			if (stop && random() < 0.5) await reported;
			await deliver(i + 1);
		}
		await reported;
	};
	const others = async () => {
		await rig.clock.sleep(random() * 3000);
		await start(strangers);
	};
	await rig.clock.until(Promise.all([deliver(0), others()]));
	const left = await leftOver(rig);
	return people.difference(runs.flat(), outcomes.flat()) ?? watch.faults[0] ?? left;
}

describe('Order of changes across identifiers and faults', () => {
	test('P3: every profile ends as if the rows were sent one by one, also after Stop', async () => {
		await sweep((seed) => scenario(seed, { stop: true, mixed: true }));
	});

	test('P3: the same holds for rows that are sent while others are read', async () => {
		await sweep((seed) => scenario(seed, { stop: true, mixed: true, inParts: true }));
	});

	test('P3: overlapping runs with one kind of identifier end as if they came one after the other', async () => {
		await sweep((seed) => scenario(seed, { stop: false, mixed: false }));
	});

	// Two runs have no common input order. The one that started first counts as the earlier one,
	// since a later opt-out must prevail; other kinds wait until its records are settled.
	test('P3: overlapping runs with several kinds of identifier end as if they came one after the other', async () => {
		await sweep((seed) => scenario(seed, { stop: false, mixed: true }));
	});
});
