import { startSandbox, type SandboxHandle } from '../support/sandbox';

const PATH = '/v1/category-subscription/user-preferences';
const ACTIVE = [
	'Promotional',
	'Newsletter',
	'Offers and Deals',
	'Product Updates',
	'Events and Webinars',
	'Surveys',
	'Account Alerts',
];

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const user = (
	customer_id: unknown,
	categories: unknown = {},
	unsubscribe_all: unknown = false,
) => ({
	customer_id,
	categories,
	unsubscribe_all,
});
const bulk = async (users: unknown, channel: unknown = 'email') =>
	await sandbox.call('POST', PATH, { data: { channel, user_preferences: users } });
const bulkInvalid = async (users: unknown, channel: unknown = 'email') =>
	await sandbox.callInvalid('POST', PATH, { data: { channel, user_preferences: users } });
const page = async (params: object, data?: unknown) =>
	await sandbox.call(data === undefined ? 'GET' : 'PUT', PATH, { params, data });
const pageInvalid = async (params: object, data?: unknown) =>
	await sandbox.callInvalid(data === undefined ? 'GET' : 'PUT', PATH, { params, data });

describe('bulk update', () => {
	it('bulk update accepts 50 users and stores what was sent for each', async () => {
		const users = Array.from({ length: 50 }, (_, i) => user(`c${i}`, { Newsletter: i % 2 === 0 }));
		const response = await bulk(users);
		expect(response.status).toBe(200);
		expect(response.data).toEqual({ message: 'Your request has been processed' });
		const state = await sandbox.state();
		expect(state.userCount).toBe(50);
		for (const [i, { categories }] of state.users.entries()) {
			expect(categories).toEqual({ Newsletter: i % 2 === 0 });
		}
	});

	it('bulk update rejects 51 users and changes none', async () => {
		const response = await bulkInvalid(Array.from({ length: 51 }, (_, i) => user(`c${i}`)));
		expect(response.status).toBe(400);
		expect(response.data).toEqual({
			title: 'Payload Limit Exceeded',
			description: 'Payload limit is set to 50',
		});
		expect((await sandbox.state()).userCount).toBe(0);
	});

	it('bulk update returns "Categories Required" if categories are missing', async () => {
		const response = await bulkInvalid([{ customer_id: 'c', unsubscribe_all: false }]);
		expect(response.status).toBe(400);
		expect(response.data).toEqual({
			title: 'Categories Required',
			description: 'Categories Preferences Required',
		});
	});

	it.each([
		['no customer_id', { categories: { Newsletter: true }, unsubscribe_all: false }],
		['an empty customer_id', user('')],
		['a number for a customer_id', user(7)],
		['no unsubscribe_all', { customer_id: 'c', categories: { Newsletter: true } }],
		['a text for unsubscribe_all', user('c', {}, 'false')],
		['a text in a category', user('c', { Newsletter: 'true' })],
		['a list of categories', user('c', ['Newsletter'])],
		['null', null],
	])('bulk update rejects the whole request for an entry with %s', async (_what, entry) => {
		const response = await bulkInvalid([user('good', { Newsletter: false }), entry]);
		expect(response.status).toBe(400);
		expect(response.data).toEqual({
			title: expect.any(String) as unknown,
			description: expect.any(String) as unknown,
		});
		expect((await sandbox.state()).userCount).toBe(0);
	});

	it('bulk update requires the channel email', async () => {
		expect((await bulkInvalid([user('c')], 'sms')).status).toBe(400);
		const data = { user_preferences: [user('c')] };
		expect((await sandbox.callInvalid('POST', PATH, { data })).status).toBe(400);
	});

	it('bulk update rejects the old name of the list', async () => {
		const data = { channel: 'email', data: [user('c')] };
		expect((await sandbox.callInvalid('POST', PATH, { data })).status).toBe(400);
		expect((await bulkInvalid([])).status).toBe(400);
		expect((await bulkInvalid({})).status).toBe(400);
	});

	it('bulk update changes only the categories that are sent', async () => {
		await bulk([user('c', { Newsletter: false, Surveys: false })]);
		await bulk([user('c', { Surveys: true })]);
		expect((await sandbox.user('c'))?.categories).toEqual({ Newsletter: false, Surveys: true });
	});

	it('bulk update silently skips inactive and unknown categories', async () => {
		const names = ['Holiday Specials', 'No Such', 'Order Texts', '__proto__', 'constructor'];
		const mixed = Object.fromEntries([...names, 'Newsletter'].map((name) => [name, false]));
		expect((await bulk([user('c', mixed)])).status).toBe(200);
		expect((await sandbox.user('c'))?.categories).toEqual({ Newsletter: false });
	});

	it('unsubscribe_all unsubscribes from everything regardless of the categories', async () => {
		await bulk([user('c', { Newsletter: true }, true)]);
		const state = await sandbox.user('c');
		expect(state?.unsubscribed).toBe(true);
		expect(state?.categories).toEqual(Object.fromEntries(ACTIVE.map((name) => [name, false])));
	});

	it('a later unsubscribe_all: false keeps a global unsubscribe, unless set otherwise', async () => {
		await bulk([user('c', {}, true)]);
		await bulk([user('c', { Newsletter: true }, false)]);
		expect(await sandbox.user('c')).toMatchObject({
			unsubscribed: true,
			categories: { Newsletter: true, Surveys: false },
		});
		await sandbox.configure({ falseClears: true });
		await bulk([user('c', {}, false)]);
		expect((await sandbox.user('c'))?.unsubscribed).toBe(false);
	});

	it.each([
		['accept', 200, 200],
		['withUnsubscribeAll', 400, 200],
		['reject', 400, 400],
	])('emptyCategories "%s" returns %i, and %i with unsubscribe_all', async (rule, alone, all) => {
		await sandbox.configure({ emptyCategories: rule });
		const required = {
			title: 'Categories Required',
			description: 'Categories Preferences Required',
		};
		for (const [unsubscribeAll, status] of [
			[false, alone],
			[true, all],
		]) {
			const change = { categories: {}, unsubscribe_all: unsubscribeAll };
			const responses = [
				await bulk([user('c', {}, unsubscribeAll)]),
				await page({ user_id: 'u', cid: 'c' }, change),
			];
			expect(responses.map((response) => response.status)).toEqual([status, status]);
			if (status === 400) expect(responses.map(({ data }) => data)).toEqual([required, required]);
		}
		expect((await bulk([user('c', { Newsletter: true })])).status).toBe(200);
	});

	it('bulk update rejects the listed customer IDs in any case if set', async () => {
		expect((await bulk([user('N/A')])).status).toBe(200);
		await sandbox.configure({ rejectedCustomerIds: ['n/a', 'guest'] });
		expect((await bulk([user('good'), user('N/A')])).status).toBe(400);
		expect(await sandbox.user('good')).toBeUndefined();
	});

	it('bulk update applies two entries of a user in list order', async () => {
		await bulk([user('c', { Newsletter: true }), user('c', { Newsletter: false })]);
		expect(await sandbox.user('c')).toMatchObject({
			categories: { Newsletter: false },
			changes: 2,
		});
	});

	it('bulk update creates, ignores or rejects unknown users, as set', async () => {
		await sandbox.seedUsers([{ customer_id: 'known' }]);
		const both = [user('known', { Newsletter: false }), user('new', { Newsletter: false })];
		await sandbox.configure({ unknownUsers: 'reject' });
		expect((await bulk(both)).status).toBe(400);
		expect((await sandbox.user('known'))?.changes).toBe(0);
		await sandbox.configure({ unknownUsers: 'ignore' });
		expect((await bulk(both)).status).toBe(200);
		expect(await sandbox.user('new')).toBeUndefined();
		expect((await sandbox.user('known'))?.changes).toBe(1);
		await sandbox.configure({ unknownUsers: 'create' });
		expect((await bulk(both)).status).toBe(200);
		expect(await sandbox.user('new')).toBeDefined();
	});
});

describe('get and update by landing page IDs', () => {
	const ids = { user_id: 'gAAAA._x-1==', cid: 'abc.def_ghi' };

	it('get returns every active category of the user and nothing else', async () => {
		const before = await page(ids);
		expect(before.status).toBe(200);
		expect(before.data).toEqual({
			categories: Object.fromEntries(ACTIVE.map((name) => [name, true])),
		});
		await bulk([user(ids.user_id, { Surveys: false })]);
		expect((await page(ids)).data.categories).toMatchObject({ Surveys: false, Newsletter: true });
	});

	it('get doesn’t create the user', async () => {
		await page(ids);
		expect((await sandbox.state()).userCount).toBe(0);
	});

	it.each([{}, { user_id: 'u' }, { cid: 'c' }, { user_id: '', cid: 'c' }])(
		'rejects %j',
		async (params) => {
			const read = await pageInvalid(params);
			expect([read.status, read.data]).toEqual([400, { message: 'Invalid Params Received' }]);
			const write = await pageInvalid(params, { unsubscribe_all: false, categories: {} });
			expect([write.status, write.data]).toEqual([
				400,
				{ title: expect.any(String) as unknown, description: 'Invalid Params Received' },
			]);
		},
	);

	it('a blank landing page ID is rejected', async () => {
		expect((await page({ user_id: 'u', cid: ' ' })).data).toEqual({
			message: 'Invalid Params Received',
		});
	});

	it('only seeded landing page IDs are accepted if set', async () => {
		await sandbox.configure({ landingLinks: 'seeded' });
		expect((await page(ids)).status).toBe(400);
		await sandbox.seedLinks([{ ...ids, customer_id: 'jane' }]);
		const data = { unsubscribe_all: false, categories: { Newsletter: false } };
		expect((await page(ids, data)).status).toBe(200);
		expect((await sandbox.user('jane'))?.categories).toEqual({ Newsletter: false });
		expect((await page({ ...ids, cid: 'other' })).status).toBe(400);
	});

	it('update changes what is sent and stores the event', async () => {
		const data = { unsubscribe_all: false, categories: { Newsletter: false, Nonsense: true } };
		const response = await page({ ...ids, moe_event_id: 'e-1' }, data);
		expect(response.status).toBe(200);
		expect(response.data).toEqual({ message: 'Success' });
		expect(await sandbox.user(ids.user_id)).toMatchObject({
			categories: { Newsletter: false },
			moe_event_id: 'e-1',
			unsubscribed: false,
		});
		expect((await sandbox.log())[0].query).toEqual({ ...ids, moe_event_id: 'e-1' });
	});

	it('update unsubscribes from all', async () => {
		await page(ids, { unsubscribe_all: true, categories: { Newsletter: true } });
		expect((await sandbox.user(ids.user_id))?.unsubscribed).toBe(true);
		const { categories } = (await page(ids)).data as { categories: Record<string, boolean> };
		expect(Object.values(categories)).toEqual(ACTIVE.map(() => false));
	});

	it.each([
		[{ categories: { Newsletter: true } }],
		[{ unsubscribe_all: false }],
		[{ unsubscribe_all: 'no', categories: {} }],
		[{ unsubscribe_all: false, categories: { Newsletter: 1 } }],
	])('update rejects the body %j', async (data) => {
		const response = await pageInvalid(ids, data);
		expect(response.status).toBe(400);
		expect(response.data).toHaveProperty('title');
	});
});
