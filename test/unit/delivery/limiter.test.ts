import { Limiter } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/limiter';
import type { Policy, RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';

const WINDOW = 60_000;
const MINUTE = 60_000;
const policy: Policy = { limit: 4, windowMs: WINDOW, dayLimit: 100, batchSize: 1 };

const newLimiter = (more: Partial<Policy> = {}) => new Limiter({ ...policy, ...more }, () => 1);

/** A request that left and had its response at that moment. */
function pass(limiter: Limiter, at: number, rate?: RateLimitInfo) {
	limiter.onResponse(limiter.onSent(at), at, false, rate);
}

function throttle(limiter: Limiter, at: number, rate?: RateLimitInfo) {
	return limiter.onResponse(limiter.onSent(at), at, true, rate);
}

/** A limiter after four consistent responses: 100 requests per minute from time 0. */
function trusting(left: number, own = 4) {
	const limiter = newLimiter();
	for (let i = 1; i <= own; i += 1) {
		pass(limiter, i * 100, { limit: 100, remaining: left + own - i, resetInMs: WINDOW - i * 100 });
	}
	return limiter;
}

describe('The next request may leave', () => {
	test('the next request leaves when our log has a free slot', () => {
		const limiter = newLimiter();
		for (const at of [100, 200, 300]) pass(limiter, at);
		expect(limiter.inFlight).toBe(0);
		expect(limiter.openAt(400)).toBe(400);
		limiter.onSent(400);
		expect([limiter.inFlight, limiter.openAt(500)]).toEqual([1, 100 + WINDOW]);
	});

	test('the next request leaves when trusted rate headers allow it, also beyond the policy’s limit', () => {
		expect(trusting(90, 6).openAt(700)).toBe(700);
		expect(trusting(0, 100).openAt(10_000)).toBe(WINDOW + 1000);
	});

	test('the next request after a 429 leaves when the throttle allows it, whatever the log and the headers say', () => {
		const limiter = newLimiter({ limit: 100 });
		throttle(limiter, 0, { retryAfterMs: 7000 });
		expect(limiter.openAt(0)).toBe(7000);
		const trusted = trusting(90, 6);
		throttle(trusted, 700, { limit: 100, remaining: 89, resetInMs: WINDOW - 700 });
		expect(trusted.openAt(700)).toBe(WINDOW + 1000);
	});

	test('requests after a 429 are spread evenly over the current limit', () => {
		const limiter = newLimiter();
		throttle(limiter, 0);
		limiter.onSent(5000);
		limiter.onResponse({ ...limiter.onSent(5000), sentAt: 5000 }, 5000, false);
		expect(limiter.openAt(5000) - 5000).toBeCloseTo(WINDOW / 4 / 0.98);
	});
});

describe('The requests of the day are used up', () => {
	test('our own count uses up the requests of a day', () => {
		const limiter = newLimiter({ dayLimit: 2 });
		pass(limiter, 0);
		expect(limiter.isDaySpent(0)).toBe(false);
		pass(limiter, 1);
		expect(limiter.isDaySpent(1)).toBe(true);
	});
});

describe('A server that lets nothing through', () => {
	test('a 429 that asks for more than five minutes ends the waiting', () => {
		expect(throttle(newLimiter(), 0, { retryAfterMs: 5 * MINUTE })).toBe(false);
		expect(throttle(newLimiter(), 0, { retryAfterMs: 5 * MINUTE + 1 })).toBe(true);
		expect(throttle(newLimiter(), 0)).toBe(false);
	});

	test('half an hour of nothing but 429s ends the waiting', () => {
		const limiter = newLimiter();
		const exhausted = [0, 10, 30, 31, 33].map((minute) => throttle(limiter, minute * MINUTE));
		expect(exhausted).toEqual([false, false, false, true, true]);
	});

	test('a success restarts the half hour of 429s', () => {
		const limiter = newLimiter();
		for (let at = 0; at < 120 * MINUTE; at += 20 * MINUTE) {
			expect(throttle(limiter, at)).toBe(false);
			expect(throttle(limiter, at + 15 * MINUTE)).toBe(false);
			pass(limiter, at + 16 * MINUTE);
		}
	});

	test('one request per minute probes whether the server is back, however long a wait it asked for', () => {
		const limiter = newLimiter();
		throttle(limiter, 0, { retryAfterMs: 24 * 60 * MINUTE });
		expect(limiter.openAt(0)).toBe(MINUTE);
		expect(limiter.isDaySpent(0)).toBe(false);
	});
});

describe('The even gap', () => {
	test('the gap is zero while plenty is left', () => {
		const limiter = newLimiter();
		pass(limiter, 0);
		expect(limiter.evenGap(0, 0.7)).toBe(0);
		expect(limiter.evenGap(0, 0.75)).toBeGreaterThan(0);
	});

	test('the gap spreads the free slots of our log until others free', () => {
		const limiter = newLimiter({ limit: 10 });
		for (let i = 0; i < 8; i += 1) pass(limiter, i * 1000);
		// Two left until the first comes back; never closer than the limit's own rate.
		expect(limiter.evenGap(10_000, 0.8)).toBe(50_000 / 2);
		expect(limiter.evenGap(59_000, 0.8)).toBe(6000);
		for (let i = 8; i < 10; i += 1) pass(limiter, i * 1000);
		expect(limiter.evenGap(20_000, 0.8)).toBe(41_000);
	});

	test('the gap spreads what is left until the reset if rate headers are trusted', () => {
		expect(trusting(50, 50).evenGap(11_000, 0.4)).toBe(0);
		expect(trusting(50, 50).evenGap(11_000, 0.5)).toBe(1000);
		expect(trusting(0, 100).evenGap(11_000, 0.5)).toBe(50_000);
	});
});

describe('The time left', () => {
	test('the time left is zero below the limit, then grows by each request’s share of the window', () => {
		const limiter = newLimiter();
		expect([4, 5, 7].map((n) => limiter.estimate(n, 0))).toEqual([0, 15_000, 45_000]);
		expect(limiter.estimate(7, 0, 2)).toBe(5 * 30_000);
		pass(limiter, 0);
		expect(limiter.estimate(4, 0)).toBe(15_000);
	});

	test('the time left includes the wait before the next request, if it is known', () => {
		const limiter = newLimiter();
		for (let i = 0; i < 4; i += 1) pass(limiter, 1000);
		expect(limiter.estimate(2, 11_000)).toBe(50_000 + 2 * 15_000);
		const busy = newLimiter();
		for (let i = 0; i < 5; i += 1) busy.onSent(0);
		expect(busy.estimate(2, 1000)).toBe(2 * 15_000);
	});
});
