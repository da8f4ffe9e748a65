/**
 * Kinds of rate window. MoEngage doesn't publish which one it uses, so all of them can be tried.
 */
import type { WindowSettings } from './config.mts';

interface Look {
	/** Whether a request would be allowed now. */
	allowed: boolean;
	remaining: number;
	/** Time until the next permit is free. */
	nextMs: number;
	/** Time until all permits are free. */
	fullMs: number;
}

export interface RateWindow {
	/** Changes nothing. */
	look: (now: number, limit: number) => Look;
	count: (now: number, limit: number) => void;
}

/** At most `limit` requests in any period of `windowMs`. */
function slidingWindow(windowMs: number): RateWindow {
	let times: number[] = [];
	let head = 0;

	function forget(now: number) {
		while (head < times.length && now - (times[head] ?? now) >= windowMs) head++;
		if (head > 4096 && head * 2 > times.length) {
			times = times.slice(head);
			head = 0;
		}
	}

	return {
		look(now, limit) {
			forget(now);
			const used = times.length - head;
			const freedNext = times[head + Math.max(0, used - limit)] ?? now - windowMs;
			const last = times[times.length - 1] ?? now - windowMs;
			return {
				allowed: used < limit,
				remaining: Math.max(0, limit - used),
				nextMs: Math.max(0, freedNext + windowMs - now),
				fullMs: Math.max(0, last + windowMs - now),
			};
		},
		count(now) {
			forget(now);
			times.push(now);
		},
	};
}

/** A full budget at every start of a window, at any phase. */
export function fixedWindow(windowMs: number, phaseMs: number): RateWindow {
	let current = Number.NaN;
	let used = 0;

	function turn(now: number) {
		const index = Math.floor((now - phaseMs) / windowMs);
		if (index !== current) used = 0;
		current = index;
	}

	return {
		look(now, limit) {
			turn(now);
			const untilEnd = (current + 1) * windowMs + phaseMs - now;
			return {
				allowed: used < limit,
				remaining: Math.max(0, limit - used),
				nextMs: untilEnd,
				fullMs: untilEnd,
			};
		},
		count(now) {
			turn(now);
			used++;
		},
	};
}

/**
 * `capacity` tokens that are refilled evenly.
 *
 * @param capacity null: the limit
 * @param refillPerWindow null: the limit
 */
function tokenBucket(
	windowMs: number,
	capacity: number | null,
	refillPerWindow: number | null,
): RateWindow {
	let tokens: number | null = null;
	let at = 0;

	function refill(now: number, limit: number): { size: number; perMs: number; level: number } {
		const size = capacity ?? limit;
		const perMs = (refillPerWindow ?? limit) / windowMs;
		const level = tokens === null ? size : Math.min(size, tokens + (now - at) * perMs);
		tokens = level;
		at = now;
		return { size, perMs, level };
	}

	return {
		look(now, limit) {
			const { size, perMs, level } = refill(now, limit);
			// A tolerance, since tokens are sums of fractions.
			const whole = Math.floor(level + 1e-9);
			return {
				allowed: whole >= 1,
				remaining: Math.max(0, whole),
				nextMs: level >= size ? 0 : (Math.max(0, whole) + 1 - level) / perMs,
				fullMs: Math.max(0, (size - level) / perMs),
			};
		},
		count(now, limit) {
			const { size, level } = refill(now, limit);
			tokens = Math.max(-size, level - 1);
		},
	};
}

export function createWindow(settings: WindowSettings, windowMs: number): RateWindow {
	if (settings.kind === 'fixed') return fixedWindow(windowMs, settings.phaseMs);
	if (settings.kind === 'bucket') {
		return tokenBucket(windowMs, settings.capacity, settings.refillPerWindow);
	}
	return slidingWindow(windowMs);
}
