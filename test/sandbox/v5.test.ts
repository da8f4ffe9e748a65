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

const get = async (params: object) =>
	await sandbox.call('GET', '/v5/subscription-preferences', { params });
const who = { user_identifier_type: 'uid', user_identifier_value: 'jane' };
const patch = async (data: unknown, key: string | null = randomUUID()) =>
	await sandbox.call('PATCH', '/v5/subscription-preferences', {
		data,
		headers: { 'Idempotency-Key': key },
	});
const update = { ...who, is_globally_unsubscribed: false, categories: { Newsletter: false } };
const refusal = (code: string, target?: string) => ({
	error: {
		code,
		message: expect.any(String) as unknown,
		target: target ?? (expect.any(String) as unknown),
	},
});

describe('v5 categories', () => {
	it('lists the active ones, of one channel where asked', async () => {
		const all = await sandbox.call('GET', '/v5/subscription-categories');
		expect(all.status).toBe(200);
		expect(all.data).toEqual({
			response_id: expect.any(String) as unknown,
			type: expect.any(String) as unknown,
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

	it('refuses another channel', async () => {
		const response = await sandbox.call('GET', '/v5/subscription-categories?channel=push');
		expect(response.status).toBe(400);
		expect(response.data).toEqual(refusal('BadArgument', 'channel'));
	});
});

describe('v5 get', () => {
	it('finds a user by each kind of identifier', async () => {
		const moeId = (await sandbox.user('jane'))?.moe_user_id;
		for (const [type, value] of Object.entries({
			uid: 'jane',
			email: 'JANE@x.com',
			moe_user_id: moeId,
		})) {
			const response = await get({ user_identifier_type: type, user_identifier_value: value });
			expect(response.status).toBe(200);
			expect(response.data.data).toMatchObject({
				user_id: 'jane',
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

	it('answers 404 for an unknown user and 409 for an address of several', async () => {
		const unknown = await get({ ...who, user_identifier_value: 'nobody' });
		expect(unknown.status).toBe(404);
		expect(unknown.data).toEqual(refusal('NotFound'));
		const several = await get({
			user_identifier_type: 'email',
			user_identifier_value: 'twin@x.com',
		});
		expect(several.status).toBe(409);
		expect(several.data).toEqual(refusal('Conflict'));
	});

	it.each([
		[{ user_identifier_value: 'jane' }, 'user_identifier_type'],
		[{ user_identifier_type: 'phone', user_identifier_value: 'jane' }, 'user_identifier_type'],
		[{ user_identifier_type: 'uid' }, 'user_identifier_value'],
		[{ ...who, channel: 'push' }, 'channel'],
	])('refuses %j', async (params, target) => {
		const response = await get(params);
		expect(response.status).toBe(400);
		expect(response.data).toEqual(refusal('BadArgument', target));
	});
});

describe('v5 update', () => {
	it('answers 202 and changes what was sent', async () => {
		const response = await patch(update);
		expect(response.status).toBe(202);
		expect(response.data).toHaveProperty('response_id');
		expect((await sandbox.user('jane'))?.categories).toEqual({ Surveys: false, Newsletter: false });
	});

	it('ignores the categories on a global unsubscribe, and false clears it', async () => {
		await patch({ ...update, is_globally_unsubscribed: true });
		const jane = await sandbox.user('jane');
		expect(jane?.unsubscribed).toBe(true);
		expect(jane?.categories).toEqual({ Surveys: false });
		expect((await get(who)).data.data.is_globally_unsubscribed).toBe(true);
		await patch({ ...update, categories: undefined });
		expect((await sandbox.user('jane'))?.unsubscribed).toBe(false);
	});

	it('gives a retry the first answer and changes nothing twice', async () => {
		const key = randomUUID();
		const first = await patch(update, key);
		const retry = await patch(update, key.toUpperCase());
		expect(retry.status).toBe(202);
		expect(retry.data).toEqual(first.data);
		expect((await sandbox.user('jane'))?.changes).toBe(1);
	});

	it('answers 409 to the same key with another body', async () => {
		const key = randomUUID();
		await patch(update, key);
		const response = await patch({ ...update, categories: {} }, key);
		expect(response.status).toBe(409);
		expect(response.data).toEqual(refusal('Conflict', 'Idempotency-Key'));
	});

	it('does not keep the key of a refused update', async () => {
		const key = randomUUID();
		expect((await patch({ ...update, user_identifier_value: 'nobody' }, key)).status).toBe(404);
		expect((await patch(update, key)).status).toBe(202);
	});

	it.each([null, '', 'abc', '5f0c4a53-98c1-1d0c-8a39-0a7e0d0b9d11'])(
		'refuses the Idempotency-Key %j: no UUID v4',
		async (key) => {
			const response = await patch(update, key);
			expect(response.status).toBe(400);
			expect(response.data).toEqual(refusal('BadArgument', 'Idempotency-Key'));
		},
	);

	const attributes = (count: number, name = 'n', value = 'v') =>
		Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, value]));

	it.each([
		['no is_globally_unsubscribed', { is_globally_unsubscribed: undefined }],
		['is_globally_unsubscribed as a text', { is_globally_unsubscribed: 'true' }],
		['another channel', { channel: 'push' }],
		['a category of another channel', { channel: 'sms' }],
		['an inactive category', { categories: { 'Holiday Specials': true } }],
		['a category as a text', { categories: { Newsletter: 'subscribed' } }],
		['6 attributes', { event_attributes: attributes(6) }],
		['a name of 51 characters', { event_attributes: attributes(1, 'n'.repeat(50)) }],
		['a value of 256 characters', { event_attributes: attributes(1, 'n', 'v'.repeat(256)) }],
		['an attribute without a name', { event_attributes: { '': 'v' } }],
		['an attribute that is an object', { event_attributes: { n: {} } }],
		['attributes as a list', { event_attributes: ['n'] }],
		['a request_id that is no text', { request_id: 7 }],
		['no identifier', { user_identifier_value: undefined }],
	])('refuses %s', async (_what, change) => {
		const response = await patch({ ...update, ...change });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(refusal('BadArgument'));
		expect((await sandbox.user('jane'))?.changes).toBe(0);
	});

	it('takes the most that is allowed', async () => {
		const response = await patch({
			...update,
			channel: 'email',
			request_id: 'r-1',
			event_attributes: attributes(5, 'n'.repeat(49), 'v'.repeat(255)),
		});
		expect(response.status).toBe(202);
		const others = { event_attributes: { emoji: '😀'.repeat(255), count: 7, vip: true } };
		expect((await patch({ ...update, ...others })).status).toBe(202);
	});

	it('answers 404 and 409 as the get does', async () => {
		expect((await patch({ ...update, user_identifier_value: 'nobody' })).status).toBe(404);
		const twin = { user_identifier_type: 'email', user_identifier_value: 'twin@x.com' };
		expect((await patch({ ...update, ...twin })).status).toBe(409);
		await sandbox.configure({ acceptAnyUser: true });
		expect((await patch({ ...update, user_identifier_value: 'new' })).status).toBe(202);
		expect((await sandbox.user('new'))?.categories).toEqual({ Newsletter: false });
	});
});
