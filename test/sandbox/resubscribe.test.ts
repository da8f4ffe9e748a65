/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test waits for real time to pass */
import { startSandbox, type SandboxHandle } from '../support/sandbox';

let sandbox: SandboxHandle;
beforeAll(async () => {
	sandbox = await startSandbox(['--config', '{"limits":{"resubscribe":{"limit":1000}}}']);
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const good = { recipients: ['a@x.com'], esp: 'SENDGRID', update_esp: true, request_id: 'r-1' };
const PATH = '/emails/v1.0/bulk-resubscribe';
const post = async (data: unknown) => await sandbox.call('POST', PATH, { data });
const postInvalid = async (data: unknown) => await sandbox.callInvalid('POST', PATH, { data });
const addresses = (count: number) => Array.from({ length: count }, (_, i) => `user${i}@x.com`);
const rejection = (code: string) => ({
	response_id: expect.stringMatching(/^\w{10}$/) as unknown,
	error: { message: expect.any(String) as unknown, err_code: code },
});

describe('bulk resubscribe', () => {
	it('resubscribe returns 202 with a response ID and resubscribes every profile with the email address', async () => {
		await sandbox.seedUsers([
			{ customer_id: '1', email_id: 'a@x.com', unsubscribed: true },
			{ customer_id: '2', email_id: 'A@X.com', unsubscribed: true },
			{ customer_id: '3', email_id: 'b@x.com', unsubscribed: true },
		]);
		const response = await post(good);
		expect(response.status).toBe(202);
		expect(response.data).toEqual({
			message: 'The request is submitted successfully.',
			response_id: expect.stringMatching(/^\w{10}$/) as unknown,
		});
		const { users, resubscriptions } = await sandbox.state();
		expect(users.map(({ resubscribed }) => resubscribed)).toEqual([true, true, false]);
		expect(users.map(({ unsubscribed }) => unsubscribed)).toEqual([false, false, true]);
		expect(resubscriptions).toEqual({
			'a@x.com': { esp: 'SENDGRID', updateEsp: true, suppressionCleared: true, times: 1 },
		});
	});

	it('resubscribe accepts 100 email addresses, but not 101', async () => {
		expect((await post({ ...good, recipients: addresses(100) })).status).toBe(202);
		const response = await postInvalid({ ...good, recipients: addresses(101) });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection('BadRequest'));
		expect(response.data.error.message).toBe('Payload limit is set to 100');
		expect(Object.keys((await sandbox.state()).resubscriptions)).toHaveLength(100);
	});

	it.each([
		['recipients', 'BadRequest'],
		['esp', 'BadRequest'],
		['request_id', 'InvalidFieldValue'],
	])('resubscribe requires %s', async (key, code) => {
		const response = await postInvalid({ ...good, [key]: undefined });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection(code));
	});

	it('resubscribe accepts a request without update_esp and stores that it wasn’t sent', async () => {
		expect((await post({ ...good, update_esp: undefined })).status).toBe(202);
		const { resubscriptions } = await sandbox.state();
		expect(resubscriptions['a@x.com']).toMatchObject({
			updateEsp: null,
			suppressionCleared: false,
		});
	});

	it('update_esp left out counts as true or is rejected, if set', async () => {
		await sandbox.configure({ missingUpdateEsp: 'update' });
		expect((await post({ ...good, update_esp: undefined })).status).toBe(202);
		const { resubscriptions } = await sandbox.state();
		expect(resubscriptions['a@x.com']).toMatchObject({ updateEsp: null, suppressionCleared: true });
		await sandbox.configure({ missingUpdateEsp: 'reject' });
		const response = await post({ ...good, update_esp: undefined });
		expect(response.data).toEqual(rejection('BadRequest'));
	});

	it.each([
		['an extra key', { channel: 'email' }, 'InvalidSettings'],
		['no email address', { recipients: [] }, 'InvalidInput'],
		['text instead of a list', { recipients: 'a@x.com' }, 'BadRequest'],
		['an ESP that is not text', { esp: 7 }, 'BadRequest'],
		['an empty request_id', { request_id: '' }, 'InvalidFieldValue'],
		['update_esp as text', { update_esp: 'true' }, 'BadRequest'],
	])('resubscribe rejects %s', async (_what, change, code) => {
		const response = await postInvalid({ ...good, ...change });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection(code));
	});

	it.each([
		'plain',
		'a@',
		'@x.com',
		'a@x',
		'a b@x.com',
		'a@x..com',
		'a@@x.com',
		'jürgen@exämple.de',
		'',
		7,
		null,
	])('resubscribe rejects the whole request for the email address %j', async (address) => {
		const response = await postInvalid({ ...good, recipients: ['good@x.com', address] });
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection('InvalidInput'));
		expect((await sandbox.state()).resubscriptions).toEqual({});
	});

	it.each(["o'neil+news@mail.example.co.uk", 'a.b-c_d@x-y.io'])(
		'accepts the email address %s',
		async (address) => {
			expect((await post({ ...good, recipients: [address] })).status).toBe(202);
		},
	);

	it('resubscribe changes only its own flag for another ESP, or rejects it if set', async () => {
		expect((await post({ ...good, esp: 'MAILGUN' })).status).toBe(202);
		const { resubscriptions } = await sandbox.state();
		expect(resubscriptions['a@x.com'].suppressionCleared).toBe(false);
		await sandbox.configure({ otherEsp: 'reject' });
		expect((await post({ ...good, esp: 'MAILGUN' })).data).toEqual(rejection('InvalidSettings'));
		expect((await post(good)).status).toBe(202);
	});

	it('resubscribe is asynchronous if set', async () => {
		await sandbox.configure({ asyncMs: 150 });
		expect((await post(good)).status).toBe(202);
		expect((await sandbox.state()).resubscriptions).toEqual({});
		await new Promise((done) => setTimeout(done, 300));
		expect((await sandbox.state()).resubscriptions).toHaveProperty(['a@x.com']);
	});

	it('resubscribe allows 10 requests per minute, as published', async () => {
		await sandbox.configure({ limits: { resubscribe: { limit: 10 } } });
		const statuses: number[] = [];
		for (let i = 0; i < 12; i++) statuses.push((await post(good)).status);
		expect(statuses).toEqual([...Array<number>(10).fill(202), 429, 429]);
	});
});
