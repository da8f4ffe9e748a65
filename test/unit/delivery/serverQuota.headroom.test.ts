import { ServerQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/serverQuota';
import type { RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';
import { users, World } from '../../virtual/world';

describe('The headroom in the latest response', () => {
	const quotaAfter = (remaining: number) => {
		const quota = new ServerQuota(60_000);
		quota.observed(0, 500, false, false, { limit: 100, remaining });
		return quota;
	};

	test('headroom exists if a quarter of the limit is left after the requests in flight', () => {
		expect(quotaAfter(25).hasHeadroom(500, 0)).toBe(true);
		expect(quotaAfter(24).hasHeadroom(500, 0)).toBe(false);
		expect(quotaAfter(29).hasHeadroom(500, 5)).toBe(false);
		expect(quotaAfter(30).hasHeadroom(500, 5)).toBe(true);
	});

	test('headroom counts for five seconds, because other systems may use it', () => {
		expect(quotaAfter(100).hasHeadroom(5500, 0)).toBe(true);
		expect(quotaAfter(100).hasHeadroom(5501, 0)).toBe(false);
	});

	test('there is no headroom after a response without rate headers or a 429', () => {
		const silent = quotaAfter(100);
		silent.observed(600, 900, false, true, {});
		expect(silent.hasHeadroom(900, 0)).toBe(false);
		const throttled = quotaAfter(10);
		throttled.observed(600, 900, true, false, { limit: 100, remaining: 80 });
		expect(throttled.hasHeadroom(900, 0)).toBe(false);
		throttled.observed(950, 1000, false, false, { limit: 100, remaining: 80 });
		expect(throttled.hasHeadroom(1000, 0)).toBe(true);
	});

	test('headroom is ignored for ten minutes after three 429s despite it', () => {
		const quota = quotaAfter(100);
		const plenty = { limit: 100, remaining: 100 };
		for (const [sentAt, at, expected] of [
			[600, 900, true],
			// In flight with the first: it counts as the same 429.
			[700, 950, true],
			[1000, 1500, true],
			[1600, 2000, false],
		] as const) {
			quota.observed(sentAt, at, true, true, {});
			quota.observed(at, at, false, true, plenty);
			expect(quota.hasHeadroom(at, 0)).toBe(expected);
		}
		quota.observed(601_000, 601_999, false, true, plenty);
		expect(quota.hasHeadroom(601_999, 0)).toBe(false);
		expect(quota.hasHeadroom(602_000, 0)).toBe(true);
	});

	test('headroom still counts if less was left when the throttled requests left', () => {
		const quota = quotaAfter(100);
		for (const at of [1000, 2000, 3000]) quota.observed(at - 1, at, true, false, {});
		quota.observed(3000, 3500, false, false, { limit: 100, remaining: 100 });
		expect(quota.hasHeadroom(3500, 0)).toBe(true);
	});

	test('a raised limit holds while there is headroom, a lowered one doesn’t', () => {
		const quota = new ServerQuota(60_000);
		quota.observed(0, 500, false, false, { limit: 400, remaining: 100 });
		expect(quota.limit(100, 500, 0)).toBe(400);
		expect(quota.limit(100, 500, 1)).toBe(100);
		expect(quota.limit(100, 5501, 0)).toBe(100);
		quota.observed(600, 900, false, false, { limit: 50, remaining: 50 });
		expect(quota.limit(100, 900, 0)).toBe(100);
	});

	test('when headroom of a raised limit is too old, one request asks', () => {
		const quota = new ServerQuota(60_000);
		const mayAsk = (now: number, inFlight = 0) => quota.mayAsk(100, now, inFlight);
		expect(mayAsk(0)).toBe(false);
		quota.observed(0, 500, false, false, { limit: 400, remaining: 100 });
		expect([mayAsk(5500), mayAsk(5501), mayAsk(5501, 1)]).toEqual([false, true, false]);
		quota.observed(5600, 6000, false, false, { limit: 400, remaining: 99 });
		expect(mayAsk(20_000)).toBe(false);
		quota.observed(20_000, 20_500, false, false, { limit: 100, remaining: 100 });
		expect(mayAsk(30_000)).toBe(false);
		quota.observed(30_000, 30_500, false, false, {});
		expect(mayAsk(40_000)).toBe(false);
	});

	test('nothing is asked after three 429s despite headroom', () => {
		const quota = new ServerQuota(60_000);
		for (const at of [1000, 2000, 3000]) quota.observed(at - 1, at, true, true, {});
		quota.observed(3000, 3500, false, false, { limit: 400, remaining: 400 });
		expect(quota.mayAsk(100, 20_000, 0)).toBe(false);
		expect(quota.limit(100, 3500, 0)).toBe(100);
		expect(quota.mayAsk(100, 604_000, 0)).toBe(true);
	});
});

describe('A server that always says there is plenty left', () => {
	async function deliver(lie?: (facts: RateLimitInfo) => RateLimitInfo) {
		const window = { kind: 'bucket', capacity: 10 } as const;
		const world = new World(7, { window, L: 500, rateHeaders: lie && 'ceil', lie });
		await world.deliver(users(250 * 50));
		return { throttled: world.server.throttled, took: world.clock.now() };
	}

	test('a server that always reports headroom costs hardly more 429s, and no more time than one without headers', async () => {
		const silent = await deliver();
		const lying = await deliver((facts) => ({ ...facts, remaining: 99 }));
		expect(lying.throttled).toBeLessThanOrEqual(silent.throttled + 5);
		expect(lying.took).toBeLessThanOrEqual(1.05 * silent.took);
	});
});
