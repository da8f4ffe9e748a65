import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

describe('Preview Only', () => {
	const preview = { ...BULK, options: { dryRun: true } };

	it('a preview sends nothing and shows each item with its batch and merged change', async () => {
		const items = [...rows(60), { ...rows(1)[0], Newsletter: 'no', Promotional: '' }, { id: '' }];
		const { main, errors, hints } = await t.run(preview, items, {
			onError: 'continueErrorOutput',
		});
		expect(await t.sandbox.log()).toEqual([]);
		expect([main.length, errors.length]).toEqual([61, 1]);
		expect(main[0].json).toEqual({
			customer_id: 'user-0',
			categories: { Newsletter: false, Promotional: true },
			unsubscribe_all: false,
			status: 'preview',
			batch: 1,
			attempts: 1,
		});
		expect(main[60].json).toEqual(main[0].json);
		expect(new Set(main.map(({ json }) => json.batch))).toEqual(new Set([1, 2]));
		expect(hints[0].message).toBe(
			'Preview only, nothing was sent. 61 items for 60 users would be sent in 2 requests, which would take a few seconds; 1 would be rejected',
		);
	});

	it('a preview of a long list is immediate and estimates the duration', async () => {
		const started = Date.now();
		const { main, hints } = await t.run(
			{ ...preview, options: { dryRun: 'yes', batchSize: 1 } },
			rows(1000),
		);
		expect(main).toHaveLength(1000);
		expect(hints[0].message).toContain('1,000 users would be sent in 1,000 requests');
		expect(hints[0].message).toContain('about 27 s');
		expect(Date.now() - started).toBeLessThan(10_000);
	}, 20_000);
});
