import type { ServerOptions } from '../../../virtual/server';
import { constantLevel, tender } from '../../../virtual/tender';
import { users, World } from '../../../virtual/world';

const SLACK_MS = 300;
const sliding: Partial<ServerOptions> = { window: { kind: 'sliding' } };
const fixed: Partial<ServerOptions> = { window: { kind: 'fixed', phase: 27_000 } };
const bucket: Partial<ServerOptions> = { window: { kind: 'bucket', capacity: 10 } };

/** Sends a list, and after `pauseMs` another one; how long each took. */
async function twice(batches: number, server: Partial<ServerOptions> & { L: number }, pauseMs = 0) {
	const world = new World(11, server);
	const took: number[] = [];
	for (const name of ['a', 'b']) {
		const startedAt = world.clock.now();
		const { outcomes } = await world.deliver(users(batches * 50, name));
		expect(outcomes.every(({ status }) => status === 'accepted')).toBe(true);
		took.push(world.clock.now() - startedAt);
		await world.clock.until(world.clock.sleep(pauseMs));
	}
	return { cold: took[0], warm: took[1], throttled: world.server.throttled };
}

describe('P8: a list that fits one window', () => {
	test.each([
		['sliding', sliding],
		['sliding with rate headers', { ...sliding, rateHeaders: 'ceil' }],
		['fixed', fixed],
		['fixed with rate headers', { ...fixed, rateHeaders: 'epoch' }],
	] as [string, Partial<ServerOptions>][])(
		'P8: 100 batches against a %s window take ≤ 6 round trips cold and ≤ 4 warm (+ 0.3 s), no 429',
		async (_, server) => {
			for (const L of [100, 500, 2000]) {
				const { cold, warm, throttled } = await twice(100, { ...server, L }, 70_000);
				expect(throttled).toBe(0);
				expect(cold).toBeLessThanOrEqual(6 * L + SLACK_MS);
				expect(warm).toBeLessThanOrEqual(4 * L + SLACK_MS);
			}
		},
	);

	test('the level is remembered for just under ten minutes', async () => {
		const L = 500;
		const soon = await twice(100, { ...sliding, L }, 599_000);
		expect(soon.warm).toBeLessThanOrEqual(4 * L + SLACK_MS);
		const late = await twice(100, { ...sliding, L }, 601_000);
		expect(late.warm).toBe(late.cold);
	});
});

describe('P8: a list against a bucket of 10', () => {
	// The burst that shows its size counts against the limit, and longer round trips make it larger.
	test.each([
		[100, 250],
		[500, 250],
		[2000, 400],
		[100, 1000],
		[500, 1000],
		[2000, 1000],
	])('P8: at %i ms, %i batches take ≤ 1.10 × the bound + 2 L and ≤ 40 429s', async (L, batches) => {
		const world = new World(12, { ...bucket, L });
		await world.deliver(users(batches * 50));
		expect(world.server.throttled).toBeLessThanOrEqual(40);
		expect(world.clock.now()).toBeLessThanOrEqual(1.1 * (batches - 10) * 600 + 2 * L);
	});
});

describe('P8: a tender server, slower for each request in flight above eight', () => {
	test.each([0.1, 0.25, 0.5, 1])(
		'P8: 60 or 100 batches, cold or warm, take ≤ 1.5 × the best constant level at %f L each',
		async (slope) => {
			const L = 500;
			for (const batches of [60, 100]) {
				let best = Infinity;
				for (let level = 1; level <= 32; level += 1)
					best = Math.min(best, await constantLevel(tender(13, L, slope), level, batches));
				const world = tender(13, L, slope);
				for (const name of ['cold', 'warm']) {
					const startedAt = world.clock.now();
					await world.deliver(users(batches * 50, name));
					expect((world.clock.now() - startedAt) / best).toBeLessThanOrEqual(1.5);
					await world.clock.until(world.clock.sleep(70_000));
				}
			}
		},
	);
});
