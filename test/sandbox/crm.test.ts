import { sleep } from 'n8n-workflow';

import { startReceiver, type Receiver } from '../support/receiver';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const CONTACTS = '/crm/contacts';
const AUTHORIZATION = { authorization: 'Bearer demo-crm-token' };
const JANUARY = '2026-01-01T12:00:00.000Z';
const MARCH = '2026-03-01T12:00:00.000Z';

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
	const contacts = ['ada', 'bob'].map((id) => ({ id, consent_changed_at: JANUARY }));
	await control('contacts', { contacts });
});

const control = async (call: string, data: object) =>
	await sandbox.client().post(`/_sandbox/crm/${call}`, data);
const edit = async (id: string, email_opt_out: boolean) =>
	await control('edits', { edits: [{ id, email_opt_out }] });
const state = async () => {
	const { data } = await sandbox.client().get('/_sandbox/crm');
	return data as { contacts: object[]; counts: object; webhook: { pending: number } };
};
const ask = async (method: string, path = '', data?: object, headers: object = AUTHORIZATION) =>
	await sandbox.client().request({
		...{ method, url: CONTACTS + path, data, headers: { ...headers } },
		validateStatus: () => true,
	});

async function allSent() {
	while ((await state()).webhook.pending > 0) await sleep(10);
	return receiver.received.map(({ body }) => (body as { contacts: { id: string }[] }).contacts);
}

describe('the REST API', () => {
	it('lists contacts in pages, or those changed since a date', async () => {
		await edit('bob', true);
		const { data } = await ask('GET', '?limit=1');
		expect(data).toEqual({ total: 2, contacts: [expect.objectContaining({ id: 'ada' })] });
		const changed = await ask('GET', `?changed_since=${MARCH}`);
		expect(changed.data).toEqual({ total: 1, contacts: [expect.objectContaining({ id: 'bob' })] });
	});

	it("a change keeps the date of the person's choice and grows the version", async () => {
		const change = { email_opt_out: true, consent_changed_at: MARCH };
		const changed = await ask('PATCH', '/ada', change, { ...AUTHORIZATION, 'if-match': '"1"' });
		expect([changed.status, changed.data]).toEqual([
			200,
			{
				...change,
				id: 'ada',
				email: null,
				consent_changed_by: 'n8n',
				version: 2,
			},
		]);
		expect((await ask('GET', '/ada')).data).toEqual(changed.data);
	});

	it('a change of an older version is rejected, and changes nothing', async () => {
		await edit('ada', true);
		const change = { email_opt_out: false, consent_changed_at: MARCH };
		const response = await ask('PATCH', '/ada', change, { ...AUTHORIZATION, 'if-match': '1' });
		expect([response.status, response.data]).toEqual([
			412,
			expect.objectContaining({ status: 412 }),
		]);
		expect((await ask('GET', '/ada')).data).toMatchObject({ email_opt_out: true, version: 2 });
		expect((await state()).counts).toEqual({ byPeople: 1, byN8n: 0, conflicts: 1 });
	});

	it.each([
		['GET', '/ada', undefined, 401, {}],
		['GET', '/ada', undefined, 401, { authorization: 'Bearer wrong' }],
		['GET', '/carla', undefined, 404, AUTHORIZATION],
		['DELETE', '/ada', undefined, 405, AUTHORIZATION],
		['POST', '', {}, 405, AUTHORIZATION],
		['PATCH', '/ada', { email_opt_out: 'yes' }, 400, AUTHORIZATION],
		['PATCH', '/ada', { email_opt_out: true, consent_changed_at: 'May' }, 400, AUTHORIZATION],
	])('%s %s %j gets %i', async (method, path, data, status, headers) => {
		expect((await ask(method, path, data, headers)).status).toBe(status);
		expect((await state()).counts).toEqual({ byPeople: 0, byN8n: 0, conflicts: 0 });
	});
});

describe('the webhook', () => {
	it('is called in batches for each change of the opt-out, with who made it', async () => {
		await control('webhook', { url: receiver.url, batchSize: 2 });
		await edit('ada', true);
		await edit('ada', false);
		await edit('ada', false);
		await ask('PATCH', '/bob', { email_opt_out: true });
		expect(await allSent()).toEqual([
			[
				expect.objectContaining({ id: 'ada', email_opt_out: true, consent_changed_by: 'person' }),
				expect.objectContaining({ id: 'ada', email_opt_out: false, consent_changed_by: 'person' }),
			],
			[expect.objectContaining({ id: 'bob', email_opt_out: true, consent_changed_by: 'n8n' })],
		]);
	});

	it('is called again after a failure', async () => {
		receiver.statuses.push(500);
		await control('webhook', { url: receiver.url, batchMs: 0 });
		await edit('ada', true);
		expect(await allSent()).toHaveLength(2);
		expect((await state()).webhook).toEqual({ pending: 0, delivered: 1, givenUp: 0 });
	});

	it('sends changes in another order if they are shuffled', async () => {
		const ids = Array.from({ length: 20 }, (_, i) => `user-${i}`);
		await control('contacts', { contacts: ids.map((id) => ({ id })) });
		await control('webhook', { url: receiver.url, shuffleMs: 20 });
		await control('edits', { edits: ids.map((id) => ({ id, email_opt_out: true })) });
		const [sent] = await allSent();
		expect(sent.map(({ id }) => id)).not.toEqual(ids);
		expect(sent.map(({ id }) => id).sort()).toEqual([...ids].sort());
	});
});

it.each([
	['contacts', { contacts: [{}] }],
	['contacts', {}],
	['edits', { edits: [{ id: 'carla', email_opt_out: true }] }],
	['edits', { edits: [{ id: 'ada' }] }],
	['webhook', { url: 5 }],
	['webhook', { url: 'http://127.0.0.1', size: 1 }],
])('%s rejects %j', async (call, body) => {
	const response = await sandbox
		.client()
		.post(`/_sandbox/crm/${call}`, body, { validateStatus: () => true });
	expect(response.status).toBe(400);
	expect((await state()).counts).toMatchObject({ byPeople: 0 });
});
