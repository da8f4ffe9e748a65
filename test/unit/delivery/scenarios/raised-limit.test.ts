import { fixedBound, lowerBound } from '../../../virtual/bounds';
import { users, World } from '../../../virtual/world';

const L = 500;
const RAISED = 400;
const BATCHES = 1000;

/** The node's own limit is 100 requests per minute; the server's is 400. */
async function deliver(phase: number, rateHeaders: 'floor' | 'ceil' | 'epoch' | 'none') {
	const window = { kind: 'fixed', phase } as const;
	const world = new World(7, { window, limit: RAISED, L, rateHeaders });
	const report = await world.deliver(users(BATCHES * 50));
	expect(report.outcomes.every(({ status }) => status === 'accepted')).toBe(true);
	return { took: world.clock.now(), throttled: world.server.throttled };
}

describe('a workspace whose limit MoEngage raised to 400 requests per minute', () => {
	test.each([0, 27_000, 59_000])(
		'1,000 batches with rate headers take ≤ 1.05 × the bound of the raised limit + 2 L at phase %i, no 429',
		async (phase) => {
			const bound = fixedBound(phase, RAISED)(BATCHES, L, 32);
			for (const rateHeaders of ['floor', 'ceil', 'epoch'] as const) {
				const { took, throttled } = await deliver(phase, rateHeaders);
				expect(throttled).toBe(0);
				expect(took).toBeLessThanOrEqual(1.05 * bound + 2 * L);
				expect(took).toBeLessThan(lowerBound(BATCHES, L) / 3);
			}
		},
	);

	test('in a sliding window, 1,000 batches take ≤ 1.6 × the bound of the raised limit, no 429', async () => {
		for (const rateHeaders of ['floor', 'ceil', 'epoch'] as const) {
			const world = new World(7, { limit: RAISED, L, rateHeaders });
			await world.deliver(users(BATCHES * 50));
			const bound = lowerBound(BATCHES, L, RAISED, 60_000, 32);
			expect(world.clock.now()).toBeLessThanOrEqual(1.6 * bound);
			expect(world.server.throttled).toBe(0);
		}
	});

	test('in a sliding window, a list that comes 8 s after others takes ≤ 4 s, no 429', async () => {
		const world = new World(7, { limit: RAISED, L, rateHeaders: 'ceil' });
		for (let list = 0; list < 20; list += 1) {
			const startedAt = world.clock.now();
			await world.deliver(users(30 * 50, `list${list}-`));
			expect(world.clock.now() - startedAt).toBeLessThanOrEqual(4000);
			await world.clock.until(world.clock.sleep(8000));
		}
		expect(world.server.throttled).toBe(0);
	});

	test('without rate headers, the documented limit of 100 applies', async () => {
		const { took } = await deliver(0, 'none');
		expect(took).toBeGreaterThanOrEqual(lowerBound(BATCHES, L, 100, 60_000, 32));
	});
});
