import type { RunSettings } from '../../nodes/MoEngageSubscription/delivery/types';
import type { Report } from '../virtual/world';
import { Rig } from './rig';
import { LATE_MS, OK, type Effect, type ServerVerdict } from './server';
import { leftOver, sweep } from './sweep';

/** One user's change in one run. */
interface Item {
	id: string;
	run: number;
	place: number;
	/** MoEngage rejects the change. */
	bad: boolean;
	/** The change counts as that many records when the server measures the request. */
	weight: number;
}

interface Given {
	items: Item[];
	settings: RunSettings;
	startAt: number;
	/** Infinity for a run that is never stopped. */
	stopAt: number;
}

interface Done extends Given {
	report: Report;
	/** Requests that left with a record of the run. */
	sent: number;
}

const LIMIT = 30;
const WINDOW_MS = 10_000;
const BATCH_SIZE = 10;
const LATENCY_MS = 800;
const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };

/** Faults that end in time, so that every run can end by itself. */
const FAULTS: readonly ((random: () => number) => Effect)[] = [
	() => ({ verdict: { kind: 'transient', reason: '503' } }),
	() => ({ verdict: { kind: 'transient', reason: '503' }, applyAfter: 0 }),
	() => ({ verdict: LOST, applyAfter: 0, respondAfter: 100 }),
	(random) => ({ verdict: LOST, respondAfter: 5000, applyAfter: 5000 + random() * LATE_MS }),
	() => ({ verdict: { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true } }),
	() => ({ verdict: { kind: 'transient', reason: '503', rate: { retryAfterMs: 2000 } } }),
	() => ({ verdict: { kind: 'throttled', rate: { retryAfterMs: 2000 } } }),
	(random) => ({ verdict: OK, applyAfter: 0, respondAfter: random() * 3000 }),
];

function runsOf(random: () => number): Given[] {
	const userCount = random() < 0.5 ? 20 : 1000;
	return Array.from({ length: 1 + Math.floor(random() * 6) }, (_, run) => {
		const startAt = random() < 0.3 ? 0 : random() * 20_000;
		const size = random() < 0.4 ? 1 : 1 + Math.floor(random() * 80);
		const items = Array.from({ length: size }, (__, place) => ({
			id: `c${Math.floor(random() * userCount)}`,
			run,
			place,
			bad: random() < 0.05,
			weight: random() < 0.01 ? 8 : 1,
		}));
		const settings: RunSettings = {};
		if (random() < 0.3) settings.limit = 2 + Math.floor(random() * 8);
		if (random() < 0.3) settings.batchSize = 1 + Math.floor(random() * BATCH_SIZE);
		return {
			items,
			settings,
			startAt,
			stopAt: random() < 0.2 ? startAt + random() * 9000 : Infinity,
		};
	});
}

/** What is wrong with one run's outcomes, given what the server applied. */
function wrongOutcome({ items, report, stopAt }: Done, applied: Set<Item>): string | undefined {
	if (report.outcomes.length !== items.length) return 'not one outcome per record';
	for (const [i, item] of items.entries()) {
		const outcome = report.outcomes[i];
		const name = `${item.id} (run ${item.run}, ${item.place}) is ${outcome.status}`;
		const faulty = item.bad || item.weight > 7;
		if (outcome.status === 'accepted' && !applied.has(item)) return `${name}, but not applied`;
		if (outcome.status === 'rejected' && !faulty) return `${name}, but it was good`;
		if (outcome.status === 'rejected' || outcome.status === 'notSent') {
			if (applied.has(item)) return `${name}, but applied`;
		}
		if (outcome.status === 'notSent' && outcome.cause === 'configuration' && !faulty) {
			return `${name} for its configuration, but it was good`;
		}
		if (outcome.status === 'notSent' && outcome.cause === 'stopped' && stopAt === Infinity) {
			return `${name} as stopped, but the run had no Stop`;
		}
	}
	return undefined;
}

async function scenario(seed: number): Promise<string | undefined> {
	const applied = new Set<Item>();
	const faults: string[] = [];
	const rig: Rig = new Rig(seed, {
		policy: { limit: LIMIT, windowMs: WINDOW_MS, batchSize: BATCH_SIZE },
		latency: () => LATENCY_MS * (0.5 + random() / 2),
		respond: (values): Effect | undefined => {
			const items = values as Item[];
			if (items.some(({ bad }) => bad)) {
				return { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } };
			}
			if (items.reduce((sum, { weight }) => sum + weight, 0) > 7) {
				return {
					verdict: { kind: 'rejected', reason: '413', fingerprint: '413', oversized: true },
				};
			}
			if (random() >= broken) return undefined;
			return FAULTS[Math.floor(random() * FAULTS.length)](random);
		},
		apply: (values) => (values as Item[]).forEach((item) => applied.add(item)),
	});
	const { random } = rig;
	const broken = [0, 0.05, 0.2][seed % 3];
	const runs = runsOf(random);
	const sent = runs.map(() => 0);
	const inFlight = new Map<string, number>();
	const send: Rig['server']['send'] = async (values, context) => {
		const items = values as Item[];
		if (items.length > BATCH_SIZE) faults.push(`a request has ${items.length} records`);
		for (const run of new Set(items.map((item) => item.run))) sent[run] += 1;
		if (items.every(({ run }) => rig.clock.now() > runs[run].stopAt)) {
			faults.push('a request leaves after the Stop of all its runs');
		}
		for (const { id } of items) {
			if (inFlight.has(id)) faults.push(`${id} is twice in flight`);
			inFlight.set(id, 1);
		}
		const verdict = await rig.server.send(values, context);
		for (const { id } of items) inFlight.delete(id);
		return verdict;
	};
	const deliver = async (given: Given, run: number): Promise<Done> => {
		await rig.clock.sleep(given.startAt);
		const controller = new AbortController();
		if (given.stopAt < Infinity) {
			rig.clock.after(given.stopAt - given.startAt, () => controller.abort());
		}
		const records = given.items.map((value) => {
			return { keys: [`id:${value.id}`], kind: 'id', value, partitionKey: 'e' };
		});
		const { settings } = given;
		const report = await rig.start(records, { settings, send, signal: controller.signal });
		return { ...given, report, sent: sent[run] };
	};
	const all = await rig.clock.until(Promise.all(runs.map(deliver)));
	const left = await leftOver(rig);
	for (const [run, done] of all.entries()) {
		const wrong = wrongOutcome(done, applied);
		if (wrong !== undefined) return wrong;
		if (done.report.requests !== done.sent) {
			return `run ${run} reports ${done.report.requests} requests of ${done.sent}`;
		}
		const own = rig.server.busiest(
			({ values }) => (values as Item[]).some((item) => item.run === run),
			WINDOW_MS,
		);
		if (own > (done.settings.limit ?? LIMIT)) {
			return `run ${run} has ${own} requests in a window, its limit is ${done.settings.limit}`;
		}
	}
	const busiest = rig.server.busiest(() => true, WINDOW_MS);
	if (busiest > LIMIT) return `${busiest} requests in a window`;
	return faults[0] ?? left;
}

describe('Many runs on a network with faults', () => {
	test('P1, P2, P4, P5, P7, P13: outcomes, limits and cleanup are correct for many runs with faults', async () => {
		await sweep(scenario);
	});
});
