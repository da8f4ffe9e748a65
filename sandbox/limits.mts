/** The rate limits: one window and one day for each workspace and endpoint (method + path). */
import { createWindow, fixedWindow, type RateWindow } from './windows.mts';
import type { Config } from './config.mts';
import type { Operation } from './contract.mts';

export interface Grant {
	allowed: boolean;
	/** The limit of the window, or of the day if that is exhausted. */
	limit: number;
	/** Permits that remain after this request. */
	remaining: number;
	/** Time until the next permit is free. */
	nextMs: number;
	/** Time until all permits are free. */
	fullMs: number;
	/** Number of requests of this workspace to the endpoint, including this one. */
	nth: number;
}

const MINUTES_IN_A_DAY = 1440;

function quotaOf(config: Config, endpoint: Operation) {
	const set = config.limits[endpoint.name] ?? {};
	return {
		limit: set.limit === undefined ? endpoint.limit : set.limit,
		dayLimit: set.dayLimit === undefined ? endpoint.dayLimit : set.dayLimit,
	};
}

export class Limits {
	#gates: Map<string, { window: RateWindow; day: RateWindow; seen: number }> = new Map();

	/** Forgets every request counted so far. */
	reset() {
		this.#gates.clear();
	}

	/** @returns null: this endpoint has no limit */
	take(workspaceId: string, endpoint: Operation, config: Config, now: number): Grant | null {
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
	 * @returns the state of the limits, unchanged
	 */
	look(workspaceId: string, endpoint: Operation, config: Config, now: number): Grant | null {
		const { limit } = quotaOf(config, endpoint);
		if (limit === null) return null;
		const gate = this.#gate(workspaceId, endpoint, config);
		return { limit, ...gate.window.look(now, limit), allowed: true, nth: gate.seen };
	}

	#gate(workspaceId: string, endpoint: Operation, config: Config) {
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
