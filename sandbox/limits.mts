/**
 * The rate limits: one window and one day for each workspace and endpoint (method + path).
 *
 * @typedef {object} Grant
 * @property {boolean} allowed
 * @property {number} limit of the window, or of the day if that is the exhausted one
 * @property {number} remaining after this request
 * @property {number} nextMs until the next permit is free
 * @property {number} fullMs until all are free
 * @property {number} nth number of requests of this workspace to the endpoint, including this one
 */
import { createWindow, fixedWindow } from './windows.mts';

const MINUTES_IN_A_DAY = 1440;

/**
 * @param {import('./config.mts').Config} config
 * @param {import('./contract.mts').Operation} endpoint
 */
export function quotaOf(config, endpoint) {
	const set = config.limits[endpoint.name] ?? {};
	return {
		limit: set.limit === undefined ? endpoint.limit : set.limit,
		dayLimit: set.dayLimit === undefined ? endpoint.dayLimit : set.dayLimit,
	};
}

export class Limits {
	/** @type {Map<string, { window: import('./windows.mts').RateWindow, day: import('./windows.mts').RateWindow, seen: number }>} */
	#gates = new Map();

	/** Forgets every request counted so far. */
	reset() {
		this.#gates.clear();
	}

	/**
	 * @param {string} workspaceId
	 * @param {import('./contract.mts').Operation} endpoint
	 * @param {import('./config.mts').Config} config
	 * @param {number} now
	 * @returns {Grant | null} null: this endpoint has no limit
	 */
	take(workspaceId, endpoint, config, now) {
		const quota = quotaOf(config, endpoint);
		if (quota.limit === null) return null;
		const dayLimit = quota.dayLimit ?? Number.POSITIVE_INFINITY;
		const gate = this.#gate(workspaceId, endpoint, config);
		gate.seen++;
		const dayOpen = gate.day.look(now, dayLimit).allowed;
		const allowed = dayOpen && gate.window.look(now, quota.limit).allowed;
		if (allowed) gate.day.count(now, dayLimit);
		if (allowed || config.window.countThrottled) gate.window.count(now, quota.limit);
		const ruling = dayOpen
			? { limit: quota.limit, ...gate.window.look(now, quota.limit) }
			: { limit: dayLimit, ...gate.day.look(now, dayLimit) };
		return { ...ruling, allowed, nth: gate.seen };
	}

	/**
	 * For responses to requests that aren't counted.
	 *
	 * @param {string} workspaceId
	 * @param {import('./contract.mts').Operation} endpoint
	 * @param {import('./config.mts').Config} config
	 * @param {number} now
	 * @returns {Grant | null} the state of the limits, unchanged
	 */
	look(workspaceId, endpoint, config, now) {
		const { limit } = quotaOf(config, endpoint);
		if (limit === null) return null;
		const gate = this.#gate(workspaceId, endpoint, config);
		return { limit, ...gate.window.look(now, limit), allowed: true, nth: gate.seen };
	}

	/**
	 * @param {string} workspaceId
	 * @param {import('./contract.mts').Operation} endpoint
	 * @param {import('./config.mts').Config} config
	 */
	#gate(workspaceId, endpoint, config) {
		const key = JSON.stringify([workspaceId, endpoint.method, endpoint.path]);
		let gate = this.#gates.get(key);
		if (gate === undefined) {
			const dayMs = config.dayMs ?? config.windowMs * MINUTES_IN_A_DAY;
			gate = {
				window: createWindow(config.window, config.windowMs),
				day: fixedWindow(dayMs, 0),
				seen: 0,
			};
			this.#gates.set(key, gate);
		}
		return gate;
	}
}
