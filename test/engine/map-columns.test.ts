import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { suite } from '../support/engineSuite';

const t = suite();

const CATEGORIES = ['Newsletter', 'Product Updates', 'Promo'];

/** What the panel saves after it has loaded the list. */
const SCHEMA = CATEGORIES.map((id) => ({
	id,
	displayName: id,
	required: false,
	defaultMatch: false,
	canBeUsedToMatch: false,
	display: true,
	type: 'string',
}));

const mapping = (categoryMapping: IDataObject, more: INodeParameters = {}): INodeParameters => ({
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: '={{ $json.id }}',
	categoryInput: 'map',
	categoryMapping: { matchingColumns: [], schema: SCHEMA, ...categoryMapping },
	unsubscribeAll: false,
	options: {},
	...more,
});
const AUTOMATIC = { mappingMode: 'autoMapInputData', value: null };

async function stored(): Promise<Record<string, Record<string, boolean>>> {
	const { users } = await t.sandbox.state();
	return Object.fromEntries(users.map(({ customer_id, categories }) => [customer_id, categories]));
}

describe('columns mapped to categories', () => {
	beforeEach(async () => await t.sandbox.configure({ categories: CATEGORIES }));

	it('columns are matched automatically by name', async () => {
		const rows = Array.from({ length: 1000 }, (_, i) => ({
			id: `u${i}`,
			' news letter': i % 2 === 0 ? 'yes' : 'no',
			'PRODUCT-UPDATES': i % 3 === 0 ? '1' : '',
			'Promo?': i % 5 === 0,
			City: 'Berlin',
		}));
		const { main, errors } = await t.run(mapping(AUTOMATIC), rows);
		expect([main.length, errors.length]).toEqual([1000, 0]);
		const users = await stored();
		for (let i = 0; i < 1000; i += 1) {
			expect(users[`u${i}`]).toMatchObject({
				Newsletter: i % 2 === 0,
				...(i % 3 === 0 && { 'Product Updates': true }),
				Promo: i % 5 === 0,
			});
		}
		const sent = (await t.sandbox.userRequests()).flatMap(({ body }) => body.user_preferences);
		expect(sent.find(({ customer_id }) => customer_id === 'u1').categories).toEqual({
			Newsletter: false,
			Promo: false,
		});
	});

	it('two columns for one category with different values unsubscribe', async () => {
		const { main } = await t.run(mapping(AUTOMATIC), [
			{ id: 'ada', newsletter: 'yes', NEWSLETTER: 'no' },
		]);
		expect((await stored()).ada).toMatchObject({ Newsletter: false });
		expect(main[0].json.warnings).toEqual([
			'Category "Newsletter" has conflicting values in this item, so the user is unsubscribed from it.',
		]);
	});

	it('each category can have its own expression; empty ones stay unchanged', async () => {
		const value = {
			Newsletter: '={{ $json.news }}',
			'Product Updates': '={{ $json.updates }}',
			Promo: null,
		};
		const { main } = await t.run(mapping({ mappingMode: 'defineBelow', value }), [
			{ id: 'ada', news: 'Yes', updates: false },
			{ id: 'bob', news: '', updates: 1 },
			{ id: 'eve', news: 'off', updates: null },
		]);
		expect(main).toHaveLength(3);
		const [{ body }] = await t.sandbox.userRequests();
		expect(body.user_preferences.map(({ categories }: IDataObject) => categories)).toEqual([
			{ Newsletter: true, 'Product Updates': false },
			{ 'Product Updates': true },
			{ Newsletter: false },
		]);
	});

	it('a value that can’t be read costs only what depends on it', async () => {
		const value = {
			Newsletter: '={{ $json.news }}',
			Promo: "={{ $('No Such Node').first().json.promo }}",
		};
		const { main, errors } = await t.run(
			mapping({ mappingMode: 'defineBelow', value }),
			[
				{ id: 'ada', news: 'no' },
				{ id: 'bob', news: 'yes' },
				{ id: 'eve', news: 'maybe' },
			],
			{ onError: 'continueErrorOutput' },
		);
		expect(main).toHaveLength(1);
		expect(main[0].json).toMatchObject({ customer_id: 'ada', categories: { Newsletter: false } });
		expect(errors.map(({ json }) => json.id)).toEqual(['bob', 'eve']);
		expect(Object.keys(await stored())).toEqual(['ada']);
	});

	it.each([
		['no list', { ...AUTOMATIC, schema: [] }, "Rejected: 'Categories' has no list of categories"],
		['no match', AUTOMATIC, 'Rejected: no incoming column matches a category'],
		[
			'nothing mapped',
			{ mappingMode: 'defineBelow', value: null },
			'Rejected: there is no category to change',
		],
	])('with %s, items are rejected, and nothing is sent', async (_, categoryMapping, expected) => {
		const items = [{ id: 'ada', Other: 'yes' }];
		const { errors } = await t.run(mapping(categoryMapping), items, {
			onError: 'continueErrorOutput',
		});
		expect(errors[0].json.error).toBe(expected);
		expect(await t.sandbox.userRequests()).toEqual([]);
	});

	it('an unsubscribe from all needs no matching column', async () => {
		const parameters = mapping(AUTOMATIC, { unsubscribeAll: true });
		const { main } = await t.run(parameters, [{ id: 'ada', Other: 'yes' }]);
		expect(main[0].json).toMatchObject({ customer_id: 'ada', status: 'accepted' });
	});
});

describe('the list of categories that columns can be mapped to', () => {
	const load = async (parameters = {}) =>
		await t.engine.categoryColumns({ parameters, credential: t.credential() });

	it('each active category is a text field, so that n8n never stores false for it', async () => {
		const { fields } = await load();
		expect(fields).toHaveLength(7);
		expect(fields[0]).toMatchObject({
			id: 'Account Alerts',
			displayName: 'Account Alerts – Service',
		});
		expect(fields.filter(({ type, defaultValue }) => type !== 'string' || defaultValue)).toEqual(
			[],
		);
		expect((await load({ channel: 'sms' })).fields.map(({ id }) => id)).toEqual(['Order Texts']);
	});

	it('a workspace that can’t list categories is shown another way', async () => {
		await t.sandbox.configure({ switchedOff: ['v5Categories'] });
		await expect(load()).rejects.toThrow(
			/add the option 'Sample Landing Page URL', or choose 'Fields of the Incoming Item' under 'Categories From'\.$/,
		);
		const sampleLandingPageUrl = 'https://example.com/preferences?user_id=any.one_&cid=c.1';
		expect((await load({ options: { sampleLandingPageUrl } })).fields).toHaveLength(7);
	});
});
