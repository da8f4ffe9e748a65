import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

/** The requests of a preview: at most the list of categories, for names that don't exist. */
const endpointsCalled = async () => (await t.sandbox.log()).map(({ endpoint }) => endpoint);

describe('Preview Only', () => {
	const preview = { ...BULK, options: { dryRun: true } };

	it('a preview sends nothing and shows each item with its batch and merged change', async () => {
		const items = [...rows(60), { ...rows(1)[0], Newsletter: 'no', Promotional: '' }, { id: '' }];
		const { main, errors, hint } = await t.run(preview, items, {
			onError: 'continueErrorOutput',
		});
		expect(await endpointsCalled()).toEqual(['v5Categories']);
		expect([main.length, errors.length]).toEqual([61, 1]);
		expect(main[0].json).toEqual({
			customer_id: 'user-0',
			categories: { Newsletter: false, Promotional: true },
			unsubscribe_all: false,
			channel: 'email',
			status: 'preview',
			batch: 1,
			attempts: 1,
		});
		expect(main[60].json).toEqual(main[0].json);
		expect(new Set(main.map(({ json }) => json.batch))).toEqual(new Set([1, 2]));
		expect(hint).toBe(
			'Preview only, nothing was sent: 61 items for 60 users would be sent, and 1 item would be rejected. That takes 2 requests and a few seconds.',
		);
	});

	it('a preview of a long list is immediate and estimates the duration', async () => {
		const started = Date.now();
		const { main, hint } = await t.run(
			{ ...preview, options: { dryRun: 'yes', batchSize: 1 } },
			rows(1000),
		);
		expect(main).toHaveLength(1000);
		expect(hint).toContain('1,000 users would be sent.');
		expect(hint).toContain('That takes 1,000 requests and about 27 s.');
		expect(Date.now() - started).toBeLessThan(10_000);
	});

	it('a preview doesn’t stop the workflow: a row that would be rejected has its reason', async () => {
		const items = [
			{ id: 'ada', Newsletter: 'yes', Promotional: '', all: false },
			...Array.from({ length: 5 }, () => ({ id: '' })),
		];
		const { main, error, hint } = await t.run(preview, items);
		expect(error).toBeUndefined();
		expect(main).toHaveLength(6);
		expect(main[0].json).toMatchObject({ customer_id: 'ada', status: 'preview' });
		expect(main[5]).toEqual({
			json: {
				status: 'preview',
				would_be_rejected: expect.stringMatching(
					/^'Customer ID' is empty\. Set it for this item, /,
				),
				input: { id: '' },
			},
			pairedItem: { item: 5 },
		});
		expect(hint).toBe(
			'Preview only, nothing was sent: 1 user would be sent, and 5 items would be rejected. That takes 1 request and a few seconds.',
		);
	});

	it('a preview works with any well-formed credential', async () => {
		const credential = t.credential({ workspaceId: 'ANY', apiKey: 'any-key' });
		const { main, error } = await t.run(preview, rows(3), { credential });
		expect(error).toBeUndefined();
		expect(main).toHaveLength(3);
		expect(await endpointsCalled()).toEqual(['v5Categories']);
	});

	describe('names of categories', () => {
		const hintFor = async (parameters: INodeParameters, item: IDataObject) => {
			const { hint } = await t.run({ ...preview, ...parameters }, [item]);
			return hint;
		};
		const fields = (...names: string[]): INodeParameters => ({
			categoryInput: 'fields',
			unsubscribeAll: false,
			categories: { category: names.map((name) => ({ name, subscribed: true })) },
		});

		it('a name that no active category has is pointed out with the nearest one', async () => {
			expect(await hintFor(fields('Nwsletter', 'newsletter', 'Promotional'), { id: 'a' })).toMatch(
				/a few seconds\. No active category 'Nwsletter'\. Did you mean 'Newsletter'\? No active category 'newsletter'\. Did you mean 'Newsletter'\?$/,
			);
			const item = { id: 'a', Promos: 'yes', Weather: 'no', all: 'no' };
			expect(await hintFor({ categoryFieldNames: 'Promos, Weather' }, item)).toMatch(
				/seconds\. No active category 'Promos'\. No active category 'Weather'\.$/,
			);
		});

		it('at most three names are shown, and none that may be personal', async () => {
			const names = ['ada@example.com', '+49 151 2345678', 'A1', 'B2', 'C3', 'D4'];
			const hint = await hintFor(fields(...names), { id: 'a' });
			expect(hint).toContain("'C3'. 3 more names match no active category.");
			expect(hint).not.toMatch(/ada@|151|D4/);
		});

		it.each([
			['no v5', { switchedOff: ['v5Categories'] }],
			['no categories', { categories: [] }],
		])('a workspace with %s gets no such hint', async (_, settings) => {
			await t.sandbox.configure(settings);
			expect(await hintFor(fields('Nwsletter'), { id: 'a' })).toMatch(/a few seconds\.$/);
		});

		it('a server that fails doesn’t fail the preview', async () => {
			await t.sandbox.addFaults([{ do: 'cut-after', endpoint: 'v5Categories' }]);
			expect(await hintFor(fields('Nwsletter'), { id: 'a' })).toMatch(/a few seconds\.$/);
		});
	});
});
