import type { Entry } from './entry.mts';

/**
 * Counts for one endpoint, which remain when the log drops old entries.
 */
export class Tally {
	#requests = 0;
	#users = 0;
	#ok = 0;
	#inFlight = 0;
	#maxInFlight = 0;
	#applied = 0;
	#byStatus: Map<string, number> = new Map();
	/** Milliseconds since 1970, ascending. */
	#times: number[] = [];
	#grantedTimes: number[] = [];

	opened(entry: Entry) {
		this.#requests++;
		this.#users += entry.users;
		this.#inFlight++;
		this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
	}

	/** @param granted within the limits */
	counted(at: number, granted: boolean) {
		this.#times.push(at);
		if (granted) this.#grantedTimes.push(at);
	}

	closed(entry: Entry) {
		this.#inFlight--;
		const status = entry.status === null ? 'none' : String(entry.status);
		this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
		if (entry.status !== null && entry.status >= 200 && entry.status < 300) this.#ok++;
		if (entry.applied) this.#applied++;
	}

	describe(windowMs: number) {
		return {
			requests: this.#requests,
			users: this.#users,
			ok: this.#ok,
			throttled: this.#byStatus.get('429') ?? 0,
			withoutResponse: this.#byStatus.get('none') ?? 0,
			applied: this.#applied,
			byStatus: Object.fromEntries(this.#byStatus),
			inFlight: this.#inFlight,
			maxInFlight: this.#maxInFlight,
			maxInWindow: mostInAnyWindow(this.#times, windowMs),
			maxGrantedInWindow: mostInAnyWindow(this.#grantedTimes, windowMs),
			firstAt: this.#times[0] ?? null,
			lastAt: this.#times[this.#times.length - 1] ?? null,
		};
	}
}

/**
 * @param times ascending
 * @returns the most within any period shorter than `windowMs`
 */
function mostInAnyWindow(times: number[], windowMs: number): number {
	let most = 0;
	let start = 0;
	times.forEach((time, end) => {
		while (time - (times[start] ?? time) >= windowMs) start++;
		most = Math.max(most, end - start + 1);
	});
	return most;
}
