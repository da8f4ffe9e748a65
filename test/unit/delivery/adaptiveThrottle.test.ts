import { AdaptiveThrottle } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/adaptiveThrottle';
import {
	BACKOFF_CAP_MS,
	BACKOFF_MS,
	LONGEST_WAIT_MS,
} from '../../../nodes/MoEngageSubscription/delivery/tuning';

const WINDOW = 60_000;
const LIMIT = 100;

/** Chance is 1 unless told otherwise: the longest waits. */
const newThrottle = (random = 1) => new AdaptiveThrottle(WINDOW, () => random);

/** When the door opens again, as seen at `now` with nothing in flight and no pace to keep. */
const opens = (throttle: AdaptiveThrottle, now: number) => throttle.openAt(now, LIMIT, 0, false);

/** The even gap that is kept between requests. */
function gap(throttle: AdaptiveThrottle, now: number) {
	throttle.onSent(now);
	return throttle.openAt(now, LIMIT, 0, true) - now;
}

describe('After a 429', () => {
	test('nothing leaves for as long as it asks, five minutes at most', () => {
		const throttle = newThrottle();
		expect(opens(throttle, 5)).toBe(5);
		throttle.onThrottled(0, 1000, { retryAfterMs: 7000, resetInMs: 3000 });
		expect([opens(throttle, 1000), opens(throttle, 9000)]).toEqual([8000, 9000]);
		const long = newThrottle();
		long.onThrottled(0, 0, { retryAfterMs: 2 * LONGEST_WAIT_MS });
		expect(opens(long, 0)).toBe(LONGEST_WAIT_MS);
	});

	test('nothing leaves until its reset has surely passed', () => {
		for (const resetInMs of [0, 5000, WINDOW]) {
			const throttle = newThrottle();
			throttle.onThrottled(0, 1000, { resetInMs });
			expect(opens(throttle, 1000)).toBe(1000 + resetInMs + 1000);
		}
	});

	test.each([-1, 3 * WINDOW])('a reset in %i ms is none', (resetInMs) => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, { resetInMs });
		expect(opens(throttle, 0)).toBe(BACKOFF_MS);
	});

	test('that names no time the wait is a second at most, and half of it at least', () => {
		for (const [chance, wait] of [
			[1, BACKOFF_MS],
			[0, BACKOFF_MS / 2],
		]) {
			const throttle = newThrottle(chance);
			throttle.onThrottled(0, 0, {});
			expect(opens(throttle, 0)).toBe(wait);
		}
	});

	test('the wait is shorter where a slot of our own comes back, never under a quarter', () => {
		for (const [back, wait] of [
			[10_000, 1000],
			[300, 300],
			[100, 250],
			[-50, 250],
		]) {
			const throttle = newThrottle();
			throttle.onThrottled(0, 2000, {}, 2000 + back);
			expect(opens(throttle, 2000)).toBe(2000 + wait);
		}
	});

	test('each further one doubles the wait, up to the longest', () => {
		const throttle = newThrottle();
		const waits: number[] = [];
		for (let now = 0; waits.length < 9; now = opens(throttle, now)) {
			throttle.onThrottled(now, now, {});
			waits.push(opens(throttle, now) - now);
		}
		expect(waits[0]).toBe(BACKOFF_MS);
		expect(waits.at(-1)).toBe(BACKOFF_CAP_MS);
		for (let i = 2; i < waits.length; i += 1) {
			expect([waits[i - 1], Math.min(2 * waits[i - 1], BACKOFF_CAP_MS)]).toContain(waits[i]);
		}
		expect(waits[1]).toBeGreaterThan(BACKOFF_MS);
	});

	test('a success begins the doubling anew', () => {
		const throttle = newThrottle();
		let now = 0;
		for (let i = 0; i < 9; i += 1) throttle.onThrottled((now += 60_000), now, {});
		expect(opens(throttle, now) - now).toBe(BACKOFF_CAP_MS);
		throttle.onSuccess((now += 60_000));
		const fresh = newThrottle();
		for (const one of [fresh, throttle]) one.onThrottled((now += 60_000), now, {});
		throttle.onSuccess((now += 60_000));
		throttle.onThrottled((now += 60_000), now, {});
		expect(opens(throttle, now) - now).toBeLessThanOrEqual(BACKOFF_CAP_MS);
		expect(opens(throttle, now) - now).toBeGreaterThanOrEqual(8 * BACKOFF_MS);
	});
});

describe('One request tries', () => {
	test('and the others wait for what it hears', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, {});
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(Infinity);
		expect(throttle.openAt(2000, LIMIT, 0, false)).toBe(2000);
		throttle.onSuccess(2000);
		expect(throttle.openAt(2500, LIMIT, 1, false)).toBe(2500);
	});

	test('what left before the 429 is not that one', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, {});
		throttle.onSuccess(499);
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(Infinity);
		throttle.onSuccess(500);
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(2000);
	});
});

describe('429s to requests that were under way when the first came', () => {
	test('neither lengthen the wait nor slow the pace, unless they name a longer time', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, { retryAfterMs: 3000 });
		const before = gap(throttle, 500);
		throttle.onThrottled(400, 600, {});
		throttle.onThrottled(400, 600, { retryAfterMs: 1000 });
		expect(opens(throttle, 600)).toBe(3500);
		throttle.onThrottled(400, 700, { retryAfterMs: 5000 });
		expect(opens(throttle, 700)).toBe(5700);
		expect(gap(throttle, 500_000)).toBeCloseTo(WINDOW / LIMIT / 0.98);
		expect(before).toBe(3000);
	});
});

describe('The pace after a 429', () => {
	/** The share of the limit at which requests leave, at that moment. */
	const pace = (throttle: AdaptiveThrottle, now: number) => WINDOW / LIMIT / gap(throttle, now);

	test('is none before, 98 % of the limit after the first, and only where evenness is asked', () => {
		const throttle = newThrottle();
		expect(gap(throttle, 0)).toBe(0);
		throttle.onThrottled(0, 0, {});
		expect(pace(throttle, 2000)).toBeCloseTo(0.98);
		expect(opens(throttle, 2000)).toBe(2000);
	});

	test('falls to 70 % of itself with a further one and rises by 1 % of the limit a success', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		throttle.onSuccess(1000);
		expect(pace(throttle, 2000)).toBeCloseTo(0.98);
		throttle.onThrottled(2000, 2000, {});
		expect(pace(throttle, 100_000)).toBeCloseTo(0.98 * 0.7);
		throttle.onSuccess(100_000);
		expect(pace(throttle, 101_000)).toBeCloseTo(0.98 * 0.7 + 0.01);
		for (let i = 0; i < 100; i += 1) throttle.onSuccess(101_000);
		expect(pace(throttle, 102_000)).toBeCloseTo(0.98);
	});

	test('falls less while the same shortage goes on, and never to a standstill', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		throttle.onThrottled(1000, 1000, {});
		expect(pace(throttle, 100_000)).toBeGreaterThan(0.98 * 0.7 + 0.1);
		expect(pace(throttle, 100_000)).toBeLessThan(0.98);
		let now = 100_000;
		for (let i = 0; i < 300; i += 1) throttle.onThrottled((now += 60_000), now, {});
		expect(pace(throttle, now + 60_000)).toBeCloseTo(0.01);
	});

	test('falls with a further one that names a short wait, and stays where it names a long one', () => {
		const after = (retryAfterMs: number) => {
			const throttle = newThrottle();
			throttle.onThrottled(0, 0, {});
			throttle.onSuccess(1000);
			throttle.onThrottled(2000, 2000, { retryAfterMs });
			return pace(throttle, 200_000);
		};
		// Whole seconds below a twelfth of the window say nothing of when the window frees.
		expect(after(WINDOW / 12 - 1)).toBeCloseTo(0.98 * 0.7);
		expect(after(WINDOW / 12)).toBeCloseTo(0.98);
	});

	test('is forgotten ten minutes after the last one', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		expect(gap(throttle, 600_000)).toBeGreaterThan(0);
		expect(gap(throttle, 600_001)).toBe(0);
	});
});
