import { RESET_ROUNDING_MS, SHARE_MIN } from '../tuning';

/** The server's window as its rate headers describe it. All times in milliseconds. */
export interface QuotaWindow {
	/** The reset lies between these two; each response narrows them. */
	endsAfter: number;
	endsBefore: number;
	limit: number;
	/** Smallest `remaining` that a response of this window reported. */
	remaining: number;
	/** Responses of ours that this window reported. */
	own: number;
	/** Responses without rate headers: each used a request that `remaining` may not include. */
	unreported: number;
	/** Those of them that may already belong to the next window. */
	unreportedLate: number;
}

/** What one response says of the reset: between which two moments it lies. */
export type ResetRange = Pick<QuotaWindow, 'endsAfter' | 'endsBefore'>;

/** The reset comes in whole seconds, rounded in a way that isn't published. */
export function resetRange(sentAt: number, now: number, resetInMs: number): ResetRange {
	return {
		endsAfter: sentAt + resetInMs - RESET_ROUNDING_MS,
		endsBefore: now + resetInMs + RESET_ROUNDING_MS,
	};
}

/** A window as its first response describes it. */
export function newWindow(
	range: ResetRange,
	limit: number,
	remaining: number,
	unreported: number,
): QuotaWindow {
	return { ...range, limit, remaining, own: 1, unreported, unreportedLate: 0 };
}

/** Another response of the same window; false if the numbers contradict each other. */
export function updateWindow(
	window: QuotaWindow,
	range: ResetRange,
	limit: number,
	remaining: number,
): boolean {
	window.own += 1;
	window.endsAfter = Math.max(window.endsAfter, range.endsAfter);
	window.endsBefore = Math.min(window.endsBefore, range.endsBefore);
	window.remaining = Math.min(window.remaining, remaining);
	window.limit = limit;
	// With k responses of ours in this window at least k requests are used.
	return window.remaining <= limit - window.own;
}

/** Requests that may leave before the reset. */
export function freeIn({ remaining, unreported }: QuotaWindow, inFlight: number): number {
	return Math.max(0, remaining - unreported - inFlight);
}

/** Whether others draw from the same quota. */
export function hasOthers({ limit, remaining, own }: QuotaWindow, inFlight: number): boolean {
	return limit - remaining > own + inFlight;
}

/**
 * How many of our requests may be in flight at once. Alone: all that remain. If others draw from
 * the same quota: our share of what remains, so that together we don't exceed it at its end.
 */
export function shareOf(window: QuotaWindow, inFlight: number): number {
	const used = window.limit - window.remaining;
	const remaining = window.remaining - window.unreported;
	if (!hasOthers(window, inFlight)) return remaining;
	const part = remaining * ((window.own + inFlight) / Math.max(1, used));
	return part >= SHARE_MIN ? Math.max(1, Math.floor(part)) : 0;
}
