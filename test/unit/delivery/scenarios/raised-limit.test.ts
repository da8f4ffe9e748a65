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

	test('without rate headers, the documented limit of 100 applies', async () => {
		const { took } = await deliver(0, 'none');
		expect(took).toBeGreaterThanOrEqual(lowerBound(BATCHES, L, 100, 60_000, 32));
	});
});
