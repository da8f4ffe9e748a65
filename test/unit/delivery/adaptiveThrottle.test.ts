import {
	AdaptiveThrottle,
	askedWait,
} from '../../../nodes/MoEngageSubscription/delivery/rateLimit/adaptiveThrottle';

// Spelled out, so that a change of a constant is noticed.
const BACKOFF_MS = 1000;
const BACKOFF_CAP_MS = 30_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const MINUTE = 60_000;
const WINDOW = 60_000;
const LIMIT = 100;

/** The random number is 1 by default, which gives the longest waits. */
const newThrottle = (random = 1) => new AdaptiveThrottle(WINDOW, () => random);

/** When the next request may leave, as seen at `now`, if nothing is in flight and requests aren't spread evenly. */
const opens = (throttle: AdaptiveThrottle, now: number) => throttle.openAt(now, LIMIT, 0, false);

/** The gap that the throttle keeps between requests. */
function gap(throttle: AdaptiveThrottle, now: number) {
	throttle.onSent(now);
	return throttle.openAt(now, LIMIT, 0, true) - now;
}

describe('After a 429', () => {
	test('a 429 with Retry-After stops all requests for that long, five minutes at most', () => {
		const throttle = newThrottle();
		expect(opens(throttle, 5)).toBe(5);
		throttle.onThrottled(0, 1000, { retryAfterMs: 7000, resetInMs: 3000 });
		expect([opens(throttle, 1000), opens(throttle, 9000)]).toEqual([8000, 9000]);
		const long = newThrottle();
		long.onThrottled(0, 0, { retryAfterMs: 2 * LONGEST_WAIT_MS });
		expect(opens(long, 0)).toBe(LONGEST_WAIT_MS);
	});

	test('a 429 with a reset stops all requests until the reset has passed for certain', () => {
		for (const resetInMs of [0, 5000, WINDOW, WINDOW + 2000]) {
			const throttle = newThrottle();
			throttle.onThrottled(0, 1000, { resetInMs });
			expect(opens(throttle, 1000)).toBe(1000 + resetInMs + 1000);
		}
	});

	test.each([-1, WINDOW + 2001, 3 * WINDOW])('a reset in %i ms is ignored', (resetInMs) => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, { resetInMs });
		expect(opens(throttle, 0)).toBe(BACKOFF_MS);
	});

	test('a 429 without a time leads to a wait between half a second and a second', () => {
		for (const [chance, wait] of [
			[1, BACKOFF_MS],
			[0, BACKOFF_MS / 2],
		]) {
			const throttle = newThrottle(chance);
			throttle.onThrottled(0, 0, {});
			expect(opens(throttle, 0)).toBe(wait);
		}
	});

	test('a Retry-After of more than a day, or a negative one, is ignored', () => {
		const day = 24 * 60 * MINUTE;
		expect(askedWait({ retryAfterMs: day })).toBe(day);
		expect(askedWait({ retryAfterMs: 0 })).toBe(0);
		for (const retryAfterMs of [day + 1, -1, NaN])
			expect(askedWait({ retryAfterMs })).toBe(undefined);
		expect(askedWait()).toBeUndefined();
	});

	test('one request per minute finds out whether an exhausted server is back', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, { retryAfterMs: 10 * MINUTE }, Infinity, true);
		expect(opens(throttle, 500)).toBe(500 + MINUTE);
	});

	test('the wait is shorter if a slot of our log frees earlier, but at least a quarter as long', () => {
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

	test('each further 429 doubles the wait, up to the maximum', () => {
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

	test('a success restarts the doubling', () => {
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

describe('The probe after a 429', () => {
	test('one request leaves after the wait, and the others wait for its response', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, {});
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(Infinity);
		expect(throttle.openAt(2000, LIMIT, 0, false)).toBe(2000);
		throttle.onSuccess(2000);
		expect(throttle.openAt(2500, LIMIT, 1, false)).toBe(2500);
	});

	test('a request that left before the 429 is not the probe', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 500, {});
		throttle.onSuccess(499);
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(Infinity);
		throttle.onSuccess(500);
		expect(throttle.openAt(2000, LIMIT, 1, false)).toBe(2000);
	});
});

describe('Further 429s of requests that were in flight', () => {
	test('429s of requests in flight change neither the wait nor the rate, unless they ask for a longer wait', () => {
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

describe('The rate after a 429', () => {
	/** The share of the limit at which requests leave, at that moment. */
	const rate = (throttle: AdaptiveThrottle, now: number) => WINDOW / LIMIT / gap(throttle, now);

	test('the rate is unlimited before the first 429 and 98 % of the limit after it, if requests are spread evenly', () => {
		const throttle = newThrottle();
		expect(gap(throttle, 0)).toBe(0);
		throttle.onThrottled(0, 0, {});
		expect(rate(throttle, 2000)).toBeCloseTo(0.98);
		expect(opens(throttle, 2000)).toBe(2000);
	});

	test('the rate falls by 30 % with each further 429 and rises by 1 % of the limit per success', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		throttle.onSuccess(1000);
		expect(rate(throttle, 2000)).toBeCloseTo(0.98);
		throttle.onThrottled(2000, 2000, {});
		expect(rate(throttle, 100_000)).toBeCloseTo(0.98 * 0.7);
		throttle.onSuccess(100_000);
		expect(rate(throttle, 101_000)).toBeCloseTo(0.98 * 0.7 + 0.01);
		for (let i = 0; i < 100; i += 1) throttle.onSuccess(101_000);
		expect(rate(throttle, 102_000)).toBeCloseTo(0.98);
	});

	test('the rate falls less while the shortage lasts, and never to zero', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		throttle.onThrottled(1000, 1000, {});
		expect(rate(throttle, 100_000)).toBeGreaterThan(0.98 * 0.7 + 0.1);
		expect(rate(throttle, 100_000)).toBeLessThan(0.98);
		let now = 100_000;
		for (let i = 0; i < 300; i += 1) throttle.onThrottled((now += 60_000), now, {});
		expect(rate(throttle, now + 60_000)).toBeCloseTo(0.01);
	});

	test('a further 429 with a short wait lowers the rate, and one with a long wait keeps it', () => {
		const after = (retryAfterMs: number) => {
			const throttle = newThrottle();
			throttle.onThrottled(0, 0, {});
			throttle.onSuccess(1000);
			throttle.onThrottled(2000, 2000, { retryAfterMs });
			return rate(throttle, 200_000);
		};
		// Whole seconds below a twelfth of the window say nothing of when the window frees.
		expect(after(WINDOW / 12 - 1)).toBeCloseTo(0.98 * 0.7);
		expect(after(WINDOW / 12)).toBeCloseTo(0.98);
	});

	test('a 429 more than ten minutes after the last one is a first one again', () => {
		for (const [pause, share] of [
			[600_000, 0.98 * 0.7],
			[600_001, 0.98],
		]) {
			const throttle = newThrottle();
			throttle.onThrottled(0, 0, {});
			throttle.onSuccess(1000);
			throttle.onThrottled(pause, pause, {});
			expect(rate(throttle, pause + 100_000)).toBeCloseTo(share);
		}
	});

	test('the rate is unlimited again ten minutes after the last 429', () => {
		const throttle = newThrottle();
		throttle.onThrottled(0, 0, {});
		expect(gap(throttle, 600_000)).toBeGreaterThan(0);
		expect(gap(throttle, 600_001)).toBe(0);
	});
});
