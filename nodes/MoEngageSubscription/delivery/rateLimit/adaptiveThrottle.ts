import type { RateLimitInfo } from '../types';

/** First wait after a 429 that names no time; doubles with each further one. */
export const BACKOFF_MS = 1000;
export const BACKOFF_CAP_MS = 30_000;
/** After the first 429 the pace stays just under the limit: a burst is what the server refused. */
const CALM_RATE = 0.98;
const DECREASE_FACTOR = 0.7;
const SMALL_DECREASE_FACTOR = 0.96;
/** Once a shortage has been seen, the backoff of the next starts at 2 to this power, in seconds. */
const LATER_START = 4;
/** What each success gives back of the limit. */
const INCREASE_STEP = 0.01;
/** Part of a window: a server that names a shorter wait gives its requests out one by one. */
const SHORT_WAIT = 1 / 12;
const FORGET_MS = 10 * 60_000;
/** A 429 that asks for longer than this is about the day's quota, or a mistake. */
export const LONGEST_WAIT_MS = 5 * 60_000;
/** A day; a server that asks for more doesn't mean it. */
const LONGEST_ASKED_MS = 24 * 60 * 60_000;
/** Milliseconds between requests that find out whether the server takes some again after that. */
const PROBE_EVERY_MS = 60_000;
/** The reset comes in whole seconds, rounded in a way that isn't published. */
const RESET_ROUNDING_MS = 1000;

/**
 * What a 429 asks of the whole door: stay away until the time it names, let one request try, then
 * go on evenly spaced, slower with each further 429 and a little faster with each success.
 */
export class AdaptiveThrottle {
	private blockedUntil = 0;
	private isProbing = false;
	private lastThrottledAt = -Infinity;
	private lastSentAt = -Infinity;
	private inRow = 0;
	/** Share of the limit at which requests leave; undefined while nothing is known against bursts. */
	private rate?: number;

	constructor(
		private readonly windowMs: number,
		private readonly random: () => number,
	) {}

	/** When the next request may leave; Infinity while the one that tries is under way. */
	openAt(now: number, limit: number, inFlight: number, evenly: boolean): number {
		if (this.rate !== undefined && now - this.lastThrottledAt > FORGET_MS) this.rate = undefined;
		if (this.isProbing && inFlight > 0) return Infinity;
		if (this.rate === undefined || !evenly) return Math.max(now, this.blockedUntil);
		const gap = this.windowMs / (limit * this.rate);
		return Math.max(now, this.blockedUntil, this.lastSentAt + gap);
	}

	onSent(now: number): void {
		this.lastSentAt = now;
	}

	/** Any answer but a 429. To a request that left before the latest 429 it says nothing new. */
	onSuccess(sentAt: number): void {
		if (sentAt < this.lastThrottledAt) return;
		this.isProbing = false;
		this.inRow = 0;
		if (this.rate !== undefined) this.rate = Math.min(CALM_RATE, this.rate + INCREASE_STEP);
	}

	/**
	 * A 429 to a request that left at `sentAt`. Requests that were already under way when an
	 * earlier 429 came say nothing new: they neither slow the pace nor lengthen the backoff.
	 */
	onThrottled(
		sentAt: number,
		now: number,
		rate: RateLimitInfo,
		ownReturn = Infinity,
		isExhausted = false,
	): void {
		const asked = askedWait(rate) ?? resetWait(rate, this.windowMs);
		// Later executions must find out when the server takes requests again.
		const bounded = asked === undefined ? undefined : Math.min(asked, LONGEST_WAIT_MS);
		const named = isExhausted ? PROBE_EVERY_MS : bounded;
		if (sentAt < this.lastThrottledAt) {
			if (named !== undefined) this.blockedUntil = Math.max(this.blockedUntil, now + named);
			return;
		}
		const first = this.rate === undefined ? 0 : LATER_START;
		const backoff = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.max(first, this.inRow));
		const wait = named ?? Math.min(backoff * (0.5 + this.random() / 2), ownReturn - now);
		this.blockedUntil = Math.max(this.blockedUntil, now + Math.max(wait, backoff / 4));
		// A refused try is the same shortage going on: that says less about the pace than a 429
		// that comes after successes. A longer wait that the server names is about its window: once
		// that frees, nothing is wrong with the pace.
		if (this.rate === undefined) this.rate = CALM_RATE;
		else if (named === undefined || named < this.windowMs * SHORT_WAIT)
			this.rate = Math.max(
				INCREASE_STEP,
				this.rate * (this.inRow === 0 ? DECREASE_FACTOR : SMALL_DECREASE_FACTOR),
			);
		this.lastThrottledAt = now;
		this.inRow += 1;
		this.isProbing = true;
	}
}

/** Milliseconds that Retry-After asks for; undefined if it can't be meant. */
export function askedWait({ retryAfterMs }: RateLimitInfo = {}): number | undefined {
	if (retryAfterMs === undefined || !(retryAfterMs >= 0 && retryAfterMs <= LONGEST_ASKED_MS))
		return undefined;
	return retryAfterMs;
}

function resetWait({ resetInMs }: RateLimitInfo, windowMs: number): number | undefined {
	if (resetInMs === undefined || resetInMs < 0) return undefined;
	// A reset beyond the window is no reset of this window (a lie, or a clock that is off).
	if (resetInMs > windowMs + 2 * RESET_ROUNDING_MS) return undefined;
	return resetInMs + RESET_ROUNDING_MS;
}
