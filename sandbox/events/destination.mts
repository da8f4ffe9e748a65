/** Where events are sent, as set in the configuration. */
import { isRecord } from '../http.mts';

export type Auth =
	| { kind: 'none' }
	| { kind: 'basic'; user: string; password: string }
	| { kind: 'header'; name: string; value: string };

export interface Destination {
	kind: 'streams' | 'connector';
	url: string;
	auth: Auth;
	/** Names of the events to send; empty: all. */
	events: string[];
	/** Events per request, streams only; at most 100. */
	batchSize: number;
	/** How long a batch waits for more events. */
	batchMs: number;
	/** connector: sends again after a failure, which a campaign does only if it is turned on. */
	retries: boolean;
	/** Share of requests, from 0 to 1, that are sent twice. */
	duplicates: number;
	/** Sends events of a batch and the batches themselves in random order, with up to this delay. */
	shuffleMs: number;
	/** Whether `event_attributes` are exported, which MoEngage doesn't document for Streams. */
	attributes: boolean;
	seed: number;
}

const DEFAULTS: Omit<Destination, 'url'> = {
	kind: 'streams',
	auth: { kind: 'none' },
	events: [],
	batchSize: 100,
	batchMs: 50,
	retries: false,
	duplicates: 0,
	shuffleMs: 0,
	attributes: true,
	seed: 1,
};

/** Throws a TypeError that names the unclear setting. */
export function toDestination(given: unknown): Destination {
	if (!isRecord(given) || typeof given.url !== 'string' || !/^https?:\/\//.test(given.url)) {
		throw new TypeError('A destination needs a url');
	}
	const known = { url: '', ...DEFAULTS };
	for (const [name, value] of Object.entries(given)) {
		if (!Object.hasOwn(known, name)) throw new TypeError(`A destination has no "${name}"`);
		if (typeof value !== typeof known[name as keyof Destination]) {
			throw new TypeError(`"${name}" of a destination is unclear`);
		}
	}
	const next = { ...known, ...given };
	if (!['streams', 'connector'].includes(next.kind)) {
		throw new TypeError('"kind" is one of streams, connector');
	}
	if (!['none', 'basic', 'header'].includes(next.auth.kind)) {
		throw new TypeError('"auth.kind" is one of none, basic, header');
	}
	if (!(next.batchSize >= 1 && next.batchSize <= 100)) {
		throw new TypeError('"batchSize" is from 1 to 100');
	}
	return next;
}

export function authHeaders(auth: Auth): Record<string, string> {
	if (auth.kind === 'none') return {};
	if (auth.kind === 'header') return { [auth.name]: auth.value };
	const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
	return { authorization: `Basic ${pair}` };
}

/** For the control API. */
export function withoutSecret(destination: Destination): Destination {
	const { auth } = destination;
	if (auth.kind === 'basic') return { ...destination, auth: { ...auth, password: '(not shown)' } };
	if (auth.kind === 'header') return { ...destination, auth: { ...auth, value: '(not shown)' } };
	return destination;
}
