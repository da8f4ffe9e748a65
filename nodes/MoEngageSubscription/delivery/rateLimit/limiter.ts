import { HOPELESS_MS, LONGEST_WAIT_MS } from '../tuning';
import type { Policy, RateLimitInfo } from '../types';
import { AdaptiveThrottle, askedWait } from './adaptiveThrottle';
import { DailyQuota } from './dailyQuota';
import { ServerQuota, type QuotaShare } from './serverQuota';
import { SlidingWindowLog } from './slidingWindowLog';

/** One request in flight, as the limiter counts it. */
export interface Permit {
	readonly sentAt: number;
	/** Requests in flight with it. */
	readonly inFlight: number;
	/** The server had reported headroom when it left. */
	readonly hadHeadroom: boolean;
}

/**
 * Says when the next request to one endpoint of one workspace may leave. It combines the
 * server's quota, once its rate headers have proved right, our own log of the last window otherwise,
 * and the waits that a 429 asks for. The caller limits the requests in flight.
 */
export class Limiter {
	private readonly log: SlidingWindowLog;
	private readonly quota: ServerQuota;
	private readonly throttle: AdaptiveThrottle;
	private readonly day: DailyQuota;
	private throttledSince?: number;

	constructor(
		private readonly policy: Policy,
		random: () => number,
	) {
		this.log = new SlidingWindowLog(policy.windowMs);
		this.quota = new ServerQuota(policy.windowMs);
		this.throttle = new AdaptiveThrottle(policy.windowMs, random);
		this.day = new DailyQuota(policy.dayLimit);
	}

	get inFlight(): number {
		return this.log.inFlight;
	}

	/** Whether waiting for the window can't help: the requests of the day are used up. */
	isDaySpent(now: number): boolean {
		return this.day.isSpent(now);
	}

	/** When the next request may leave; Infinity if that depends on a response. */
	openAt(now: number): number {
		const { quota, inFlight } = this;
		const limit = this.limit(now);
		const evenly = !quota.isTrusted && !quota.hasHeadroom(now, inFlight);
		const throttledUntil = this.throttle.openAt(now, limit, inFlight, evenly);
		const usesLog = !quota.isTrusted || quota.isAloneAtFirst(now, inFlight);
		const asks = !quota.isTrusted && quota.mayAsk(this.policy.limit, now, inFlight);
		const logOpen = asks ? now : usesLog ? this.log.openAt(now, limit) : Infinity;
		const open = quota.isTrusted ? Math.min(logOpen, quota.openAt(now, inFlight)) : logOpen;
		return Math.max(throttledUntil, open);
	}

	/**
	 * The even gap in milliseconds at which the requests that are left last until the next come
	 * back; 0 while more than the share `plenty` of the limit is left.
	 */
	evenGap(now: number, plenty: number): number {
		const limit = this.limit(now);
		if (this.quota.isTrusted) {
			const { free, resetAt } = this.quota.forecast(now, this.inFlight);
			return free > limit * plenty ? 0 : (resetAt - now) / Math.max(1, free);
		}
		const free = limit - this.log.used(now);
		if (free > limit * plenty) return 0;
		let gap = this.policy.windowMs / limit;
		for (const [j, at] of this.log.returns(now).entries())
			gap = Math.max(gap, (at - now) / Math.max(1, free + j));
		return gap;
	}

	/** What fresh rate headers say of others; undefined without them. */
	share(now: number): QuotaShare | undefined {
		return this.quota.share(now, this.inFlight, this.log.used(now));
	}

	/**
	 * Time for `requests` more at the current rate, in milliseconds. An estimate for people. `cap`:
	 * requests per window that the run set for itself.
	 */
	estimate(requests: number, now: number, cap = Infinity): number {
		const limit = Math.min(this.limit(now), cap);
		const open = this.openAt(now);
		const wait = Number.isFinite(open) ? open - now : 0;
		const free = Math.max(0, limit - this.log.used(now));
		return wait + Math.max(0, requests - free) * (this.policy.windowMs / limit);
	}

	onSent(now: number): Permit {
		const hadHeadroom = this.quota.hasHeadroom(now, this.inFlight);
		this.log.onSent();
		this.throttle.onSent(now);
		this.day.onSent(now);
		return { sentAt: now, inFlight: this.inFlight, hadHeadroom };
	}

	/**
	 * Takes in a response. `isThrottled`: it was a 429; `isLost`: none came. True if nothing gets
	 * through for so long that waiting is no use: the day's quota is used up.
	 */
	onResponse(
		permit: Permit,
		now: number,
		isThrottled: boolean,
		info: RateLimitInfo = {},
		isLost = false,
	): boolean {
		this.log.onResponse(now, isLost);
		this.quota.observed(permit.sentAt, now, isThrottled, permit.hadHeadroom, info);
		if (!isThrottled) {
			this.throttledSince = undefined;
			this.throttle.onSuccess(permit.sentAt);
			return false;
		}
		this.throttledSince ??= now;
		const isExhausted =
			(askedWait(info) ?? 0) > LONGEST_WAIT_MS || now - this.throttledSince > HOPELESS_MS;
		this.throttle.onThrottled(permit.sentAt, now, info, this.log.returns(now)[0], isExhausted);
		return isExhausted;
	}

	private limit(now: number): number {
		return this.quota.limit(this.policy.limit, now, this.inFlight);
	}
}
