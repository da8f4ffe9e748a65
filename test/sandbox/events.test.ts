import { startReceiver, type Receiver } from '../support/receiver';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

/** A minute lasts 60 ms, so MoEngage's 30, 60 and 120 seconds are 30, 60 and 120 ms. */
const MINUTE_MS = 60;

let sandbox: SandboxHandle;
let receiver: Receiver;
beforeAll(async () => {
	[sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
});
afterAll(async () => {
	await sandbox.stop();
	await receiver.stop();
});
beforeEach(async () => {
	await sandbox.reset();
	receiver.received.length = 0;
	receiver.statuses.length = 0;
	await sandbox.configure({ limits: NO_LIMITS });
	await sandbox.seedUsers([{ customer_id: 'ada', email_id: 'ada@example.com' }]);
});

const none = { limit: null, dayLimit: null };
const NO_LIMITS = {
	bulkUpdate: none,
	updatePreferences: none,
	v5UpdatePreferences: none,
	optIn: none,
	resubscribe: none,
};

const sendTo = async (destination: object = {}) =>
	await sandbox.configure({
		windowMs: MINUTE_MS,
		destinations: [{ url: receiver.url, ...destination }],
	});

const V1 = '/v1/category-subscription/user-preferences';
const bulk = async (ids: string[], unsubscribe_all = false) =>
	await sandbox.call('POST', V1, {
		data: {
			channel: 'email',
			user_preferences: ids.map((customer_id) => ({
				customer_id,
				categories: { Newsletter: false },
				unsubscribe_all,
			})),
		},
	});
const v5 = async (change: object) =>
	await sandbox.call('PATCH', '/v5/subscription-preferences', {
		headers: { 'Idempotency-Key': crypto.randomUUID() },
		data: {
			user_identifier_type: 'uid',
			user_identifier_value: 'ada',
			is_globally_unsubscribed: false,
			...change,
		},
	});
const optIn = async () =>
	await sandbox.call('PUT', '/v1.0/opt-in-management/user-preferences', {
		data: {
			user_preferences: { channel: 'email', customer_id: 'ada', opt_in_status: 'DOUBLE_OPTED_IN' },
		},
	});
const resubscribe = async () =>
	await sandbox.call('POST', '/emails/v1.0/bulk-resubscribe', {
		data: { recipients: ['ada@example.com'], esp: 'SENDGRID', request_id: 'r' },
	});

const names = async () => (await sandbox.events()).events.map(({ event_name }) => event_name);

describe('the events of a change', () => {
	it('a bulk update raises a category event per user', async () => {
		await bulk(['ada', 'bob']);
		const { events } = await sandbox.events();
		expect(events.map(({ uid, event_code }) => [uid, event_code])).toEqual([
			['ada', 'MOE_EMAIL_SUBSCRIPTION_UPDATED'],
			['bob', 'MOE_EMAIL_SUBSCRIPTION_UPDATED'],
		]);
		expect(events[0].user_attributes).toMatchObject({
			moe_unsubscribe: false,
			moe_em_unsub_categories: ['Newsletter'],
		});
	});

	it('unsubscribing from all raises its event once, until it is lifted', async () => {
		await bulk(['ada'], true);
		await bulk(['ada'], true);
		expect(await names()).toEqual(['Email Unsubscribed']);
		await resubscribe();
		expect(await names()).toEqual(['Email Unsubscribed', 'Email Resubscribed']);
	});

	it('an update by landing page link raises a category event', async () => {
		await sandbox.seedLinks([{ user_id: 'u', cid: 'c', customer_id: 'ada' }]);
		await sandbox.call('PUT', V1, {
			params: { user_id: 'u', cid: 'c' },
			data: { categories: { Newsletter: true }, unsubscribe_all: false },
		});
		expect(await names()).toEqual(['Email Subscription Category Updated']);
	});

	it('v5 passes its event attributes on, and the SMS channel raises nothing', async () => {
		await v5({ categories: { Newsletter: true }, event_attributes: { sent_by: 'n8n' } });
		await v5({ channel: 'sms', categories: { 'Order Texts': false } });
		const { events } = await sandbox.events();
		expect(events.map(({ event_attributes }) => event_attributes)).toEqual([{ sent_by: 'n8n' }]);
	});

	it('v5 lifting an unsubscribe raises Email Resubscribed', async () => {
		await v5({ is_globally_unsubscribed: true });
		await v5({});
		expect(await names()).toEqual(['Email Unsubscribed', 'Email Resubscribed']);
	});

	it('an opt-in raises an event with the status', async () => {
		await optIn();
		const [event] = (await sandbox.events()).events;
		expect(event.event_name).toBe('Email Optin Status Updated');
		expect(event.user_attributes.moe_email_opt_in_status).toBe('DOUBLE_OPTED_IN');
	});

	it('a rejected request and seeding raise nothing', async () => {
		await v5({ categories: { Unknown: true } });
		expect(await names()).toEqual([]);
	});

	it('the preference page raises what the user does there', async () => {
		await sandbox.seedLinks([{ user_id: 'u', cid: 'c', customer_id: 'ada' }]);
		const client = sandbox.client();
		const url = '/preference-page?user_id=u&cid=c';
		const { data } = await client.get(url);
		expect(data).toContain('value="Newsletter" checked');
		await client.post(url, new URLSearchParams({ subscribed: 'Newsletter' }));
		expect((await sandbox.user('ada'))?.categories).toMatchObject({
			Newsletter: true,
			Promotional: false,
		});
		await client.post(url, new URLSearchParams({ unsubscribe_all: 'true' }));
		expect(await names()).toEqual(['Email Subscription Category Updated', 'Email Unsubscribed']);
		expect((await client.get('/preference-page?user_id=x&cid=y')).status).toBe(404);
	});
});

describe('Streams', () => {
	it('events arrive in batches of up to 100, with Basic', async () => {
		await sendTo({ auth: { kind: 'basic', user: 'moengage', password: 'pw' }, batchMs: 200 });
		const ids = Array.from({ length: 150 }, (_, i) => `user-${i}`);
		for (let i = 0; i < 3; i++) await bulk(ids.slice(i * 50, i * 50 + 50));
		const { events, deliveries } = await sandbox.allSent();
		expect(receiver.received.map(({ body }) => body.events.length)).toEqual([100, 50]);
		expect(receiver.received.flatMap(({ body }) => body.events)).toEqual(events);
		expect(receiver.received[0].body).toMatchObject({
			app_name: 'Sandbox',
			moe_request_id: expect.any(String) as unknown,
		});
		const authorization = `Basic ${Buffer.from('moengage:pw').toString('base64')}`;
		for (const { headers } of receiver.received) expect(headers).toMatchObject({ authorization });
		expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered']);
	});

	it('a batch is sent again after 30, 60 and 120 seconds, then given up', async () => {
		await sendTo({ auth: { kind: 'header', name: 'X-Webhook-Secret', value: 's' } });
		receiver.statuses.push(500, 401, 302, 503);
		await bulk(['ada', 'bob']);
		const { deliveries } = await sandbox.allSent();
		expect(deliveries.map(({ attempt, status, outcome }) => [attempt, status, outcome])).toEqual([
			[1, 500, 'failed'],
			[2, 401, 'failed'],
			[3, 302, 'failed'],
			[4, 503, 'given up'],
		]);
		const at = receiver.received.map((one) => one.at);
		for (const [i, least] of [30, 60, 120].entries())
			expect(at[i + 1] - at[i]).toBeGreaterThanOrEqual(least - 2);
		for (const { body, headers } of receiver.received) {
			expect(body.events).toEqual(receiver.received[0].body.events);
			expect(headers['x-webhook-secret']).toBe('s');
		}
	});

	it('any 2xx is a success', async () => {
		await sendTo();
		receiver.statuses.push(202);
		await bulk(['ada']);
		expect((await sandbox.allSent()).deliveries).toMatchObject([{ outcome: 'delivered' }]);
	});

	it('only chosen events are sent, without attributes if they aren’t exported', async () => {
		await sendTo({ events: ['Email Unsubscribed'], attributes: false });
		await v5({ categories: { Newsletter: true } });
		await v5({ is_globally_unsubscribed: true, event_attributes: { sent_by: 'n8n' } });
		await sandbox.allSent();
		const sent = receiver.received.flatMap(({ body }) => body.events);
		expect(sent).toMatchObject([{ event_name: 'Email Unsubscribed', event_attributes: {} }]);
	});

	it('requests can be duplicated and out of order', async () => {
		await sendTo({ duplicates: 1, shuffleMs: 50, batchSize: 5, batchMs: 100 });
		const ids = Array.from({ length: 40 }, (_, i) => `user-${i}`);
		await bulk(ids);
		await sandbox.allSent();
		const sent = receiver.received.flatMap(({ body }) => body.events).map(({ uid }) => uid);
		expect([...sent].sort()).toEqual([...ids, ...ids].sort());
		expect(sent.slice(0, 40)).not.toEqual(ids);
	});

	it('a destination that can’t be reached is tried again, and reset drops what is open', async () => {
		await sendTo({ url: 'http://127.0.0.1:9' });
		await bulk(['ada']);
		const { deliveries } = await sandbox.allSent();
		expect(deliveries.map(({ status }) => status)).toEqual([null, null, null, null]);
		await bulk(['ada']);
		await sandbox.reset('events');
		expect(await sandbox.events()).toEqual({ pending: 0, events: [], deliveries: [] });
	});
});

describe('a Connector campaign', () => {
	it('each event is a request with one user and no ID', async () => {
		await sendTo({ kind: 'connector' });
		await v5({ is_globally_unsubscribed: true, event_attributes: { sent_by: 'n8n' } });
		await bulk(['bob']);
		await sandbox.allSent();
		expect(receiver.received.map(({ body }) => body)).toMatchObject([
			{ event_name: 'Email Unsubscribed', uid: 'ada', event_attributes: { sent_by: 'n8n' } },
			{ event_name: 'Email Subscription Category Updated', uid: 'bob' },
		]);
		for (const { body } of receiver.received) expect(body).not.toHaveProperty('event_uuid');
	});

	it('only 200 is a success; retries come only if they are turned on, three times', async () => {
		await sendTo({ kind: 'connector', retries: true });
		receiver.statuses.push(202, 204, 500, 500);
		await bulk(['ada']);
		expect((await sandbox.allSent()).deliveries.map(({ status }) => status)).toEqual([
			202, 204, 500, 500,
		]);
		await sendTo({ kind: 'connector' });
		receiver.statuses.push(202);
		await bulk(['ada']);
		expect((await sandbox.allSent()).deliveries).toMatchObject([{ outcome: 'given up' }]);
	});
});

describe('the setting', () => {
	it('secrets of a destination are never shown', async () => {
		const auth = { kind: 'header', name: 'X', value: 'top-secret' };
		expect(JSON.stringify(await sendTo({ auth }))).not.toContain('top-secret');
		expect(JSON.stringify(await sandbox.events())).not.toContain('top-secret');
	});

	it.each([
		[{ url: 'ftp://x' }, 'A destination needs a url'],
		[{ kind: 'email' }, '"kind" is one of streams, connector'],
		[{ auth: { kind: 'digest' } }, '"auth.kind" is one of none, basic, header'],
		[{ batchSize: 101 }, '"batchSize" is from 1 to 100'],
		[{ secret: 'x' }, 'A destination has no "secret"'],
		[{ batchMs: 'soon' }, '"batchMs" of a destination is unclear'],
	])('%j is rejected', async (destination, message) => {
		await expect(sendTo(destination)).rejects.toThrow(message.replaceAll('"', '\\"'));
	});
});
