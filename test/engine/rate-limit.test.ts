import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 10_000 });

describe('the limit', () => {
	it('the rate limit is kept, and the hint shows the wait', async () => {
		const { hint, main } = await t.run(
			{ ...BULK, options: { batchSize: 1, requestsPerMinute: 100 } },
			rows(105),
		);
		expect(main).toHaveLength(105);
		expect(hint).toMatch(
			/^MoEngage accepted 105 users in 105 requests\..* The run waited \d+ s for the rate limit\./,
		);
		const { bulkUpdate } = await t.sandbox.counters();
		expect(bulkUpdate.byStatus).toEqual({ 200: 105 });
	});

	it('a 429 without a body affects no item', async () => {
		await t.sandbox.addFaults([
			{ do: 'status', status: 429, body: null, headers: { 'retry-after': '1' }, times: 1 },
		]);
		const { main, error } = await t.run(BULK, rows(2));
		expect(error).toBeUndefined();
		expect(main.map(({ json }) => json.attempts)).toEqual([1, 1]);
	});
});
