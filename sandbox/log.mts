/**
 * Every request received, and counts of them. It never contains a key: the value of the Authorization
 * header and the body's app_secret are left out.
 *
 * @typedef {object} Entry
 * @property {number} seq
 * @property {number} receivedAt ms since 1970
 * @property {number | null} countedAt when the limits counted it
 * @property {number | null} respondedAt null: none yet, or none at all
 * @property {string | null} endpoint null: unknown endpoint
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {string | null} workspace
 * @property {string[]} headerNames
 * @property {Record<string, string>} headers the harmless ones
 * @property {'right' | import('./auth.mts').AuthProblem | null} auth
 * @property {number} users number of users in the request
 * @property {unknown} body parsed; as text if it is not JSON
 * @property {number | null} status null: no response
 * @property {'pending' | 'responded' | 'cut' | 'half' | 'hanging'} outcome
 * @property {boolean} applied the change was made
 * @property {string | null} rule ID of the fault's rule
 */
import { headerText } from './auth.mts';
import { isRecord, now } from './http.mts';
import { Tally } from './tally.mts';

const HARMLESS_HEADERS = [
	'content-type',
	'idempotency-key',
	'moe-appkey',
	'moe-project-code',
	'user-agent',
];

/** Longest text kept of a body that isn't JSON, in characters. */
const TEXT_KEPT = 2000;

/** @param {import('./http.mts').HttpRequest} request */
function loggedBody(request) {
	if (request.body === undefined)
		return request.text === '' ? undefined : request.text.slice(0, TEXT_KEPT);
	if (!isRecord(request.body) || !('app_secret' in request.body)) return request.body;
	return { ...request.body, app_secret: '(not kept)' };
}

export class RequestLog {
	/** @type {Entry[]} */
	#entries = [];
	#seq = 0;
	/** @type {Map<string, Tally>} */
	#tallies = new Map();

	clear() {
		this.#entries = [];
		this.#tallies.clear();
	}

	/**
	 * @param {import('./http.mts').HttpRequest} request
	 * @param {string | null} endpoint
	 * @param {string[]} users
	 * @param {import('./config.mts').Config} config
	 * @returns {Entry}
	 */
	open(request, endpoint, users, config) {
		/** @type {Entry} */
		const entry = {
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
		const spare = this.#entries.length - config.logLimit;
		if (spare > config.logLimit / 4) this.#entries.splice(0, spare);
		this.#tally(entry).opened(entry);
		return entry;
	}

	/**
	 * Records when the limits counted the request, which the window counters are based on.
	 *
	 * @param {Entry} entry
	 * @param {number} at
	 * @param {boolean} granted
	 */
	counted(entry, at, granted) {
		entry.countedAt = at;
		this.#tally(entry).counted(at, granted);
	}

	/**
	 * @param {Entry} entry
	 * @param {Entry['outcome']} outcome
	 * @param {number | null} status
	 */
	close(entry, outcome, status) {
		entry.outcome = outcome;
		entry.status = status;
		entry.respondedAt = outcome === 'hanging' ? null : now();
		this.#tally(entry).closed(entry);
	}

	/** @param {Entry} entry */
	#tally(entry) {
		const name = entry.endpoint ?? 'unknown';
		let tally = this.#tallies.get(name);
		if (tally === undefined) this.#tallies.set(name, (tally = new Tally()));
		return tally;
	}

	/** @param {number} windowMs */
	counters(windowMs) {
		return Object.fromEntries(
			[...this.#tallies].map(([name, tally]) => [name, tally.describe(windowMs)]),
		);
	}

	/**
	 * @param {{ endpoint?: string | null, status?: number | null, since?: number, limit?: number }} filter
	 * @returns {Entry[]} oldest first; `limit` keeps the newest
	 */
	select({ endpoint = null, status = null, since = 0, limit = Infinity }) {
		const found = this.#entries.filter(
			(entry) =>
				entry.seq > since &&
				(endpoint === null || (entry.endpoint ?? 'unknown') === endpoint) &&
				(status === null || entry.status === status),
		);
		return found.length > limit ? found.slice(found.length - limit) : found;
	}
}
