import type { Send } from '../../nodes/MoEngageSubscription/delivery/types';
import { customer, customers, Rig, type RecordOutcome, type RigOptions } from './rig';
import type { Report, Request } from '../virtual/world';
import { OK, type Effect, type ServerVerdict } from './server';

/** The outcome of a run with one record, and how long it took. */
export interface Contact {
	at: number;
	ms: number;
	outcome: RecordOutcome;
}

/** Times from `from` to `to`, every `gap` ms or at random with that mean gap. */
export function arrivals(from: number, to: number, gap: number, random?: () => number): number[] {
	const times: number[] = [];
	for (let at = from; at < to; at += random ? -Math.log(1 - random()) * gap : gap) times.push(at);
	return times;
}

/** Starts a run with one record at each time, until `over` returns true. */
export async function contacts(
	rig: Rig,
	times: readonly number[],
	more: Partial<Request> = {},
	over: () => boolean = () => false,
	partitionKey = 'e',
): Promise<Contact[]> {
	const done: Contact[] = [];
	await Promise.all(
		times.map(async (at, i) => {
			await rig.clock.sleep(at - rig.clock.now());
			if (over()) return;
			const { outcomes } = await rig.start([{ ...customer(`contact${i}`), partitionKey }], more);
			done.push({ at, ms: rig.clock.now() - at, outcome: outcomes[0] });
		}),
	);
	return done;
}

export function quantile(all: readonly Contact[], q: number): number {
	const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
	return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0);
}

export function isContact(value: unknown): boolean {
	return String(value).startsWith('contact');
}

/** Contacts start this long before the list, so that the engine sees them as other runs. */
export const LEAD_MS = 10_000;

const HOUR = 3_600_000;

/** Which users of a list are rejected, and with which message. */
export interface BadList {
	size: number;
	bad: (index: number) => string | undefined;
}

/** When contacts arrive: one per `gap` ms, evenly or at random, until `to`. */
export interface ContactLoad {
	gap: number;
	poisson?: boolean;
	to?: number;
	/** Contacts of another partition never share a request with the list. */
	partitionKey?: string;
}

/** A list of users, some of whom the server rejects, while single contacts of other runs arrive. */
export async function nextToBadList(
	seed: number,
	{ size, bad }: BadList,
	{ gap, poisson, to = HOUR, partitionKey = 'e' }: ContactLoad,
) {
	const index = new Map(Array.from({ length: size }, (_, i) => [`u${i}`, i]));
	const rejects = (values: readonly unknown[]): ServerVerdict => {
		for (const value of values) {
			const at = index.get(String(value));
			const message = at === undefined ? undefined : bad(at);
			if (message !== undefined) {
				return { kind: 'rejected', reason: message, fingerprint: message };
			}
		}
		return OK;
	};
	const rig = new Rig(seed, {
		respond: (values): Effect => ({ verdict: rejects(values), applyAfter: 0 }),
	});
	let over = false;
	const list = async (): Promise<{ report: Report; ms: number }> => {
		await rig.clock.sleep(LEAD_MS);
		const report = await rig.start(customers(size));
		over = true;
		return { report, ms: rig.clock.now() - LEAD_MS };
	};
	const times = arrivals(0, to, gap, poisson ? rig.random : undefined);
	const [single, { report, ms }] = await rig.clock.until(
		Promise.all([contacts(rig, times, {}, () => over, partitionKey), list()]),
	);
	return { rig, single, report, ms };
}

/** The most requests in any minute that carried a record of an already rejected batch. */
export function bisectingPerMinute(rig: Rig): number {
	const seen = new Set<unknown>();
	const bisecting = new Set(
		rig.server.log.filter(({ values, kind }) => {
			const list = values.filter((value) => !isContact(value));
			const again = list.some((value) => seen.has(value));
			if (kind === 'rejected') list.forEach((value) => seen.add(value));
			return again;
		}),
	);
	return rig.server.busiest((hit) => bisecting.has(hit));
}

/** A list whose run may make only `limit` requests per minute, and single contacts. */
export async function nextToLimitedRun(
	seed: number,
	size: number,
	limit: number,
	respond?: RigOptions['respond'],
) {
	const rig = new Rig(seed, { respond });
	let over = false;
	const limited = rig.start(customers(size), { settings: { limit } }).finally(() => (over = true));
	const times = arrivals(500, HOUR, 3000, rig.random);
	const [single, report] = await rig.clock.until(
		Promise.all([contacts(rig, times, {}, () => over), limited]),
	);
	const ofRun = rig.server.busiest(({ values }) => values.some((value) => !isContact(value)));
	return { rig, single, report, ofRun };
}

/**
 * Five contacts whose requests always hang, and others that arrive meanwhile. A first contact has
 * been accepted, so that none of the five waits and shares a request with another.
 */
export async function nextToHanging(seed: number, gap: number, forMs = 180_000) {
	const rig = new Rig(seed, {
		respond: (values) =>
			values.some((value) => String(value).startsWith('hangs'))
				? {
						verdict: { kind: 'transient', reason: 'timeout', noResponse: true },
						respondAfter: 30_000,
					}
				: undefined,
	});
	await rig.deliver([customer('first')]);
	const hanging = Promise.all(
		Array.from({ length: 5 }, async (_, i) => {
			await rig.clock.sleep(i * 600);
			return await rig.start([customer(`hangs${i}`)]);
		}),
	);
	const times = arrivals(4000, forMs, gap, rig.random);
	const [single, reports] = await rig.clock.until(Promise.all([contacts(rig, times), hanging]));
	return { rig, single, reports };
}

/** Contacts named by email next to an opt-in list by customer ID, one user per request. */
export async function nextToOtherKind(seed: number, size: number): Promise<Contact[]> {
	const rig = new Rig(seed, { policy: { limit: 1000, batchSize: 1 } });
	let over = false;
	const list = rig.start(customers(size)).finally(() => (over = true));
	const times = arrivals(500, HOUR, 3000, rig.random);
	const contact = async (at: number, i: number): Promise<Contact[]> => {
		await rig.clock.sleep(at);
		if (over) return [];
		const keys = [`email:contact${i}`];
		const record = { keys, kind: 'email', value: keys[0], partitionKey: 'e' };
		const { outcomes } = await rig.start([record]);
		return [{ at, ms: rig.clock.now() - at, outcome: outcomes[0] }];
	};
	const [single] = await rig.clock.until(Promise.all([Promise.all(times.map(contact)), list]));
	return single.flat();
}

/** A send function that fails before anything leaves this machine. */
export const unreadable: Send<unknown, string, string> = async () => ({
	kind: 'fatal',
	reason: 'the credential can’t be read',
	scope: 'sender',
});
