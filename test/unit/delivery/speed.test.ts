import type { ServerOptions } from '../../virtual/server';
import { lowerBound, users, World } from '../../virtual/world';

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

	test('fixed window with rate headers: 250 batches in about 93 s and not 124, no 429', async () => {
		for (const rateHeaders of ['floor', 'ceil', 'epoch'] as const) {
			const server = { window: { kind: 'fixed', phase: 27_000 }, rateHeaders } as const;
			const { took, refused } = await alone(250, 500, server);
			expect(refused).toBe(0);
			// 100 at once, 100 at the reset after 27 s, 50 at the next, five at a time.
			expect(took).toBeLessThanOrEqual(1.05 * 92_000 + 1000);
		}
	});
});

describe('P9: four processes that share nothing', () => {
	async function four(server: Partial<ServerOptions>, settings = {}) {
		const world: World = new World(
			101,
			{ ...server, latency: () => 250 + world.random() * 500 },
			4,
		);
		const lists = [0, 1, 2, 3].map((k) =>
			world.start(users(12_500, `w${k}-`), { settings: { ...settings } }, k),
		);
		await world.clock.until(Promise.all(lists));
		const ratio = world.clock.now() / lowerBound(1000, 500, 100, 60_000, 20);
		return { ratio, share: world.server.refused / world.server.log.length };
	}

	test.each(['sliding', 'fixed'] as const)(
		'%s, no header: ≤ 1.35 ×, ≤ 35 %% 429s',
		async (kind) => {
			const { ratio, share } = await four({ window: { kind, phase: 27_000 } });
			expect(ratio).toBeLessThanOrEqual(1.35);
			expect(share).toBeLessThanOrEqual(0.35);
		},
	);

	test('fixed, rate headers: ≤ 1.10 ×, ≤ 8 % 429s', async () => {
		const { ratio, share } = await four({
			window: { kind: 'fixed', phase: 27_000 },
			rateHeaders: 'ceil',
		});
		expect(ratio).toBeLessThanOrEqual(1.1);
		expect(share).toBeLessThanOrEqual(0.08);
	});

	test.each(['sliding', 'fixed'] as const)(
		'%s, Retry-After: ≤ 1.10 ×, ≤ 8 %% 429s',
		async (kind) => {
			const { ratio, share } = await four({ window: { kind, phase: 27_000 }, retryAfter: true });
			expect(ratio).toBeLessThanOrEqual(1.1);
			expect(share).toBeLessThanOrEqual(0.08);
		},
	);

	test('a quarter of the limit each, by Requests per Minute: no 429', async () => {
		const { ratio, share } = await four({ window: { kind: 'sliding' } }, { limit: 25 });
		expect(ratio).toBeLessThanOrEqual(1.05);
		expect(share).toBe(0);
	});
});
