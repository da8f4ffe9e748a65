import { Engine } from '../support/engine';
import { callTrigger, SECRET, stored, type Call } from '../support/engineTrigger';

const unsubscribe = (event_uuid: string, more = {}) => ({
	event_code: 'MOE_EMAIL_UNSUBSCRIBE',
	event_uuid,
	uid: 'user-1',
	...more,
});
const streams = (...events: object[]) => ({ app_name: 'Test', events });

let engine: Engine;
let nodes = 0;
/** A trigger node that no other test has used. */
let nodeId: string;

beforeAll(async () => {
	engine = await Engine.load();
});
beforeEach(() => {
	nodes += 1;
	nodeId = `node-${nodes}`;
});

const call = async (given: Partial<Call>) =>
	await callTrigger(engine, { nodeId, body: streams(unsubscribe('a')), ...given });
const ids = async (given: Partial<Call>) =>
	(await call(given)).items?.map(({ event_uuid }) => event_uuid);

describe('rejected calls', () => {
	it('a call without the secret gets a 401 and starts no execution', async () => {
		expect(await call({ headers: {} })).toEqual({
			status: 401,
			message: 'The webhook secret is missing or wrong.',
		});
	});

	it.each([{}, { webhookSecret: '' }, { webhookSecret: '  ' }])(
		'without a secret in the credential (%j), every call gets a 401 that says so',
		async (credential) => {
			expect(await call({ credential, headers: { 'x-webhook-secret': '' } })).toEqual({
				status: 401,
				message: "Set 'Webhook Secret' in the credential of this trigger in n8n.",
			});
		},
	);

	it('while the credential can’t be read, calls start nothing and get a 503, so that MoEngage repeats them', async () => {
		engine.credentials.breakWith('wrong encryption key');
		try {
			const { status, message, items } = await call({});
			expect([status, items]).toEqual([503, undefined]);
			expect(message).toMatch(/^n8n can't read this trigger's credential\./);
		} finally {
			engine.credentials.breakWith(undefined);
		}
	});

	it('an unreadable body gets a 400 with a reason, after authentication', async () => {
		const body = streams(unsubscribe('a'), {});
		expect(await call({ body })).toEqual({
			status: 400,
			message: "Event 2 of 2 has no 'event_name' or 'event_code'.",
		});
		expect(await call({ body, headers: {} })).toMatchObject({ status: 401 });
		expect(await ids({})).toEqual(['a']);
	});

	it('a body above the size limit gets a 413', async () => {
		const body = unsubscribe('a', { text: 'x'.repeat(5_000_000) });
		expect(await call({ body })).toMatchObject({ status: 413 });
	});
});

describe('accepted calls', () => {
	it('Basic with the secret as the password is accepted', async () => {
		const authorization = `Basic ${Buffer.from(`any:${SECRET}`).toString('base64')}`;
		const parameters = { events: ['any'], authentication: 'basicAuth' };
		expect(await ids({ parameters, headers: { authorization } })).toEqual(['a']);
		expect(await call({ parameters })).toMatchObject({ status: 401 });
	});

	it('the secret’s surrounding spaces in the credential don’t matter', async () => {
		expect(await ids({ credential: { webhookSecret: ` ${SECRET}\n` } })).toEqual(['a']);
	});

	it('an empty batch and filtered events start no execution', async () => {
		expect(await call({ body: streams() })).toEqual({});
		const parameters = { events: ['complained'] };
		expect(await call({ parameters })).toEqual({});
	});

	it('only wanted events become items', async () => {
		const body = streams(unsubscribe('a'), { event_name: 'SMS Keyword Received', event_uuid: 'b' });
		const parameters = { events: ['other'], otherEvents: 'sms keyword received' };
		expect(await ids({ body, parameters })).toEqual(['b']);
	});

	it('with Simplify off, an item is the event as received', async () => {
		const event = unsubscribe('a', { device_attributes: { n: 1 } });
		const parameters = { events: ['any'], options: { simplify: false } };
		expect(await call({ body: streams(event), parameters })).toEqual({ items: [event] });
	});

	it('no item contains a request header', async () => {
		const headers = { 'x-webhook-secret': SECRET, 'user-agent': 'MoEngage' };
		expect(JSON.stringify(await call({ headers }))).not.toMatch(/secret|MoEngage/);
	});

	it('an event with this package’s mark is dropped only with the option', async () => {
		const own = unsubscribe('a', { event_attributes: { sent_by: 'n8n' } });
		const body = streams(own, unsubscribe('b', { event_attributes: { sent_by: 'crm' } }));
		const parameters = { events: ['any'], options: { ignoreOwnChanges: true } };
		expect(await ids({ body, parameters })).toEqual(['b']);
		expect(await ids({ body })).toEqual(['a']);
	});

	it('the mark is recognized next to the other fields of a Connector body', async () => {
		const parameters = { events: ['any'], options: { ignoreOwnChanges: true } };
		const body = { event_name: 'Email Unsubscribed', uid: 'user-1' };
		expect(await call({ body: { ...body, sent_by: 'n8n' }, parameters })).toEqual({});
		expect((await call({ body: { ...body, sent_by: 'crm' }, parameters })).items).toHaveLength(1);
	});
});

describe('repeated events', () => {
	it('an event is passed on once within a call, between calls and by calls at once', async () => {
		const body = streams(unsubscribe('a'), unsubscribe('b'), unsubscribe('a'));
		expect(await ids({ body })).toEqual(['a', 'b']);
		expect(await call({ body })).toEqual({});
		const more = streams(unsubscribe('b'), unsubscribe('c'));
		const results = await Promise.all([1, 2, 3, 4].map(async () => await ids({ body: more })));
		expect(results.flatMap((found) => found ?? [])).toEqual(['c']);
	});

	it('a repeated call starts no execution and doesn’t use the store', async () => {
		await call({});
		const before = stored.calls;
		expect(await call({})).toEqual({});
		expect(stored.calls).toBe(before);
	});

	it('a test run passes on every event and records none', async () => {
		const before = stored.calls;
		for (let i = 0; i < 2; i++) expect(await ids({ mode: 'manual' })).toEqual(['a']);
		expect(stored.calls).toBe(before);
		expect(await ids({})).toEqual(['a']);
		expect(await ids({ mode: 'manual' })).toEqual(['a']);
	});

	it('a repeated Connector body is dropped only with the option', async () => {
		const body = { event_name: 'Email Unsubscribed', uid: 'user-1' };
		const parameters = { events: ['any'], options: { ignoreRepeats: 60 } };
		const counts = async (given: Partial<Call>) => (await call({ body, ...given })).items?.length;
		expect(await counts({})).toBe(1);
		expect(await counts({})).toBe(1);
		expect(await counts({ parameters })).toBe(1);
		expect(await counts({ parameters })).toBe(0);
		expect(await counts({ parameters, body: { ...body, uid: 'user-2' } })).toBe(1);
	});
});
