import { randomUUID } from 'crypto';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await sandbox.reset();
	await sandbox.seedUsers([
		{ customer_id: 'jane', email_id: 'jane@x.com', categories: { Surveys: false } },
		{ customer_id: 'twin-1', email_id: 'twin@x.com' },
		{ customer_id: 'twin-2', email_id: 'twin@x.com' },
	]);
});

const PATH = '/v5/subscription-preferences';
const get = async (params: object) => await sandbox.call('GET', PATH, { params });
const who = { user_identifier_type: 'uid', user_identifier_value: 'jane' };
const patch = async (data: unknown, key: string | null = randomUUID()) =>
	await sandbox.call('PATCH', PATH, { data, headers: { 'Idempotency-Key': key } });
const patchInvalid = async (data: unknown, key: string | null = randomUUID()) =>
	await sandbox.callInvalid('PATCH', PATH, { data, headers: { 'Idempotency-Key': key } });
const update = { ...who, is_globally_unsubscribed: false, categories: { Newsletter: false } };
const rejection = (code: string, target?: string) => ({
	error: {
		code,
		message: expect.any(String) as unknown,
		target: target ?? (expect.any(String) as unknown),
	},
});

describe('v5 categories', () => {
	it('v5 lists the active categories, optionally of one channel', async () => {
		const all = await sandbox.call('GET', '/v5/subscription-categories');
		expect(all.status).toBe(200);
		expect(all.data).toEqual({
			response_id: expect.any(String) as unknown,
			type: 'subscription_category',
			data: expect.any(Array) as unknown,
		});
		const names = (all.data.data as Array<{ name: string }>).map(({ name }) => name);
		expect(names).toHaveLength(8);
		expect(names).not.toContain('Holiday Specials');
		const sms = await sandbox.call('GET', '/v5/subscription-categories?channel=sms');
		expect(sms.data.data).toEqual([
			{
				name: 'Order Texts',
				display_name: 'Order Texts',
				description: 'Delivery by SMS',
				channel: 'sms',
				group: 'Service',
				status: 'active',
			},
		]);
	});

	it('v5 categories rejects an unknown channel', async () => {
		const url = '/v5/subscription-categories?channel=push';
		const response = await sandbox.callInvalid('GET', url);
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection('BadArgument', 'channel'));
	});
});

describe('v5 get', () => {
	it('v5 get finds a user by each kind of identifier', async () => {
		const moeId = (await sandbox.user('jane'))?.moe_user_id;
		for (const [type, value] of [
			['uid', 'jane'],
			['email', 'JANE@x.com'],
			['moe_user_id', moeId],
			['moe_user_id', `usr_${moeId}`],
		]) {
			const response = await get({ user_identifier_type: type, user_identifier_value: value });
			expect(response.status).toBe(200);
			expect(response.data.data).toMatchObject({
				user_id: `usr_${moeId}`,
				is_globally_unsubscribed: false,
			});
			const { categories } = response.data.data as { categories: Array<{ name: string }> };
			expect(categories).toHaveLength(8);
			expect(categories.find(({ name }) => name === 'Surveys')).toEqual({
				name: 'Surveys',
				display_name: 'Surveys',
				channel: 'email',
				group: 'Community',
				status: 'unsubscribed',
			});
		}
	});

	it('v5 get returns 404 for an unknown user', async () => {
		const unknown = await get({ ...who, user_identifier_value: 'unknown' });
		expect(unknown.status).toBe(404);
		expect(unknown.data).toEqual(rejection('NotFound', 'user_identifier_value'));
	});

	it('v5 get returns the first profile of an email address, or 409 without email-based unsubscribe', async () => {
		const twin = { user_identifier_type: 'email', user_identifier_value: 'twin@x.com' };
		const first = (await sandbox.user('twin-1'))?.moe_user_id;
		expect((await get(twin)).data.data.user_id).toBe(`usr_${first}`);
		await sandbox.configure({ emailUnsubscribe: false });
		const several = await get(twin);
		expect(several.status).toBe(409);
		expect(several.data).toEqual(rejection('Conflict', 'user_identifier_value'));
	});

	it.each([
		[{ user_identifier_value: 'jane' }, 'user_identifier_type'],
		[{ user_identifier_type: 'phone', user_identifier_value: 'jane' }, 'user_identifier_type'],
		[{ user_identifier_type: 'uid' }, 'user_identifier_value'],
		[{ ...who, channel: 'push' }, 'channel'],
	])('v5 get rejects %j', async (params, target) => {
		const response = await sandbox.callInvalid('GET', PATH, { params });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection('BadArgument', target));
	});
});

describe('v5 update', () => {
	it('v5 update returns 202 and changes what was sent', async () => {
		const response = await patch(update);
		expect(response.status).toBe(202);
		expect(response.data).toEqual({
			response_id: expect.any(String) as unknown,
			type: 'subscription_preference',
			data: { message: expect.any(String) as unknown },
		});
		expect((await sandbox.user('jane'))?.categories).toEqual({ Surveys: false, Newsletter: false });
	});

	it('v5 update ignores categories on a global unsubscribe, and false lifts it', async () => {
		await patch({ ...update, is_globally_unsubscribed: true });
		const jane = await sandbox.user('jane');
		expect(jane?.unsubscribed).toBe(true);
		expect(jane?.categories).toEqual({ Surveys: false });
		expect((await get(who)).data.data.is_globally_unsubscribed).toBe(true);
		await patch({ ...update, categories: undefined });
		expect((await sandbox.user('jane'))?.unsubscribed).toBe(false);
	});

	it('a v5 retry returns the first response and changes nothing again', async () => {
		const key = randomUUID();
		const first = await patch(update, key);
		const retry = await patch(update, key.toUpperCase());
		expect(retry.status).toBe(202);
		expect(retry.data).toEqual(first.data);
		expect((await sandbox.user('jane'))?.changes).toBe(1);
	});

	it('a used idempotency key with another body returns 409', async () => {
		const key = randomUUID();
		await patch(update, key);
		const response = await patch({ ...update, categories: {} }, key);
		expect(response.status).toBe(409);
		expect(response.data).toEqual(rejection('Conflict', 'Idempotency-Key'));
	});

	it('the idempotency key of a rejected update can be used again', async () => {
		const key = randomUUID();
		expect((await patch({ ...update, user_identifier_value: 'unknown' }, key)).status).toBe(404);
		expect((await patch(update, key)).status).toBe(202);
	});

	it.each([null, '', 'abc', '5f0c4a53-98c1-1d0c-8a39-0a7e0d0b9d11'])(
		'rejects the Idempotency-Key %j, which is not a UUID v4',
		async (key) => {
			const response = await patchInvalid(update, key);
			expect(response.status).toBe(400);
			expect(response.data).toEqual(rejection('BadArgument', 'Idempotency-Key'));
		},
	);

	const attributes = (count: number, name = 'n', value = 'v') =>
		Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, value]));

	it.each([
		['no is_globally_unsubscribed', { is_globally_unsubscribed: undefined }],
		['is_globally_unsubscribed as text', { is_globally_unsubscribed: 'true' }],
		['another channel', { channel: 'push' }],
		['a category as text', { categories: { Newsletter: 'subscribed' } }],
		['6 attributes', { event_attributes: attributes(6) }],
		['a name of 51 characters', { event_attributes: attributes(1, 'n'.repeat(50)) }],
		['a value of 256 characters', { event_attributes: attributes(1, 'n', 'v'.repeat(256)) }],
		['an attribute without a name', { event_attributes: { '': 'v' } }],
		['an attribute that is an object', { event_attributes: { n: {} } }],
		['an attribute that is a number', { event_attributes: { n: 7 } }],
		['an unknown key', { unsubscribe_all: false }],
		['attributes as a list', { event_attributes: ['n'] }],
		['a request_id that is not text', { request_id: 7 }],
		['no identifier', { user_identifier_value: undefined }],
	])('v5 update rejects %s', async (_what, change) => {
		const response = await patchInvalid({ ...update, ...change });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection('BadArgument'));
		expect((await sandbox.user('jane'))?.changes).toBe(0);
	});

	it.each([
		['of another channel', { channel: 'sms' }, ['Newsletter']],
		[
			'that is inactive',
			{ categories: { 'Holiday Specials': true, 'No Such': true } },
			['Holiday Specials', 'No Such'],
		],
	])(
		'v5 update rejects a category %s and names it in the details',
		async (_what, change, names) => {
			const response = await patch({ ...update, ...change });
			expect(response.status).toBe(400);
			const { error } = response.data as { error: { details: Array<{ target: string }> } };
			expect(error).toMatchObject({ code: 'BadArgument', target: 'categories' });
			expect(error.details.map(({ target }) => target)).toEqual(
				names.map((name) => `categories.${name}`),
			);
			expect((await sandbox.user('jane'))?.changes).toBe(0);
		},
	);

	it('v5 update accepts every value at its limit', async () => {
		const response = await patch({
			...update,
			channel: 'email',
			request_id: 'r-1',
			event_attributes: attributes(5, 'n'.repeat(49), 'v'.repeat(255)),
		});
		expect(response.status).toBe(202);
		const others = { event_attributes: { emoji: '😀'.repeat(255), count: '7' } };
		expect((await patch({ ...update, ...others })).status).toBe(202);
	});

	it('v5 update finds users as get does and changes all profiles of an email address', async () => {
		expect((await patch({ ...update, user_identifier_value: 'unknown' })).status).toBe(404);
		const twin = { user_identifier_type: 'email', user_identifier_value: 'twin@x.com' };
		expect((await patch({ ...update, ...twin })).status).toBe(202);
		for (const id of ['twin-1', 'twin-2']) {
			expect((await sandbox.user(id))?.categories).toEqual({ Newsletter: false });
		}
		await sandbox.configure({ emailUnsubscribe: false });
		expect((await patch({ ...update, ...twin })).status).toBe(409);
		await sandbox.configure({ acceptAnyUser: true });
		expect((await patch({ ...update, user_identifier_value: 'new' })).status).toBe(202);
		expect((await sandbox.user('new'))?.categories).toEqual({ Newsletter: false });
	});
});
