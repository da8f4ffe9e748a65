import { rateFacts } from '../../../nodes/MoEngageSubscription/api/rateHeaders';
import type { RateLimitInfo } from '../../../nodes/MoEngageSubscription/delivery/types';
import type { ServerOptions } from '../../virtual/server';
import { fixedBound, lowerBound } from '../../virtual/bounds';
import { users, World } from '../../virtual/world';

const latencies = [100, 500, 2000];
const sizes = [10, 100, 250, 1000];

async function alone(batches: number, L: number, server: Partial<ServerOptions>) {
	const world = new World(7, { ...server, L });
	const report = await world.deliver(users(batches * 50));
	expect(report.outcomes.every(({ status }) => status === 'accepted')).toBe(true);
	return { took: world.clock.now(), refused: world.server.refused };
}

describe('P8: alone, a list takes no longer than the limit makes it', () => {
	test.each([
		['sliding', { window: { kind: 'sliding' } }],
		['fixed', { window: { kind: 'fixed', phase: 27_000 } }],
		['bucket 100', { window: { kind: 'bucket', capacity: 100 } }],
		['counts refused', { window: { kind: 'countsRefused' } }],
	] as [string, Partial<ServerOptions>][])(
		'%s: ≤ 1.05 × bound + 2 L, no 429',
		async (_, server) => {
			for (const L of latencies) {
				for (const batches of sizes) {
					const { took, refused } = await alone(batches, L, server);
					expect(refused).toBe(0);
					expect(took).toBeLessThanOrEqual(1.05 * lowerBound(batches, L) + 2 * L);
				}
			}
		},
	);

	test('bucket 10, from 250 batches: ≤ 1.10 × its own bound, ≤ 9 429s', async () => {
		for (const L of latencies) {
			for (const batches of [250, 1000]) {
				const server = { window: { kind: 'bucket', capacity: 10 } } as const;
				const { took, refused } = await alone(batches, L, server);
				expect(refused).toBeLessThanOrEqual(9);
				expect(took).toBeLessThanOrEqual(1.1 * (batches - 10) * 600 + 2 * L);
			}
		}
	});

	test('fixed window with rate headers: by its own bound, at any phase, no 429', async () => {
		for (const phase of [0, 13_000, 27_000, 59_000]) {
			for (const rateHeaders of ['floor', 'ceil', 'epoch'] as const) {
				for (const L of latencies) {
					const server = { window: { kind: 'fixed', phase }, rateHeaders } as const;
					const { took, refused } = await alone(250, L, server);
					expect(refused).toBe(0);
					expect(took).toBeLessThanOrEqual(1.05 * fixedBound(phase)(250, L, 5) + 2 * L);
				}
			}
		}
	});

	test.each([
		['300 s ahead', 300_000],
		['300 s behind', -300_000],
	])('a server’s clock %s, the reset as its epoch: as if the clocks agreed', async (_, skew) => {
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
		const { took, refused } = await alone(250, 500, { window, rateHeaders: 'ceil', lie });
		expect(refused).toBe(0);
		// 100 at once, 100 at the reset after 27 s, 50 at the next, five at a time; else 124 s.
		expect(took).toBeLessThanOrEqual(1.05 * 92_000 + 1000);
	});
});
