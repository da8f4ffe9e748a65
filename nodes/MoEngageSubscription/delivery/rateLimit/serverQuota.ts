import {
	HEADROOM_FRESH_SHARE,
	HEADROOM_SHARE,
	HEADROOM_STRIKES_MAX,
	IGNORE_HEADERS_MS,
	QUOTA_TRUST_MAX,
	QUOTA_TRUST_MIN,
	RESET_ROUNDING_MS,
} from '../tuning';
import type { RateLimitInfo } from '../types';
import {
	freeIn,
	hasOthers,
	newWindow,
	resetRange,
	shareOf,
	updateWindow,
	type QuotaWindow,
	type ResetRange,
} from './quotaWindow';

/** Rate headers that make sense as such. */
type Quota = Required<Pick<RateLimitInfo, 'limit' | 'remaining' | 'resetInMs'>>;

/** Our part of what the server counts in its window, and of the requests that remain there. */
export interface QuotaShare {
	share: number;
	remaining: number;
}

/**
 * The server's quota as its rate headers report it, which MoEngage documents on every response: how
 * many requests it still accepts, and when its count starts again. They also show what other systems
 * use of the same workspace, and a server that counts by calendar minute gives its next quota at the
 * reset, not 60 s after each response.
 *
 * The window is trusted while the numbers add up: `remaining` must fall by at least what we sent,
 * the reset must stay put until it passes, and a quota must really be fresh after it. The first time
 * a reset passes one request finds out. `hasHeadroom` needs less: it holds for any kind of window.
 * 429s despite headroom end all trust for a while.
 */
export class ServerQuota {
	private window?: QuotaWindow;
	/** Responses in a row that agreed with the window. */
	private trust = 0;
	private freshWindows = 0;
	/** The headers describe no fixed window, or none that we understand. */
	private ignoreWindowUntil = -Infinity;
	private ignoreHeadersUntil = -Infinity;
	private latest = { remaining: 0, limit: Infinity, at: -Infinity };
	private strikes = 0;
	private struckAt = -Infinity;

	constructor(private readonly windowMs: number) {}

	/** Whether the server's window is used instead of our own log. */
	get isTrusted(): boolean {
		return this.trust >= QUOTA_TRUST_MIN && this.window !== undefined;
	}

	/**
	 * The limit to use where `published` is the documented one. A trusted window's holds, raised or
	 * lowered; otherwise a raised one holds as long as there is headroom.
	 */
	limit(published: number, now: number, inFlight: number): number {
		if (this.window !== undefined && this.isTrusted) return this.window.limit;
		return this.hasHeadroom(now, inFlight) ? Math.max(published, this.latest.limit) : published;
	}

	/** Whether one request should find out if the raised headroom of an earlier list is still there. */
	mayAsk(published: number, now: number, inFlight: number): boolean {
		const { remaining, limit } = this.latest;
		if (inFlight > 0 || limit <= published || now < this.ignoreHeadersUntil) return false;
		return this.isOld(now) && remaining >= limit * HEADROOM_SHARE;
	}

	/**
	 * No reset has been seen to bring a fresh quota, but nothing of others either: then our own log is
	 * as good, and counts what is in flight only once.
	 */
	isAloneAtFirst(now: number, inFlight: number): boolean {
		const { window } = this;
		if (window === undefined || this.freshWindows > 0) return false;
		if (now >= window.endsBefore) return !hasOthers(window, 0);
		return window.remaining > 0 && !hasOthers(window, inFlight);
	}

	/** When the next request may leave; Infinity if that depends on a response. */
	openAt(now: number, inFlight: number): number {
		const window = this.window as QuotaWindow;
		if (now < window.endsBefore)
			return inFlight + 1 <= shareOf(window, inFlight) ? now : window.endsBefore;
		// The reset has passed: one request finds out, the others wait for it, until a fresh quota at
		// the reset has been seen once. From then on the first few may go together.
		if (this.freshWindows === 0) return inFlight === 0 ? now : Infinity;
		const mayBeCounted = inFlight + window.unreportedLate;
		return inFlight === 0 || mayBeCounted < window.limit ? now : Infinity;
	}

	/** Requests that may leave before the reset, and the moment of the reset. */
	forecast(now: number, inFlight: number): { free: number; resetAt: number } {
		const window = this.window as QuotaWindow;
		if (now >= window.endsBefore) return { free: window.limit, resetAt: now + this.windowMs };
		return { free: freeIn(window, inFlight), resetAt: window.endsBefore };
	}

	/** Whether so much remains that requests in flight, and others, can't use it up unseen. */
	hasHeadroom(now: number, inFlight: number): boolean {
		const { remaining, limit } = this.latest;
		if (now < this.ignoreHeadersUntil || this.isOld(now)) return false;
		return remaining - inFlight >= limit * HEADROOM_SHARE;
	}

	/**
	 * What fresh rate headers say of others; undefined without them. `own`: requests of ours that
	 * count in any window.
	 */
	share(now: number, inFlight: number, own: number): QuotaShare | undefined {
		if (this.window !== undefined && this.isTrusted) {
			const { window } = this;
			const used = window.limit - window.remaining;
			const share = Math.min(1, (window.own + inFlight) / Math.max(1, used));
			return { share, remaining: shareOf(window, inFlight) };
		}
		const { remaining, limit } = this.latest;
		if (!Number.isFinite(limit) || this.isOld(now)) return undefined;
		const share = Math.min(1, own / Math.max(1, limit - remaining));
		return { share, remaining: remaining * share };
	}

	/**
	 * Takes in a response to a request that left at `sentAt`. `isThrottled`: it was a 429;
	 * `hadHeadroom`: there was headroom when the request left.
	 */
	observed(
		sentAt: number,
		now: number,
		isThrottled: boolean,
		hadHeadroom: boolean,
		info: RateLimitInfo,
	): void {
		if (isThrottled && hadHeadroom) this.strike(sentAt, now);
		const { limit, remaining } = info;
		const left = isThrottled || limit === undefined ? 0 : (remaining ?? 0);
		this.latest = { remaining: left, limit: limit ?? Infinity, at: now };
		if (now < this.ignoreWindowUntil || now < this.ignoreHeadersUntil) return;
		const quota = this.quotaIn(info);
		if (quota === 'missing') this.unreported(now);
		else if (quota === 'invalid') this.contradict(now);
		else this.observeWindow(quota, resetRange(sentAt, now, quota.resetInMs), sentAt, now);
	}

	/** Whether others may have used what the latest response said remained. */
	private isOld(now: number): boolean {
		return now - this.latest.at > this.windowMs * HEADROOM_FRESH_SHARE;
	}

	private quotaIn({ limit, remaining, resetInMs }: RateLimitInfo): Quota | 'missing' | 'invalid' {
		if (limit === undefined || remaining === undefined || resetInMs === undefined) return 'missing';
		const isInRange =
			limit >= 1 &&
			remaining >= 0 &&
			remaining <= limit &&
			resetInMs >= 0 &&
			resetInMs <= this.windowMs + 2 * RESET_ROUNDING_MS;
		return isInRange ? { limit, remaining, resetInMs } : 'invalid';
	}

	private observeWindow(quota: Quota, range: ResetRange, sentAt: number, now: number): void {
		const { limit, remaining } = quota;
		const { window } = this;
		if (window === undefined) {
			this.window = newWindow(range, limit, remaining, 0);
		} else if (range.endsAfter > window.endsBefore) {
			this.nextWindow(window, quota, range, sentAt, now);
		} else if (range.endsBefore >= window.endsAfter) {
			if (updateWindow(window, range, limit, remaining)) this.agree();
			else this.contradict(now);
		}
		// Else a straggler: a response of the window before this one.
	}

	private nextWindow(
		window: QuotaWindow,
		{ limit, remaining }: Quota,
		range: ResetRange,
		sentAt: number,
		now: number,
	): void {
		// A reset that moves on before it has passed is no fixed window's.
		const hasPassed =
			range.endsAfter - window.endsBefore > this.windowMs / 2 || sentAt >= window.endsAfter;
		const isFresh = remaining >= limit / 2;
		if (!hasPassed || (this.isTrusted && !isFresh)) return this.contradict(now);
		if (this.isTrusted) this.freshWindows += 1;
		this.agree();
		this.window = newWindow(range, limit, remaining, window.unreportedLate);
	}

	/** No rate headers this time. Two in a row: they have stopped coming, and our own log is used. */
	private unreported(now: number): void {
		this.trust = Math.max(0, this.trust - 2);
		if (this.window === undefined) return;
		this.window.unreported += 1;
		if (now >= this.window.endsAfter) this.window.unreportedLate += 1;
	}

	private agree(): void {
		this.trust = Math.min(QUOTA_TRUST_MAX, this.trust + 1);
	}

	private contradict(now: number): void {
		this.ignoreWindowUntil = now + IGNORE_HEADERS_MS;
		this.forgetWindow();
	}

	/** Others may use up what remained while a request is in flight, but not again and again. */
	private strike(sentAt: number, now: number): void {
		// All that were in flight at one 429 are one strike.
		if (sentAt < this.struckAt) return;
		this.strikes = now - this.struckAt < IGNORE_HEADERS_MS ? this.strikes + 1 : 1;
		this.struckAt = now;
		if (this.strikes < HEADROOM_STRIKES_MAX) return;
		this.ignoreHeadersUntil = now + IGNORE_HEADERS_MS;
		this.forgetWindow();
	}

	private forgetWindow(): void {
		this.window = undefined;
		this.trust = 0;
		this.freshWindows = 0;
	}
}
