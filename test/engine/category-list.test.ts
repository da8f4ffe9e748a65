import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

describe('Get Many categories', () => {
	it('Get Many returns one item per category', async () => {
		const parameters = { resource: 'category', operation: 'getAll', channel: 'email', options: {} };
		const { main, hint } = await t.run(parameters, [{}]);
		expect(main.map(({ json }) => json.name)).toContain('Newsletter');
		expect(main.map(({ json }) => json.name)).not.toContain('Holiday Specials');
		expect(main.every(({ pairedItem }) => (pairedItem as { item: number }).item === 0)).toBe(true);
		expect(hint).toBe('MoEngage returned 1 list in 1 request.');
		expect(main[0].json).toMatchObject({ status: 'found', category_status: 'active' });
	});

	const MANY = { resource: 'category', operation: 'getAll', channel: 'email', options: {} };

	it('Get Many makes one request per channel for any number of items', async () => {
		const items = Array.from({ length: 200 }, (_, i) => ({
			channel: i % 4 === 0 ? 'sms' : 'email',
		}));
		const { main, hint } = await t.run({ ...MANY, channel: '={{ $json.channel }}' }, items);
		expect(await t.sandbox.log()).toHaveLength(2);
		expect(main).toHaveLength(50 * 1 + 150 * 7);
		expect(new Set(main.map(({ pairedItem }) => (pairedItem as { item: number }).item)).size).toBe(
			200,
		);
		expect(hint).toBe('MoEngage returned 200 items for 2 lists in 2 requests.');
	});

	it.each([
		[{ limit: 2 }, 2],
		[{ limit: 1000 }, 7],
		[{ limit: 1, returnAll: true }, 7],
		[{}, 7],
	])('Get Many with %j returns %i categories', async (parameters, count) => {
		const { main } = await t.run({ ...MANY, ...parameters }, [{}]);
		expect(main).toHaveLength(count);
	});

	it.each([0, 'many', -1])('Get Many rejects the limit %p', async (limit) => {
		const { errors } = await t.run({ ...MANY, limit }, [{}], { onError: 'continueErrorOutput' });
		expect(errors[0].json.error).toBe("Rejected: 'Limit' isn't a number");
		expect(await t.sandbox.log()).toEqual([]);
	});
});

describe('the list of categories in the panel', () => {
	const search = async (filter?: string, parameters = {}) =>
		await t.engine.searchCategories({ parameters, credential: t.credential() }, filter);

	it('the list has the active categories with names and groups', async () => {
		const { results } = await search();
		expect(results).toHaveLength(7);
		expect(results[0]).toEqual({ name: 'Account Alerts – Service', value: 'Account Alerts' });
		expect((await search(' DEALS')).results.map(({ value }) => value)).toEqual([
			'Offers and Deals',
		]);
		expect((await search('no such')).results).toEqual([]);
		const sms = await search(undefined, { channel: 'sms' });
		expect(sms.results.map(({ value }) => value)).toEqual(['Order Texts']);
	});

	describe('if the workspace can’t list categories', () => {
		beforeEach(async () => await t.sandbox.configure({ switchedOff: ['v5Categories'] }));

		const SAMPLE = 'https://example.com/preferences?user_id=any.one_&cid=c.1';

		it('a list without its scope names the scope and the ways around it', async () => {
			const none =
				/^The API key lacks the permission for this API\. .*read:subscriptions.* add the option 'Sample Landing Page URL', or choose 'By Name' and type the category\.$/;
			await expect(search()).rejects.toThrow(none);
			await expect(search('', { landingPageUrl: '={{ $json.url }}' })).rejects.toThrow(none);
		});

		it.each([
			['the option', { options: { sampleLandingPageUrl: SAMPLE }, landingPageUrl: 'x' }],
			['the URL of the user to update', { landingPageUrl: SAMPLE }],
		])('the list has the categories of a sample user from %s', async (_, parameters) => {
			const { results } = await search('', parameters);
			expect(results).toHaveLength(7);
			expect(results[0]).toEqual({ name: 'Account Alerts', value: 'Account Alerts' });
			expect((await search('deals', parameters)).results).toHaveLength(1);
			const [, read] = await t.sandbox.log();
			expect(read).toMatchObject({ method: 'GET', endpoint: 'getPreferences', status: 200 });
		});

		it('an invalid sample URL is reported in the list', async () => {
			const given = (url: string) => search('', { options: { sampleLandingPageUrl: url } });
			await expect(given('https://example.com/?cid=1')).rejects.toThrow(
				"'Sample Landing Page URL' doesn't contain user_id. Use the full URL",
			);
			await t.sandbox.configure({ landingLinks: 'seeded' });
			await expect(given(SAMPLE)).rejects.toThrow('MoEngage');
		});
	});

	it('an invalid credential is reported in the list', async () => {
		const credential = t.credential({ apiKey: 'wrong' });
		await expect(t.engine.searchCategories({ parameters: {}, credential })).rejects.toThrow(
			'MoEngage rejected this workspace ID and API key in this data center',
		);
	});

	it('a category chosen from the list is sent, and an empty choice is rejected', async () => {
		const parameters = (value: string) => ({
			...BULK,
			categoryInput: 'fields',
			categories: {
				category: [{ name: { __rl: true, mode: 'list', value }, subscribed: true }],
			},
		});
		await t.run(parameters('Newsletter'), rows(1));
		const [{ body }] = await t.sandbox.log();
		expect(body.user_preferences[0].categories).toEqual({ Newsletter: true });
		const { error } = await t.run(parameters(''), rows(1));
		expect(error?.message).toBe('Rejected: a category has no name');
	});
});
