import type { Limiter } from '../rateLimit/limiter';

/** Part of a window over which arrivals are watched. */
const WATCHED = 1 / 6;
/** Share of the limit that arrivals must reach before partial batches are held back. */
const SATURATED = 0.8;
/** In a storm, share of the limit that small batches may use before they are held back. */
const LINGER_FREE_SHARE = 0.2;
/**
 * With this many requests in flight, small batches leave evenly so that they don't use up the
 * connections at once.
 */
const LINGER_IN_FLIGHT = 2;
/** Least and greatest share of the limit that full batches leave to new runs in a storm. */
const LINGER_SHARE_MIN = 0.2;
const LINGER_SHARE_MAX = 0.9;

/** Watches runs arrive, to tell a storm of small ones from a single list. */
export class ArrivalRate {
	private readonly arrivals: number[] = [];

	constructor(private readonly windowMs: number) {}

	onArrival(now: number): void {
		this.recent(now);
		this.arrivals.push(now);
	}

	/** Several runs share the endpoint: what is left of the window is spread over all of it. */
	isContended(now: number): boolean {
		return this.recent(now) >= 2;
	}

	/** Sending each arrival separately would use up the limit: small ones travel together. */
	isSaturated(now: number, limit: number): boolean {
		return this.recent(now) > Math.max(1, SATURATED * WATCHED * limit);
	}

	/** Runs that a whole window brings at the present rate. */
	expected(now: number): number {
		return this.recent(now) / WATCHED;
	}

	private recent(now: number): number {
		const since = now - this.windowMs * WATCHED;
		while (this.arrivals[0] < since) this.arrivals.shift();
		return this.arrivals.length;
	}
}

/** What a fresh batch's wait depends on. */
interface LingerView {
	now: number;
	/** Requests per window. */
	limit: number;
	/** Records per request. */
	batchSize: number;
	/** Executions under way at the endpoint. */
	runs: number;
	lastSentAt: number;
	isFull: boolean;
}

/**
 * Group commit: while runs keep coming, a fresh batch waits just so long that the window's last
 * requests last to its end. What arrives meanwhile travels with it. As Kafka's `linger.ms`.
 */
export function lingerUntil(rate: ArrivalRate, limiter: Limiter, view: LingerView): number {
	const { now, limit, isFull } = view;
	const lingers = isFull ? rate.isContended(now) && view.runs > 1 : rate.isSaturated(now, limit);
	if (!lingers) return now;
	const newcomers = rate.expected(now) / view.batchSize / limit;
	const kept = Math.min(LINGER_SHARE_MAX, Math.max(LINGER_SHARE_MIN, newcomers));
	const small = limiter.inFlight >= LINGER_IN_FLIGHT ? 1 : 1 - LINGER_FREE_SHARE;
	return view.lastSentAt + limiter.evenGap(now, isFull ? kept : small);
}
