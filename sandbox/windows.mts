/**
 * Kinds of rate window. MoEngage doesn't publish which one it uses, so all of them can be tried.
 *
 * @typedef {object} Look
 * @property {boolean} allowed a request now would be allowed
 * @property {number} remaining
 * @property {number} nextMs until the next permit is free
 * @property {number} fullMs until all permits are free
 *
 * @typedef {object} RateWindow
 * @property {(now: number, limit: number) => Look} look changes nothing
 * @property {(now: number, limit: number) => void} count
 */

/**
 * At most `limit` requests in any period of `windowMs`.
 *
 * @param {number} windowMs
 * @returns {RateWindow}
 */
export function slidingWindow(windowMs) {
	/** @type {number[]} */
	let times = [];
	let head = 0;

	/** @param {number} now */
	function forget(now) {
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

/**
 * A full budget at every start of a window, at any phase.
 *
 * @param {number} windowMs
 * @param {number} phaseMs
 * @returns {RateWindow}
 */
export function fixedWindow(windowMs, phaseMs) {
	let current = Number.NaN;
	let used = 0;

	/** @param {number} now */
	function turn(now) {
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
 * @param {number} windowMs
 * @param {number | null} capacity null: the limit
 * @param {number | null} refillPerWindow null: the limit
 * @returns {RateWindow}
 */
export function tokenBucket(windowMs, capacity, refillPerWindow) {
	/** @type {number | null} */
	let tokens = null;
	let at = 0;

	/**
	 * @param {number} now
	 * @param {number} limit
	 * @returns {{ size: number, perMs: number, level: number }}
	 */
	function refill(now, limit) {
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

/**
 * @param {import('./config.mts').WindowSettings} settings
 * @param {number} windowMs
 * @returns {RateWindow}
 */
export function createWindow(settings, windowMs) {
	if (settings.kind === 'fixed') return fixedWindow(windowMs, settings.phaseMs);
	if (settings.kind === 'bucket') {
		return tokenBucket(windowMs, settings.capacity, settings.refillPerWindow);
	}
	return slidingWindow(windowMs);
}
