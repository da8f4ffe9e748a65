/**
 * Every request received, and counts of them. It never contains a key: the value of the Authorization
 * header and the body's app_secret are left out.
 */
import { headerText } from './auth.mts';
import { isRecord, now, type HttpRequest } from './http.mts';
import { Tally } from './tally.mts';
import type { Entry } from './entry.mts';
import type { Config } from './config.mts';

const HARMLESS_HEADERS = [
	'content-type',
	'idempotency-key',
	'moe-appkey',
	'moe-project-code',
	'user-agent',
];

/** Longest text kept of a body that isn't JSON, in characters. */
const TEXT_KEPT = 2000;

function loggedBody(request: HttpRequest) {
	if (request.body === undefined)
		return request.text === '' ? undefined : request.text.slice(0, TEXT_KEPT);
	if (!isRecord(request.body) || !('app_secret' in request.body)) return request.body;
	return { ...request.body, app_secret: '(not kept)' };
}

export class RequestLog {
	#entries: Entry[] = [];
	#seq = 0;
	#tallies: Map<string, Tally> = new Map();

	clear() {
		this.#entries = [];
		this.#tallies.clear();
	}

	open(request: HttpRequest, endpoint: string | null, users: string[], config: Config): Entry {
		const entry: Entry = {
			seq: ++this.#seq,
			receivedAt: now(),
			countedAt: null,
			respondedAt: null,
			endpoint,
			method: request.method,
			path: request.path,
			query: Object.fromEntries(request.query),
			workspace: null,
			headerNames: Object.keys(request.headers),
			headers: Object.fromEntries(
				HARMLESS_HEADERS.filter((name) => request.headers[name] !== undefined).map((name) => [
					name,
					headerText(request.headers[name]),
				]),
			),
			auth: null,
			users: users.length,
			body: config.logBodies ? loggedBody(request) : undefined,
			status: null,
			outcome: 'pending',
			applied: false,
			rule: null,
		};
		this.#entries.push(entry);
		const excess = this.#entries.length - config.logLimit;
		if (excess > config.logLimit / 4) this.#entries.splice(0, excess);
		this.#tally(entry).opened(entry);
		return entry;
	}

	/** Records when the limits counted the request, which the window counters are based on. */
	counted(entry: Entry, at: number, granted: boolean) {
		entry.countedAt = at;
		this.#tally(entry).counted(at, granted);
	}

	close(entry: Entry, outcome: Entry['outcome'], status: number | null) {
		entry.outcome = outcome;
		entry.status = status;
		entry.respondedAt = outcome === 'hanging' ? null : now();
		this.#tally(entry).closed(entry);
	}

	#tally(entry: Entry) {
		const name = entry.endpoint ?? 'unknown';
		let tally = this.#tallies.get(name);
		if (tally === undefined) this.#tallies.set(name, (tally = new Tally()));
		return tally;
	}

	counters(windowMs: number) {
		return Object.fromEntries(
			[...this.#tallies].map(([name, tally]) => [name, tally.describe(windowMs)]),
		);
	}

	/** @returns oldest first; `limit` keeps the newest */
	select({
		endpoint = null,
		status = null,
		since = 0,
		limit = Infinity,
	}: {
		endpoint?: string | null;
		status?: number | null;
		since?: number;
		limit?: number;
	}): Entry[] {
		const found = this.#entries.filter(
			(entry) =>
				entry.seq > since &&
				(endpoint === null || (entry.endpoint ?? 'unknown') === endpoint) &&
				(status === null || entry.status === status),
		);
		return found.length > limit ? found.slice(found.length - limit) : found;
	}
}
