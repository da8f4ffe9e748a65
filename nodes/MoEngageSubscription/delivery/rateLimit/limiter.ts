import { DailyQuota } from './dailyQuota';
import { Room } from './room';
import { ServerWindow } from './serverWindow';
import { SlidingWindowLog } from './slidingWindowLog';
import { askedWait, LONGEST_WAIT_MS, AdaptiveThrottle } from './adaptiveThrottle';
import type { Policy, RateLimitInfo } from '../types';

/** Only 429s for this long: the quota of the day is gone, whoever used it. */
const HOPELESS_MS = 30 * 60_000;

/** One request on its way, for the account of the limiter. */
export interface Permit {
	readonly sentAt: number;
	/** The server had said that plenty was left. */
	readonly hadHeadroom: boolean;
}

/**
 * Says when the next request to one endpoint of one workspace may leave. Three voices: our own log
 * of the last window, the server's rate headers once they have proved right, and the waits that a
 * 429 asks for. The caller holds the cap on requests in flight.
 */
export class Limiter {
	private readonly log: SlidingWindowLog;
	private readonly server: ServerWindow;
	private readonly room: Room;
	private readonly throttle: AdaptiveThrottle;
	private readonly day: DailyQuota;
	private throttledSince?: number;

	constructor(
		private readonly policy: Policy,
		random: () => number,
	) {
		this.log = new SlidingWindowLog(policy.windowMs);
		this.server = new ServerWindow(policy.windowMs);
		this.room = new Room(policy.windowMs);
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

	/** When the next request may leave; Infinity while only a response can tell. */
	openAt(now: number): number {
		const ruled = this.server.rules;
		const { limit } = this;
		const evenly = !ruled && !this.room.ample(now, this.inFlight);
		const refusal = this.throttle.openAt(now, limit, this.inFlight, evenly);
		if (!ruled) return Math.max(refusal, this.log.openAt(now, limit));
		return Math.max(refusal, this.server.openAt(now, this.inFlight));
	}

	/**
	 * The even gap in milliseconds at which the requests that are left last until the next come
	 * back; 0 while more than the share `plenty` of the limit is left.
	 */
	evenGap(now: number, plenty: number): number {
		const { limit } = this;
		if (this.server.rules) {
			const { free, resetAt } = this.server.forecast(now, this.inFlight);
			return free > limit * plenty ? 0 : (resetAt - now) / Math.max(1, free);
		}
		const free = limit - this.log.used(now);
		if (free > limit * plenty) return 0;
		let gap = this.policy.windowMs / limit;
		const returns = this.log.returns(now);
		for (let j = 0; j < returns.length; j += 1) {
			gap = Math.max(gap, (returns[j] - now) / Math.max(1, free + j));
		}
		return gap;
	}

	/**
	 * Time for `requests` more at the current rate, in milliseconds. An estimate for people. `cap`:
	 * requests per window that the run set for itself.
	 */
	estimate(requests: number, now: number, cap = Infinity): number {
		const limit = Math.min(this.limit, cap);
		const open = this.openAt(now);
		const wait = Number.isFinite(open) ? open - now : 0;
		const free = Math.max(0, limit - this.log.used(now));
		return wait + Math.max(0, requests - free) * (this.policy.windowMs / limit);
	}

	onSent(now: number): Permit {
		const ample = this.room.ample(now, this.inFlight);
		this.log.onSent();
		this.throttle.onSent(now);
		this.day.onSent(now);
		return { sentAt: now, hadHeadroom: ample };
	}

	/**
	 * Takes in what a response says. `throttled`: it was a 429; `lost`: none came. True if nothing will get through for
	 * so long that waiting is no use: the quota of the day is gone, whoever used it.
	 */
	onResponse(
		permit: Permit,
		now: number,
		throttled: boolean,
		rate: RateLimitInfo = {},
		lost = false,
	): boolean {
		this.log.onResponse(now, lost);
		this.server.answered(permit.sentAt, now, rate);
		this.room.answered(permit.sentAt, now, throttled, permit.hadHeadroom, rate);
		if (!throttled) {
			this.throttledSince = undefined;
			this.throttle.onSuccess(permit.sentAt);
			return false;
		}
		this.throttledSince ??= now;
		const isExhausted =
			(askedWait(rate) ?? 0) > LONGEST_WAIT_MS || now - this.throttledSince > HOPELESS_MS;
		this.throttle.onThrottled(permit.sentAt, now, rate, this.log.returns(now)[0], isExhausted);
		return isExhausted;
	}

	private get limit(): number {
		return this.server.limit ?? this.policy.limit;
	}
}
