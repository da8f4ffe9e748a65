import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

describe('names of categories', () => {
	const NAMES = [
		'__proto__',
		'constructor',
		'toString',
		'hasOwnProperty',
		'n'.repeat(10_000),
		'עדכוני מוצר',
		'نشرة',
		'🎉 Offers 👩‍👩‍👧',
		'a "quoted" \\ name',
	];
	const wanted = () =>
		JSON.stringify(Object.fromEntries(NAMES.map((name, i) => [name, i % 2 === 0])));
	const sorted = (text: string) => Object.entries(JSON.parse(text) as object).sort();

	it.each(['json', 'fields', 'inputFields'])(
		'category names from %s arrive unchanged',
		async (categoryInput) => {
			await t.sandbox.configure({ categories: NAMES });
			const categories = { category: NAMES.map((name, i) => ({ name, subscribed: i % 2 === 0 })) };
			const { main, error } = await t.run(
				{
					...BULK,
					categoryInput,
					categories,
					categoriesJson: wanted(),
					categoryFieldNames: NAMES.join(','),
					unsubscribeAll: false,
				},
				[{ ...(JSON.parse(wanted()) as object), ...Object.fromEntries([['id', 'ada']]) }].map(
					(row) => Object.defineProperty(row, '__proto__', { value: true, enumerable: true }),
				),
			);
			expect(error).toBeUndefined();
			expect(main).toHaveLength(1);
			const [{ body }] = await t.sandbox.log();
			const [{ categories: sent }] = body.user_preferences;
			expect(sorted(JSON.stringify(sent))).toEqual(sorted(wanted()));
			const { users } = await t.sandbox.state();
			expect(sorted(JSON.stringify(users[0].categories))).toEqual(sorted(wanted()));
		},
	);

	it('category names are read unchanged', async () => {
		await t.sandbox.configure({ categories: NAMES });
		const { main } = await t.run(
			{ resource: 'preference', operation: 'get', identifyBy: 'ids', userId: 'u', campaignId: 'c' },
			[{}],
		);
		expect(Object.keys(main[0].json.categories as object).sort()).toEqual([...NAMES].sort());
	});
});

describe('names that no active category has', () => {
	const t = suite();
	let workspaces = 0;

	/** A separate workspace, because the node keeps the lists of categories. */
	async function fresh() {
		const workspace = { id: `NAMES_${++workspaces}`, apiKey: 'names-key' };
		await t.sandbox.configure({ workspaces: [workspace] });
		return { credential: t.credential({ workspaceId: workspace.id, apiKey: workspace.apiKey }) };
	}
	const lists = async () => (await t.sandbox.log({ endpoint: 'v5Categories' })).length;
	const misspelled = [{ id: 'ada', Nwsletter: 'no', all: 'no' }];
	const parameters = { ...BULK, categoryFieldNames: 'Nwsletter' };

	it('a Bulk Update that MoEngage would ignore is accepted with a warning', async () => {
		const own = await fresh();
		const { main, hint, hints } = await t.run(parameters, misspelled, own);
		expect(main[0].json.status).toBe('accepted');
		expect(hints.every(({ message }) => message.length <= 120)).toBe(true);
		expect(hints[0].type).toBe('warning');
		expect(hint).toContain(" No active category 'Nwsletter'. Did you mean 'Newsletter'?");
	});

	it('a long name is named without a nearest one that is just as long', async () => {
		const own = await fresh();
		const active = 'Partner offers and partner events and also news';
		await t.sandbox.configure({ categories: [active] });
		const name = active.replace('news', 'nws');
		const list = [{ id: 'ada', [name]: 'no', all: 'no' }];
		const { hints } = await t.run({ ...BULK, categoryFieldNames: name }, list, own);
		const texts = hints.map(({ message }) => message);
		expect(texts.join(' ')).toContain(`No active category '${name}'.`);
		expect(texts.filter(({ length }) => length > 120)).toEqual([]);
	});

	it('the list is read once for many runs, and none is read after a rejected key', async () => {
		const own = await fresh();
		await Promise.all(Array.from({ length: 20 }, () => t.run(parameters, misspelled, own)));
		await t.run(BULK, rows(3), own);
		expect(await lists()).toBe(1);
		const wrong = { credential: t.credential({ workspaceId: 'NAMES_X', apiKey: 'wrong' }) };
		await t.run(parameters, misspelled, { ...wrong, onError: 'continueErrorOutput' });
		expect(await lists()).toBe(1);
	});

	it.each([403, 500])('a list with status %s changes nothing', async (status) => {
		const own = await fresh();
		await t.sandbox.addFaults([{ do: 'status', status, endpoint: 'v5Categories' }], true);
		const { main, error, hint } = await t.run(parameters, misspelled, own);
		expect([error, main.length]).toEqual([undefined, 1]);
		expect(hint).not.toContain('No active category');
	});
});
