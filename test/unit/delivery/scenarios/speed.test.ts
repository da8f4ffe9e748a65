import { rateFacts } from '../../../../nodes/MoEngageSubscription/api/rateHeaders';
import type { RateLimitInfo } from '../../../../nodes/MoEngageSubscription/delivery/types';
import type { ServerOptions } from '../../../virtual/server';
import { fixedBound, lowerBound } from '../../../virtual/bounds';
import { users, World } from '../../../virtual/world';

/** Spelled out, so that a change of the constant is noticed. */
const MAX_IN_FLIGHT = 32;

const latencies = [100, 500, 2000];
const sizes = [10, 100, 250, 1000];

async function alone(batches: number, L: number, server: Partial<ServerOptions>) {
	const world = new World(7, { ...server, L });
	const report = await world.deliver(users(batches * 50));
	expect(report.outcomes.every(({ status }) => status === 'accepted')).toBe(true);
	return { took: world.clock.now(), throttled: world.server.throttled };
}

describe('P8: the makespan of a list on its own', () => {
	test.each([
		['sliding', { window: { kind: 'sliding' } }],
		['fixed', { window: { kind: 'fixed', phase: 27_000 } }],
		['bucket 100', { window: { kind: 'bucket', capacity: 100 } }],
		['counts throttled', { window: { kind: 'countsThrottled' } }],
	] as [string, Partial<ServerOptions>][])(
		'P8: a list against a %s window takes ≤ 1.05 × bound + 2 L, no 429',
		async (_, server) => {
			for (const L of latencies) {
				for (const batches of sizes) {
					const { took, throttled } = await alone(batches, L, server);
					expect(throttled).toBe(0);
					const bound = lowerBound(batches, L, 100, 60_000, MAX_IN_FLIGHT);
					expect(took).toBeLessThanOrEqual(1.05 * bound + 2 * L);
				}
			}
		},
	);

	test('P8: a list against a fixed window with rate headers takes ≤ 1.05 × its bound + 2 L at any phase, no 429', async () => {
		for (const phase of [0, 13_000, 27_000, 59_000]) {
			for (const rateHeaders of ['floor', 'ceil', 'epoch'] as const) {
				for (const L of latencies) {
					const server = { window: { kind: 'fixed', phase }, rateHeaders } as const;
					const { took, throttled } = await alone(250, L, server);
					expect(throttled).toBe(0);
					expect(took).toBeLessThanOrEqual(1.05 * fixedBound(phase)(250, L, MAX_IN_FLIGHT) + 2 * L);
				}
			}
		}
	});

	test.each([
		['300 s ahead', 300_000],
		['300 s behind', -300_000],
	])('a server clock %s doesn’t slow a list if the reset is in epoch seconds', async (_, skew) => {
		const lie = ({ limit, remaining, resetInMs }: RateLimitInfo) => {
			const serverNow = Date.UTC(2026, 0, 1) + skew;
			const headers = {
				date: new Date(serverNow).toUTCString(),
				'x-ratelimit-limit': String(limit),
				'x-ratelimit-remaining': String(remaining),
				'x-ratelimit-reset': String(Math.round((serverNow + resetInMs!) / 1000)),
			};
			return rateFacts(headers, serverNow - skew);
		};
		const window = { kind: 'fixed', phase: 27_000 } as const;
		const { took, throttled } = await alone(250, 500, { window, rateHeaders: 'ceil', lie });
		expect(throttled).toBe(0);
		// 100 at once, 100 at the reset after 27 s, 50 at the next, in at most six round trips; otherwise 124 s.
		expect(took).toBeLessThanOrEqual(1.05 * 92_000 + 1000);
	});
});
