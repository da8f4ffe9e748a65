import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { BULK, suite } from '../support/engineSuite';

const t = suite();

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const fields = (...category: unknown[]) =>
	({ ...BULK, categoryInput: 'fields', categories: { category } }) as INodeParameters;
const category = (name: unknown, subscribed: unknown) => ({ name, subscribed });
const BY_USER: INodeParameters = {
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: 'uid',
	identifierValue: '={{ $json.id }}',
	channel: 'email',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
	globallyUnsubscribed: '={{ $json.all }}',
	options: {},
};
const OPT_IN: INodeParameters = {
	resource: 'optIn',
	operation: 'update',
	customerId: '={{ $json.id }}',
	email: '',
	optInStatus: '={{ $json.status }}',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
	options: {},
};
const bodies = async () => (await t.sandbox.log()).map(({ body }) => body as IDataObject);

beforeEach(async () => await t.sandbox.seedUsers([{ customer_id: 'u', email_id: 'u@x.com' }]));

describe('a switch', () => {
	const STATES = ['subscribed', 'Unsubscribed ', 'OPTED OUT', 'opted-in', 'opt_in', 'in', 'active'];

	it.each([
		['Unsubscribe From All', BULK],
		['Globally Unsubscribed', BY_USER],
	])('the switch %s rejects a subscription state and sends nothing', async (label, parameters) => {
		const items = STATES.map((all, i) => ({ id: `u${i}`, all, Newsletter: 'no' }));
		const { main } = await t.run(parameters, items, CONTINUE);
		expect(await bodies()).toEqual([]);
		for (const { json } of main) {
			expect(json.error).toContain(`'${label}' must be yes or no`);
			expect(json.error).toContain('subscription state');
			expect(json.message).not.toMatch(/Use [^.]*subscribed/);
		}
	});

	it('a switch accepts the expression that its error suggests', async () => {
		const [{ json }] = (await t.run(BULK, [{ id: 'u', all: 'subscribed' }], CONTINUE)).main;
		const [suggested] = /\{\{.*\}\}/.exec(json.message as string) ?? [''];
		expect(suggested).toContain('$json.state');
		const items = ['subscribed', 'unsubscribed', '', 'other'].map((state, i) => ({
			id: `u${i}`,
			state,
			Newsletter: 'no',
		}));
		const { main } = await t.run({ ...BULK, unsubscribeAll: `=${suggested}` }, items, CONTINUE);
		expect(main.map(({ json: one }) => one.unsubscribe_all ?? one.error)).toEqual([
			false,
			true,
			"Rejected: 'Unsubscribe From All' is empty",
			"Rejected: 'Unsubscribe From All' is empty",
		]);
	});

	it('the switch for the provider rejects a subscription state', async () => {
		const parameters = {
			resource: 'resubscription',
			operation: 'resubscribe',
			email: 'a@example.com',
			esp: 'SENDGRID',
			updateEsp: '={{ $json.state }}',
			options: {},
		};
		const { main } = await t.run(parameters, [{ state: 'unsubscribed' }], CONTINUE);
		expect(main[0].json.error).toContain(
			"'Also Remove From the Provider's Suppression List' must be yes or no",
		);
		expect(await bodies()).toEqual([]);
	});

	it('categories accept subscribed and unsubscribed', async () => {
		const items = [{ id: 'u', all: 'no', Newsletter: 'Subscribed', Promotional: ' UNSUBSCRIBED' }];
		const { main } = await t.run(BULK, items, CONTINUE);
		expect(main[0].json.categories).toEqual({ Newsletter: true, Promotional: false });
	});
});

describe('an opt-out next to values that cannot be read', () => {
	const OUT = { id: 'u', all: 'yes', Newsletter: 'perhaps', Promotional: 'no' };
	const cases: Array<[string, INodeParameters, IDataObject, IDataObject, RegExp]> = [
		['a category value', BULK, OUT, { Promotional: false }, /Category "Newsletter"/],
		[
			'broken JSON',
			{ ...BULK, categoryInput: 'json', categoriesJson: '={{ $json.c }}' },
			{ ...OUT, c: '{"Newsletter": tru' },
			{},
			/not valid JSON/,
		],
		['a nameless category', fields(category(' ', true)), OUT, {}, /no name/],
		['a missing column', { ...BULK, categoryFieldNames: 'Nowhere' }, OUT, {}, /"Nowhere"/],
		['no column names', { ...BULK, categoryFieldNames: ' ' }, OUT, {}, /Category Field Names/],
		[
			'an expression that fails',
			fields(category('Offers', '={{ $("Nowhere").item.json.x }}'), category('Promotional', 'no')),
			OUT,
			{ Promotional: false },
			/Category "Offers" couldn't be read/,
		],
		[
			'all categories in one expression that fails',
			{ ...BULK, categoryInput: 'json', categoriesJson: '={{ $("Nowhere").item.json.x }}' },
			OUT,
			{},
			/couldn't be read/,
		],
	];

	it.each(cases)(
		'an unsubscribe from all is sent despite %s',
		async (_name, parameters, item, categories, warning) => {
			const { main } = await t.run(parameters, [item], CONTINUE);
			expect(main[0].json).toMatchObject({ status: 'accepted', unsubscribe_all: true, categories });
			expect(main[0].json.warnings).toEqual([expect.stringMatching(warning)]);
			expect(JSON.stringify(main[0].json.warnings)).not.toMatch(/perhaps|tru"/);
		},
	);

	it('a previewed item has warnings, but a rejected item has none', async () => {
		const preview = { ...BULK, options: { dryRun: true } };
		const items = [OUT, { ...OUT, all: 'no', Promotional: '' }];
		const { main, hint, hints } = await t.run(preview, items, CONTINUE);
		expect(hints[0].type).toBe('warning');
		expect(hint).toMatch(/\. 1 item has warnings in the output\.$/);
		expect(main[0].json).toMatchObject({ status: 'preview', warnings: [expect.any(String)] });
		expect(Object.keys(main[1].json)).toEqual(['error', 'message']);
	});

	it('a v5 opt-out is sent without the unreadable attribute', async () => {
		const options = {
			requestId: '={{ $("Nowhere").item.json.x }}',
			eventAttributes: {
				attribute: [
					{ name: 'source', value: '={{ $("Nowhere").item.json.x }}' },
					{ name: 'page', value: 'x' },
					{ name: 'page', value: 'y' },
				],
			},
		};
		const item = { ...OUT, Newsletter: 'no' };
		const { main } = await t.run({ ...BY_USER, options }, [item], CONTINUE);
		expect(main[0].json).toMatchObject({
			status: 'accepted',
			is_globally_unsubscribed: true,
			event_attributes: { page: 'x' },
		});
		expect(main[0].json.warnings).toHaveLength(3);
	});

	it('the status opted out is sent without unreadable categories', async () => {
		const item = { id: 'u', status: 'opted_out', Newsletter: 'perhaps', Promotional: 'yes' };
		const { main } = await t.run(OPT_IN, [item], CONTINUE);
		expect(main[0].json).toMatchObject({ status: 'accepted', opt_in_status: 'OPTED_OUT' });
		expect(main[0].json.categories).toBeUndefined();
		expect(main[0].json.warnings).toHaveLength(2);
	});

	it('an opt-in with an unreadable category is rejected', async () => {
		const item = { id: 'u', status: 'DOUBLE_OPTED_IN', Newsletter: 'perhaps', Promotional: 'no' };
		const { main } = await t.run(OPT_IN, [item], CONTINUE);
		expect(main[0].json.error).toContain('Category "Newsletter"');
		expect(await bodies()).toEqual([]);
	});

	it('with an unreadable value, opt-outs of an item are sent, but not its opt-ins', async () => {
		const parameters = { ...BULK, categoryFieldNames: 'Newsletter, Promotional, Transactional' };
		const item = { id: 'u', all: 'no', Newsletter: '?', Promotional: 'no', Transactional: 'yes' };
		const { main } = await t.run(parameters, [item, { ...item, Promotional: '' }], CONTINUE);
		expect(main[0].json).toMatchObject({ status: 'accepted', categories: { Promotional: false } });
		expect(main[0].json.warnings).toEqual([
			expect.stringContaining('Category "Newsletter"'),
			expect.stringContaining('Category "Transactional"'),
		]);
		expect(main[1].json.error).toContain('Category "Newsletter"');
	});
});

describe('two values of one category', () => {
	const no = { Newsletter: false };
	it.each<[string, INodeParameters, IDataObject]>([
		['in the fields', fields(category('Newsletter', 'no'), category(' Newsletter ', 'yes')), {}],
		[
			'in JSON',
			{ ...BULK, categoryInput: 'json', categoriesJson: '={{ $json.c }}' },
			{ c: '{"Newsletter": false, "Newsletter": true}' },
		],
		[
			'in JSON, with spaces around the name',
			{ ...BULK, categoryInput: 'json', categoriesJson: '={{ $json.c }}' },
			{ c: '{"Newsletter ": false, "Newsletter": true}' },
		],
		[
			'in columns with spaces around their names',
			{ ...BULK, categoryFieldNames: 'Newsletter' },
			{ 'Newsletter ': 'no', Newsletter: 'yes' },
		],
	])('the opt-out of two values %s wins, with a warning', async (_name, parameters, item) => {
		const { main } = await t.run(parameters, [{ id: 'u', all: 'no', ...item }], CONTINUE);
		expect(main[0].json).toMatchObject({ status: 'accepted', categories: no });
		expect(main[0].json.warnings).toEqual([expect.stringContaining('"Newsletter"')]);
	});
});

describe('an ID', () => {
	const LEFTOVERS = ['undefined', 'NULL', 'NaN', '[object Object]', '{{ $json.id }}', 'a}}'];

	it.each<[string, INodeParameters]>([
		['Customer ID', BULK],
		['Customer ID', BY_USER],
		['Email', { ...BY_USER, identifierType: 'email' }],
		['MoEngage User ID', { ...BY_USER, identifierType: 'moe_user_id' }],
		['Customer ID', OPT_IN],
		[
			'user_id',
			{
				resource: 'preference',
				operation: 'get',
				identifyBy: 'landingPageUrl',
				landingPageUrl: '={{ "https://x.example/?cid=c&user_id=" + encodeURIComponent($json.id) }}',
			},
		],
	])('%s with a leftover of a broken mapping is rejected', async (label, parameters) => {
		const items = LEFTOVERS.map((id) => ({
			id,
			all: 'yes',
			Newsletter: 'no',
			status: 'OPTED_OUT',
		}));
		const { main } = await t.run(parameters, items, CONTINUE);
		expect(main.map(({ json }) => json.error)).toEqual(
			LEFTOVERS.map(() => expect.stringContaining(`'${label}' contains the text`)),
		);
		expect(main[0].json.message).toContain('mapping');
		expect(await bodies()).toEqual([]);
	});

	it('a placeholder for a missing ID is sent unchanged, and a warning counts it', async () => {
		const items = ['none', 'N/A', 'guest', '0', 'nullable'].map((id) => ({ id, all: 'yes' }));
		const { main, hint, hints } = await t.run(
			{ ...BULK, categoryInput: 'fields' },
			items,
			CONTINUE,
		);
		expect(main.map(({ json }) => [json.customer_id, json.warnings])).toEqual(
			items.map(({ id }, i) => [
				id,
				i < 4 ? [expect.stringContaining('looks like a placeholder for a missing ID')] : undefined,
			]),
		);
		expect(hints[0].type).toBe('warning');
		expect(hint).toContain('4 items have warnings in the output');
	});

	it('invisible characters around an ID are removed, and one inside raises a warning', async () => {
		const ids = ['\uFEFFada\u200B', '\u00ADada\u2060 ', 'a\u200Bda', 'ada\uD83D'];
		const items = ids.map((id) => ({ id, all: 'yes' }));
		const { main } = await t.run({ ...BULK, categoryInput: 'fields' }, items, CONTINUE);
		expect(main.slice(0, 3).map(({ json }) => [json.customer_id, json.warnings])).toEqual([
			['ada', undefined],
			['ada', undefined],
			['a\u200Bda', [expect.stringContaining("'Customer ID'")]],
		]);
		expect(main[3].json.error).toContain("'Customer ID'");
		expect((await bodies()).map((body) => JSON.stringify(body)).join()).not.toContain('\\ud83d');
	});
});
