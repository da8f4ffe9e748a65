import type { Effect } from './server';
import { LATE_MS, OK } from './server';
import { FlightWatch, People, recordOf, row, type Kind, type Profile, type Row } from './people';
import { Rig, type Fate } from './rig';
import { leftOver, sweep } from './sweep';

/** When the client gives up on a request that hangs. */
const TIMEOUT_MS = 5000;

const KINDS: readonly (readonly Kind[])[] = [
	['id', 'email', 'email+id'], // opt-in
	['email', 'uid'], // v5
	['id', 'email'],
	['id'],
];

function profilesOf(random: () => number): Profile[] {
	return Array.from({ length: 2 + Math.floor(random() * 3) }, (_, i) => {
		// MoEngage keeps several profiles with one email apart by their ID.
		const email = i > 0 && random() < 0.3 ? 'e0' : `e${i}`;
		return { id: `c${i}`, uid: `m${i}`, email };
	});
}

/** A request's fate: usually taken, else one of the ways in which a change gets lost or is late. */
function effect(random: () => number, broken: number, poison: boolean): Effect | undefined {
	if (poison) return { verdict: { kind: 'rejected', reason: 'bad', words: 'bad' } };
	if (random() >= broken) return undefined;
	const lost = { kind: 'transient', reason: 'timeout', noResponse: true } as const;
	const kind = Math.floor(random() * 6);
	if (kind === 0) return { verdict: { kind: 'transient', reason: '503' } };
	if (kind === 1) return { verdict: { kind: 'transient', reason: '503' }, applyAfter: 0 };
	if (kind === 2)
		return { verdict: { kind: 'transient', reason: 'cut', noResponse: true }, applyAfter: 0 };
	if (kind === 3) return { verdict: lost, respondAfter: TIMEOUT_MS };
	// The server's own response is late: it applies the change after the client gave up.
	if (kind === 4) {
		return { verdict: lost, respondAfter: TIMEOUT_MS, applyAfter: TIMEOUT_MS + random() * LATE_MS };
	}
	return { verdict: OK, applyAfter: 0, respondAfter: random() * 3000 };
}

/** What differs from the input order after one random scenario. */
async function scenario(seed: number, mustMix: boolean): Promise<string | undefined> {
	const rig: Rig = new Rig(seed, {
		policy: { limit: 1000, batchSize: seed % 4 === 0 ? 4 : 1 },
		latency: () => 100 + rig.random() * 800,
		respond: (values) => {
			const poisoned = (values as Row[]).some(({ mark }) => poison.has(mark));
			return effect(rig.random, broken, poisoned);
		},
		apply: (values) => people.apply(values),
		abortable: seed % 3 !== 0,
	});
	const { random } = rig;
	const kinds = KINDS[Math.floor(random() * (mustMix ? 3 : 4))];
	const people = new People(profilesOf(random), random() < 0.5);
	const broken = [0, 0.1, 0.3][Math.floor(random() * 3)];
	const poison = new Set<number>();
	const runs: Row[][] = [[], [], []];
	let mark = 0;
	for (const rows of runs.slice(0, 1 + Math.floor(random() * 3))) {
		for (let left = 2 + Math.floor(random() * 9); left > 0; left -= 1) {
			const kind = kinds[Math.floor(random() * kinds.length)];
			const profile = people.profiles[Math.floor(random() * people.profiles.length)];
			if (random() < 0.05) poison.add(mark);
			rows.push(row(mark, kind, profile));
			mark += 1;
		}
	}
	const watch = new FlightWatch((given) => runs.find((rows) => rows.includes(given)) ?? []);
	const outcomes: Fate[][] = [[], [], []];
	const deliver = async (i: number): Promise<void> => {
		const controller = new AbortController();
		const stopped = runs[i + 1]?.length ? rig.clock.sleep(random() * 6000) : undefined;
		const report = rig.start(runs[i].map(recordOf), {
			signal: controller.signal,
			settings: { maxTries: random() < 0.5 ? 2 : undefined },
			send: async (values, context) => {
				const back = watch.leaves(values);
				const verdict = await rig.server.send(values, context);
				back();
				return verdict;
			},
		});
		const reported = report.then((done) => (outcomes[i] = done.outcomes));
		if (stopped) {
			// The next run starts in the same moment as the Stop, or once the report is there.
			await stopped;
			controller.abort();
			if (random() < 0.5) await reported;
			await deliver(i + 1);
		}
		await reported;
	};
	await rig.clock.until(deliver(0));
	const left = await leftOver(rig);
	return people.difference(runs.flat(), outcomes.flat()) ?? watch.faults[0] ?? left;
}

describe('Order of changes across identifiers, faults and Stop', () => {
	test('P3: every profile ends as if the rows were sent one by one in input order', async () => {
		await sweep((seed) => scenario(seed, false));
	}, 60_000);
});
