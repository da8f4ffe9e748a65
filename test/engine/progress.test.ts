import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

describe('While a long run goes on', () => {
	// One contact a request, the first alone, then five at a time: some eight seconds.
	const slow = { ...BULK, options: { batchSize: 1 } };
	beforeEach(async () => await t.sandbox.misbehave([{ do: 'delay', delayMs: 2600 }]));

	it('a person who started it sees how far it is', async () => {
		const { messages, main } = await t.run(slow, rows(12), { mode: 'manual' });
		expect(main).toHaveLength(12);
		expect(messages).not.toHaveLength(0);
		expect(JSON.stringify(messages[0])).toMatch(
			/MoEngage: \d+ of 12 done in \d+ requests, about .+ left/,
		);
		expect(JSON.stringify(messages)).not.toContain('user-');
	}, 60_000);

	it('a run that a trigger started sends the browser nothing', async () => {
		const { messages, main } = await t.run(slow, rows(12), { mode: 'trigger' });
		expect(main).toHaveLength(12);
		expect(messages).toEqual([]);
	}, 60_000);
});
