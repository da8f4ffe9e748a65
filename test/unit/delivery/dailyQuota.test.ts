import { DailyQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/dailyQuota';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function quotaOf(limit: number, ...sent: number[]) {
	const quota = new DailyQuota(limit);
	for (const at of sent) quota.onSent(at);
	return quota;
}

describe('DailyQuota', () => {
	test('the quota is spent at the limit, not before', () => {
		const quota = quotaOf(3, 0, 1);
		expect(quota.isSpent(1)).toBe(false);
		quota.onSent(11 * MINUTE);
		expect(quota.isSpent(11 * MINUTE)).toBe(true);
	});

	test('a request counts for at least 24 hours and at most ten minutes longer', () => {
		const quota = quotaOf(1, 0);
		expect(quota.isSpent(DAY)).toBe(true);
		expect(quota.isSpent(DAY + 10 * MINUTE - 1)).toBe(true);
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(false);
	});

	test('requests return to the quota in the order they were sent', () => {
		const quota = quotaOf(3, 0, 5 * MINUTE, 30 * MINUTE, 60 * MINUTE);
		expect(quota.isSpent(DAY)).toBe(true);
		// The two of the first ten minutes no longer count; the other two still do.
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(false);
		quota.onSent(DAY + 10 * MINUTE);
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(true);
		expect(quota.isSpent(DAY + 39 * MINUTE)).toBe(true);
		expect(quota.isSpent(DAY + 40 * MINUTE)).toBe(false);
	});

	test('the whole quota is available again after a day without requests', () => {
		const quota = quotaOf(3, 0, 20 * MINUTE, 40 * MINUTE);
		expect(quota.isSpent(3 * DAY)).toBe(false);
		quota.onSent(3 * DAY);
		quota.onSent(3 * DAY);
		expect(quota.isSpent(3 * DAY)).toBe(false);
		quota.onSent(3 * DAY);
		expect(quota.isSpent(3 * DAY)).toBe(true);
	});
});
