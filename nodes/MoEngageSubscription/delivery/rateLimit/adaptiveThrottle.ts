import {
	BACKOFF_CAP_MS,
	BACKOFF_MS,
	CALM_RATE,
	DECREASE_FACTOR,
	FORGET_RATE_MS,
	INCREASE_STEP,
	LATER_BACKOFF_POWER,
	LONGEST_ASKED_MS,
	LONGEST_WAIT_MS,
	PROBE_EVERY_MS,
	RESET_ROUNDING_MS,
	SHORT_WAIT_SHARE,
	SMALL_DECREASE_FACTOR,
} from '../tuning';
import type { RateLimitInfo } from '../types';

/**
 * What a 429 asks of the whole endpoint: wait until the time it names, send one probe, then go on
 * evenly spaced, slower with each further 429 and a little faster with each success (AIMD).
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

	/** When the next request may leave; Infinity while the probe is in flight. */
	openAt(now: number, limit: number, inFlight: number, evenly: boolean): number {
		const isForgotten = now - this.lastThrottledAt > FORGET_RATE_MS;
		if (this.isProbing && inFlight > 0) return Infinity;
		if (this.rate === undefined || isForgotten || !evenly) return Math.max(now, this.blockedUntil);
		const gap = this.windowMs / (limit * this.rate);
		return Math.max(now, this.blockedUntil, this.lastSentAt + gap);
	}

	onSent(now: number): void {
		this.lastSentAt = now;
	}

	/** Any response but a 429. For a request that left before the latest 429 it says nothing new. */
	onSuccess(sentAt: number): void {
		if (sentAt < this.lastThrottledAt) return;
		this.isProbing = false;
		this.inRow = 0;
		if (this.rate !== undefined) this.rate = Math.min(CALM_RATE, this.rate + INCREASE_STEP);
	}

	/**
	 * A 429 to a request that left at `sentAt`. Requests that were in flight when an earlier
	 * 429 came say nothing new: they neither lower the rate nor lengthen the backoff.
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
		if (now - this.lastThrottledAt > FORGET_RATE_MS) this.rate = undefined;
		const first = this.rate === undefined ? 0 : LATER_BACKOFF_POWER;
		const backoff = Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.max(first, this.inRow));
		const wait = named ?? Math.min(backoff * (0.5 + this.random() / 2), ownReturn - now);
		this.blockedUntil = Math.max(this.blockedUntil, now + Math.max(wait, backoff / 4));
		// A throttled probe is the same shortage going on: that says less about the rate than a 429
		// after successes. A longer wait that the server names is about its window: once that is
		// over, nothing is wrong with the rate.
		if (this.rate === undefined) this.rate = CALM_RATE;
		else if (named === undefined || named < this.windowMs * SHORT_WAIT_SHARE)
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
