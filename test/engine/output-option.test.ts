import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();
const OUTPUT = { onError: 'continueErrorOutput' as const };
const only = (output: string, more = {}) => ({ ...BULK, options: { output, ...more } });
/** 60 rows for 59 users, two of them invalid. */
const list = () => [
	...rows(59),
	{ ...rows(1)[0], Newsletter: 'no' },
	{ id: '', Newsletter: 'yes', all: 'no' },
	{ id: 'x', Newsletter: 'maybe', all: 'no' },
];

describe('The option Output', () => {
	it('Rejected Items Only returns only what was not accepted', async () => {
		const { main, errors, hint } = await t.run(only('rejected'), list(), OUTPUT);
		expect(main).toEqual([]);
		expect(errors.map(({ json }) => json.error)).toEqual([
			"Rejected: 'Customer ID' is empty",
			'Rejected: Category "Newsletter" must be a yes/no value (got text)',
		]);
		expect(errors.map(({ json }) => json.id)).toEqual(['', 'x']);
		expect(hint).toMatch(/^MoEngage accepted 60 items for 59 users in 2 requests\./);
		expect((await t.sandbox.state()).userCount).toBe(59);
	});

	it('Rejected Items Only of a list without rejected items returns nothing', async () => {
		const { main, errors } = await t.run(only('rejected'), rows(3), OUTPUT);
		expect([main, errors]).toEqual([[], []]);
	});

	it('Summary Only returns one item with the counts and reasons', async () => {
		const { main, errors } = await t.run(only('summary'), list(), OUTPUT);
		expect(errors).toEqual([]);
		expect(main).toHaveLength(1);
		expect(main[0].json).toEqual({
			status: 'summary',
			items: 62,
			accepted: 60,
			rejected: 2,
			not_sent: 0,
			unconfirmed: 0,
			users: 59,
			combined: 1,
			with_warnings: 0,
			requests: 2,
			waited_seconds: 0,
			reasons: [
				{ error: "Rejected: 'Customer ID' is empty", items: 1 },
				{ error: 'Rejected: Category "Newsletter" must be a yes/no value (got text)', items: 1 },
			],
			message: expect.stringMatching(/2 items were rejected: see 'reasons' in the output\./),
		});
		expect(main[0].pairedItem).toEqual({ item: 0 });
	});

	it('Summary Only stops the workflow on a rejected item if On Error says so', async () => {
		const { error } = await t.run(only('summary'), list());
		expect(error?.message).toMatch(/^Rejected: .*of 62 items: 60 accepted, 2 rejected/);
	});

	it('a summary of a preview counts what would be sent', async () => {
		const { main } = await t.run(only('summary', { dryRun: true }), list());
		expect(main[0].json).toMatchObject({ status: 'preview', accepted: 60, rejected: 2 });
		expect(await t.sandbox.userRequests()).toEqual([]);
	});

	it('a preview with Rejected Items Only returns the rows that would be rejected', async () => {
		const { main } = await t.run(only('rejected', { dryRun: true }), list());
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 60 }, { item: 61 }]);
		expect(main[0].json.would_be_rejected).toMatch(/'Customer ID' is empty/);
	});

	it('another value is rejected with the choices, and nothing is sent', async () => {
		const { error } = await t.run(only('everything'), rows(1));
		expect(error?.message).toContain("'Output'");
		expect(await t.sandbox.log()).toEqual([]);
	});
});
