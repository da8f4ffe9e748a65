import { DailyQuota } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/dailyQuota';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function quotaOf(limit: number, ...sent: number[]) {
	const quota = new DailyQuota(limit);
	for (const at of sent) quota.onSent(at);
	return quota;
}

describe('The requests of a day', () => {
	test('are used up at the limit, not before', () => {
		const quota = quotaOf(3, 0, 1);
		expect(quota.isSpent(1)).toBe(false);
		quota.onSent(11 * MINUTE);
		expect(quota.isSpent(11 * MINUTE)).toBe(true);
	});

	test('come back no sooner than 24 hours after, and ten minutes later at most', () => {
		const quota = quotaOf(1, 0);
		expect(quota.isSpent(DAY)).toBe(true);
		expect(quota.isSpent(DAY + 10 * MINUTE - 1)).toBe(true);
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(false);
	});

	test('come back one after the other, as they were used', () => {
		const quota = quotaOf(3, 0, 5 * MINUTE, 30 * MINUTE, 60 * MINUTE);
		expect(quota.isSpent(DAY)).toBe(true);
		// The two of the first ten minutes are back: two are left in the count.
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(false);
		quota.onSent(DAY + 10 * MINUTE);
		expect(quota.isSpent(DAY + 10 * MINUTE)).toBe(true);
		expect(quota.isSpent(DAY + 39 * MINUTE)).toBe(true);
		expect(quota.isSpent(DAY + 40 * MINUTE)).toBe(false);
	});

	test('are all there again after a day without any', () => {
		const quota = quotaOf(3, 0, 20 * MINUTE, 40 * MINUTE);
		expect(quota.isSpent(3 * DAY)).toBe(false);
		quota.onSent(3 * DAY);
		quota.onSent(3 * DAY);
		expect(quota.isSpent(3 * DAY)).toBe(false);
		quota.onSent(3 * DAY);
		expect(quota.isSpent(3 * DAY)).toBe(true);
	});
});
