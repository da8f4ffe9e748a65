import { fixedBound, lowerBound } from '../../../virtual/bounds';
import type { ServerOptions } from '../../../virtual/server';
import { users, World } from '../../../virtual/world';

const PHASE = 27_000;
const sliding: Partial<ServerOptions> = { window: { kind: 'sliding' } };
const fixed: Partial<ServerOptions> = { window: { kind: 'fixed', phase: PHASE } };
const soonest = (batches: number) => lowerBound(batches, 500, 100, 60_000, 20);

/** Four processes with a quarter of the list each: the worst of the seeds from 100, and the means. */
async function four(batches: number, server: Partial<ServerOptions>, limit?: number, seeds = 3) {
	let [took, share, sumTook, sum] = [0, 0, 0, 0];
	for (let seed = 100; seed < 100 + seeds; seed += 1) {
		const latency = () => 250 + world.random() * 500;
		const world: World = new World(seed, { ...server, latency }, 4);
		const lists = [0, 1, 2, 3].map((k) =>
			world.start(users((batches / 4) * 50, `w${k}-`), { settings: { limit } }, k),
		);
		const reports = await world.clock.until(Promise.all(lists));
		for (const { outcomes } of reports)
			expect(outcomes.every(({ status }) => status === 'accepted')).toBe(true);
		took = Math.max(took, world.clock.now());
		sumTook += world.clock.now();
		share = Math.max(share, world.server.throttled / world.server.log.length);
		sum += world.server.throttled / world.server.log.length;
	}
	return { took, share, meanTook: sumTook / seeds, meanShare: sum / seeds };
}

describe.each([248, 1000])(
	'P9: four processes that share nothing and send %i batches',
	(batches) => {
		test.each([
			['sliding', sliding],
			['fixed', fixed],
		])(
			'P9: a %s window without headers costs four processes ≤ 1.35 × the bound and ≤ 35 %% 429s',
			async (_, server) => {
				const { took, share } = await four(batches, server);
				expect(took).toBeLessThanOrEqual(1.35 * soonest(batches));
				expect(share).toBeLessThanOrEqual(0.35);
			},
		);

		test('P9: a window that counts throttled requests costs four processes ≤ 1.5 × the bound', async () => {
			const { took } = await four(batches, { window: { kind: 'countsThrottled' } });
			expect(took).toBeLessThanOrEqual(1.5 * soonest(batches));
		});

		test('P9: a sliding window with rate headers costs four processes ≤ 1.10 × the bound and ≤ 8 % 429s', async () => {
			const { took, share } = await four(batches, { ...sliding, rateHeaders: 'ceil' });
			expect(took).toBeLessThanOrEqual(1.1 * soonest(batches));
			expect(share).toBeLessThanOrEqual(0.08);
		});

		test('P9: a fixed window with rate headers costs four processes ≤ 1.10 × its bound on average and ≤ 8 % 429s', async () => {
			const server = { ...fixed, rateHeaders: 'ceil' } as const;
			const { took, share, meanTook } = await four(batches, server, undefined, 12);
			const bound = fixedBound(PHASE)(batches, 500, 20);
			expect(meanTook).toBeLessThanOrEqual(1.1 * bound);
			expect(share).toBeLessThanOrEqual(0.08);
			// 1,000 batches fill ten windows to the last place. If one place stays unused, the list ends in
			// the next window.
			expect(took).toBeLessThanOrEqual(bound + 65_000);
		});

		test.each([
			['sliding', sliding],
			['fixed', fixed],
		])(
			'P9: a %s window with Retry-After costs four processes ≤ 1.20 × the bound and ≤ 20 %% 429s on average',
			async (_, server) => {
				const { took, share, meanShare } = await four(batches, { ...server, retryAfter: true });
				expect(took).toBeLessThanOrEqual(1.2 * soonest(batches));
				// The processes notice each other only when the first window is used up: the requests in
				// flight at that time are the larger part of the 429s of 248 batches.
				expect(meanShare).toBeLessThanOrEqual(batches < 1000 ? 0.2 : 0.1);
				expect(share).toBeLessThanOrEqual(0.22);
			},
		);

		test('P9: Requests per Minute at a quarter of the limit costs four processes ≤ 1.02 × the bound, no 429', async () => {
			const { took, share } = await four(batches, sliding, 25);
			expect(took).toBeLessThanOrEqual(1.02 * soonest(batches));
			expect(share).toBe(0);
		});
	},
);
