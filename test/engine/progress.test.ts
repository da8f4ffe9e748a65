import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

describe('The progress of a long run', () => {
	// One contact per request, the first alone, then five at a time, take about eight seconds.
	const slow = { ...BULK, options: { batchSize: 1 } };
	beforeEach(async () => await t.sandbox.addFaults([{ do: 'delay', delayMs: 2600 }]));

	it('a manual run shows its progress in the browser', async () => {
		const { messages, main } = await t.run(slow, rows(12), { mode: 'manual' });
		expect(main).toHaveLength(12);
		expect(messages).not.toHaveLength(0);
		expect(JSON.stringify(messages[0])).toMatch(
			/MoEngage: \d+ of 12 done in \d+ requests, about .+ left/,
		);
		expect(JSON.stringify(messages)).not.toContain('user-');
	});

	it('a triggered run sends nothing to the browser', async () => {
		const { messages, main } = await t.run(slow, rows(12), { mode: 'trigger' });
		expect(main).toHaveLength(12);
		expect(messages).toEqual([]);
	});
});
