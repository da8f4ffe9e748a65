import { BULK, suite } from '../support/engineSuite';

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
