import type { Limiter } from '../rateLimit/limiter';
import {
	ARRIVALS_SHARE,
	LINGER_FREE_SHARE,
	LINGER_IN_FLIGHT,
	LINGER_SHARE_MAX,
	LINGER_SHARE_MIN,
	SATURATED_SHARE,
} from '../tuning';

/** Watches runs arrive, to distinguish a storm of small ones from a single list. */
export class ArrivalRate {
	private readonly arrivals: number[] = [];

	constructor(private readonly windowMs: number) {}

	onArrival(now: number): void {
		this.arrivals.push(now);
		this.arrivals.splice(0, this.arrivals.length - this.recent(now));
	}

	/** Several runs share the endpoint: what is left of the window is spread over all of it. */
	isContended(now: number): boolean {
		return this.recent(now) >= 2;
	}

	/** Sending each arrival separately would use up the limit: small ones travel together. */
	isSaturated(now: number, limit: number): boolean {
		return this.recent(now) > Math.max(1, SATURATED_SHARE * ARRIVALS_SHARE * limit);
	}

	/** Runs that a whole window brings at the present rate. */
	expected(now: number): number {
		return this.recent(now) / ARRIVALS_SHARE;
	}

	private recent(now: number): number {
		const since = now - this.windowMs * ARRIVALS_SHARE;
		const first = this.arrivals.findIndex((at) => at >= since);
		return first === -1 ? 0 : this.arrivals.length - first;
	}
}

/** What a fresh batch's wait depends on. */
interface LingerView {
	now: number;
	/** Requests per window. */
	limit: number;
	/** Records per request. */
	batchSize: number;
	/** Runs at the endpoint that are not done. */
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
