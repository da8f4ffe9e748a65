import { Room } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/room';
import type { RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';
import { users, World } from '../../virtual/world';

describe('What the latest answer says is left', () => {
	const heard = (remaining: number) => {
		const room = new Room(60_000);
		room.answered(0, 500, false, false, { limit: 100, remaining });
		return room;
	};

	test('is ample from a quarter of the limit on, less those in flight', () => {
		expect(heard(25).ample(500, 0)).toBe(true);
		expect(heard(24).ample(500, 0)).toBe(false);
		expect(heard(29).ample(500, 5)).toBe(false);
		expect(heard(30).ample(500, 5)).toBe(true);
	});

	test('counts for five seconds: others may use it meanwhile', () => {
		expect(heard(100).ample(5500, 0)).toBe(true);
		expect(heard(100).ample(5501, 0)).toBe(false);
	});

	test('is nothing after an answer without figures or a refusal', () => {
		const silent = heard(100);
		silent.answered(600, 900, false, true, {});
		expect(silent.ample(900, 0)).toBe(false);
		const refused = heard(10);
		refused.answered(600, 900, true, false, { limit: 100, remaining: 80 });
		expect(refused.ample(900, 0)).toBe(false);
		refused.answered(950, 1000, false, false, { limit: 100, remaining: 80 });
		expect(refused.ample(1000, 0)).toBe(true);
	});

	test('is not believed for ten minutes once requests were refused in spite of it three times', () => {
		const room = heard(100);
		const plenty = { limit: 100, remaining: 100 };
		for (const [sentAt, at, believed] of [
			[600, 900, true],
			// In flight with the first: the same refusal.
			[700, 950, true],
			[1000, 1500, true],
			[1600, 2000, false],
		] as const) {
			room.answered(sentAt, at, true, true, {});
			room.answered(at, at, false, true, plenty);
			expect(room.ample(at, 0)).toBe(believed);
		}
		room.answered(601_000, 601_999, false, true, plenty);
		expect(room.ample(601_999, 0)).toBe(false);
		expect(room.ample(602_000, 0)).toBe(true);
	});

	test('is still believed where less was left when the refused requests left', () => {
		const room = heard(100);
		for (const at of [1000, 2000, 3000]) room.answered(at - 1, at, true, false, {});
		room.answered(3000, 3500, false, false, { limit: 100, remaining: 100 });
		expect(room.ample(3500, 0)).toBe(true);
	});
});

describe('A server that always says there is plenty left', () => {
	async function refusals(lie?: (facts: RateLimitInfo) => RateLimitInfo) {
		const window = { kind: 'bucket', capacity: 10 } as const;
		const world = new World(7, { window, L: 500, rateHeaders: lie && 'ceil', lie });
		await world.deliver(users(250 * 50));
		return { refused: world.server.refused, took: world.clock.now() };
	}

	test('is found out: hardly more 429s, no more time than from one that says nothing', async () => {
		const silent = await refusals();
		const lying = await refusals((facts) => ({ ...facts, remaining: 99 }));
		expect(lying.refused).toBeLessThanOrEqual(silent.refused + 5);
		expect(lying.took).toBeLessThanOrEqual(1.05 * silent.took);
	});
});
