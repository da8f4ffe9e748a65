import type { RateLimitInfo } from '../types';

/** Share of the limit that must be left before a shortage seen earlier is no reason to go slowly. */
const AMPLE = 0.25;
/** Part of a window after which others may have used what an answer said was left. */
const FRESH = 1 / 12;
/** Others may use up what was left in the time a request takes; not again and again. */
const STRIKES = 3;
const DISTRUST_MS = 10 * 60_000;

/**
 * How many requests the latest answer said the server would still take. Less than what the rate
 * headers of a fixed window tell, but good on any server: while plenty is left, requests need no
 * even gaps, whatever happened in the window before. Refusals in spite of it end the trust.
 */
export class Room {
	private left = 0;
	private limit = Infinity;
	private heardAt = -Infinity;
	private strikes = 0;
	private struckAt = -Infinity;

	constructor(private readonly windowMs: number) {}

	/** Whether so much is left that those in flight, and others, can't use it up unseen. */
	ample(now: number, inFlight: number): boolean {
		if (this.strikes >= STRIKES && now - this.struckAt < DISTRUST_MS) return false;
		if (now - this.heardAt > this.windowMs * FRESH) return false;
		return this.left - inFlight >= this.limit * AMPLE;
	}

	/**
	 * Takes in an answer to a request that left at `sentAt`. `throttled`: it was a 429; `wasAmple`:
	 * there was plenty left when the request left.
	 */
	answered(
		sentAt: number,
		now: number,
		throttled: boolean,
		wasAmple: boolean,
		rate: RateLimitInfo,
	): void {
		// All that were in flight at one refusal are one strike.
		if (throttled && wasAmple && sentAt >= this.struckAt) {
			this.strikes = now - this.struckAt < DISTRUST_MS ? this.strikes + 1 : 1;
			this.struckAt = now;
		}
		const { limit, remaining } = rate;
		this.left = throttled || limit === undefined ? 0 : (remaining ?? 0);
		this.limit = limit ?? Infinity;
		this.heardAt = now;
	}
}
