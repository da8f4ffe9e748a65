import {
	FORGET_CONCURRENCY_MS,
	LATENCY_TOLERANCE,
	LATENCY_WEIGHT_MIN,
	MAX_IN_FLIGHT,
	NEAR_LEVEL_SHARE,
	START_IN_FLIGHT,
} from '../tuning';
import type { QuotaShare } from '../rateLimit/serverQuota';

/** What is noted of a request when it leaves. */
interface Departure {
	readonly sentAt: number;
	/** Requests in flight with it. */
	readonly inFlight: number;
}

/**
 * How many requests may be in flight at one endpoint, decided as TCP does for packets: slow start
 * while responses come clean, half when requests fail, fewer when latency grows with the number in
 * flight, then one more per round trip. A 429 returns it to the start. The level is remembered for
 * ten minutes. All times in milliseconds.
 */
export class Concurrency {
	private level = START_IN_FLIGHT;
	/** From this level on, it grows by one per round trip instead of doubling. */
	private threshold = MAX_IN_FLIGHT;
	/** Latency of full batches with few requests in flight. */
	private readonly usual = new Average();
	private levelSince = -Infinity;
	/** When the level was first used up. */
	private filledAt = Infinity;
	/** Latency with about as many requests in flight as the level allows. */
	private latency = new Average();
	private lastSentAt = -Infinity;
	/** When more requests than at the start were last in flight. */
	private crowdedAt = -Infinity;
	private throttledAt = -Infinity;
	/** Our part of what rate headers say the server counts; undefined without them. */
	private share?: number;

	/** Requests that may be in flight at once. */
	limit(now: number): number {
		return this.isForgotten(now) ? START_IN_FLIGHT : Math.floor(this.level);
	}

	/** A request leaves; with it, `inFlight` are in flight. */
	onSent(now: number, inFlight: number): void {
		if (this.isForgotten(now)) this.forget(now);
		this.lastSentAt = now;
		if (inFlight >= this.limit(now)) this.filledAt = Math.min(this.filledAt, now);
		if (inFlight > START_IN_FLIGHT) this.crowdedAt = now;
	}

	/** What fresh rate headers say of others; undefined without them. */
	onHeaders(headers?: QuotaShare): void {
		this.share = headers?.share;
		if (headers === undefined || headers.share >= 1) return;
		this.level = Math.min(this.level, Math.max(START_IN_FLIGHT, headers.remaining));
	}

	/**
	 * A full batch was accepted. `oldestAt`: when the oldest request left that is still in flight.
	 * Without rate headers a 429 means that others may use the limit: the level stays at the start.
	 */
	onAccepted({ sentAt, inFlight }: Departure, now: number, oldestAt: number): void {
		if (this.crowdedAt < sentAt) this.usual.add(now - sentAt);
		// What left at an earlier level says nothing about this one.
		if (sentAt >= this.levelSince && inFlight >= this.level * NEAR_LEVEL_SHARE)
			this.latency.add(now - sentAt);
		// A round trip is over when everything has come back that was in flight at this level.
		if (oldestAt <= this.filledAt) return;
		const slowdown = this.latency.value / this.usual.value;
		const isAlone = now - this.throttledAt > FORGET_CONCURRENCY_MS;
		if (slowdown > LATENCY_TOLERANCE) this.lower(now, this.level / slowdown);
		else if (isAlone || this.share !== undefined) this.raise(now);
		else this.set(now, this.level);
	}

	/** No response, or a 5xx. */
	onFailure({ sentAt }: Departure, now: number): void {
		if (sentAt >= this.levelSince) this.lower(now, this.level / 2);
	}

	/** A 429: the burst was too much. */
	onThrottled(now: number): void {
		this.throttledAt = now;
		this.lower(now, START_IN_FLIGHT);
	}

	private raise(now: number): void {
		const step = this.level < this.threshold ? this.level : 1;
		// Others grow as fast: with half of the window theirs, the level stays.
		const lead = Math.max(0, 2 * (this.share ?? 1) - 1);
		this.set(now, Math.min(MAX_IN_FLIGHT, this.level + step * lead));
	}

	private lower(now: number, level: number): void {
		this.set(now, Math.max(START_IN_FLIGHT, level));
		this.threshold = this.level;
	}

	/** Starts a new round trip. */
	private set(now: number, level: number): void {
		this.level = level;
		this.levelSince = now;
		this.filledAt = Infinity;
		this.latency = new Average();
	}

	private isForgotten(now: number): boolean {
		return now - this.lastSentAt > FORGET_CONCURRENCY_MS;
	}

	private forget(now: number): void {
		this.set(now, START_IN_FLIGHT);
		this.threshold = MAX_IN_FLIGHT;
		this.usual.clear();
		this.share = undefined;
	}
}

/** The mean of the first values, then a smoothed one. */
class Average {
	private count = 0;
	private mean = 0;

	/** NaN without a value. */
	get value(): number {
		return this.count === 0 ? NaN : this.mean;
	}

	add(value: number): void {
		this.count += 1;
		this.mean += (value - this.mean) * Math.max(1 / this.count, LATENCY_WEIGHT_MIN);
	}

	clear(): void {
		this.count = 0;
	}
}
