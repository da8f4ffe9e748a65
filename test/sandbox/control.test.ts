/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a load test needs kept connections */
import { Agent } from 'node:http';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const BULK = '/v1/category-subscription/user-preferences';

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox(['--window-ms', '5000'])));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const bulkBody = (...ids: string[]) => ({
	channel: 'email',
	user_preferences: ids.map((id) => ({
		customer_id: id,
		categories: { Newsletter: true },
		unsubscribe_all: false,
	})),
});
const bulk = async (...ids: string[]) =>
	await sandbox.call('POST', BULK, { data: bulkBody(...ids) });

describe('reading', () => {
	it('the log contains each request with its body, but not the key', async () => {
		await bulk('a', 'b');
		const [entry] = await sandbox.log();
		expect(entry).toMatchObject({
			seq: expect.any(Number) as unknown,
			endpoint: 'bulkUpdate',
			method: 'POST',
			path: BULK,
			workspace: sandbox.workspaceId,
			auth: 'right',
			users: 2,
			status: 200,
			outcome: 'responded',
			applied: true,
			rule: null,
			body: bulkBody('a', 'b'),
		});
		expect(entry.headerNames).toContain('authorization');
		expect(entry.headers).not.toHaveProperty('authorization');
		expect(Math.abs(entry.receivedAt - Date.now())).toBeLessThan(5000);
		expect(Number(entry.respondedAt)).toBeGreaterThanOrEqual(Number(entry.countedAt));
	});

	it('the log can be filtered', async () => {
		await bulk('a');
		await sandbox.callInvalid('POST', BULK, { data: bulkBody() });
		await bulk('c');
		await sandbox.call('GET', '/v5/subscription-categories');
		expect(await sandbox.log({ endpoint: 'bulkUpdate' })).toHaveLength(3);
		const [bad] = await sandbox.log({ status: 400 });
		expect(await sandbox.log({ since: bad.seq })).toHaveLength(2);
		expect((await sandbox.log({ limit: 1 }))[0].endpoint).toBe('v5Categories');
	});

	it('the log is limited, but the counters aren’t', async () => {
		await sandbox.configure({ logLimit: 8, logBodies: false });
		for (let i = 0; i < 15; i++) await bulk('a');
		const log = await sandbox.log();
		expect(log.length).toBeGreaterThanOrEqual(8);
		expect(log.length).toBeLessThanOrEqual(10);
		expect(log[0]).not.toHaveProperty('body');
		expect((await sandbox.counters()).bulkUpdate.requests).toBe(15);
	});

	it('the counters include requests, users, statuses and the busiest window', async () => {
		await sandbox.configure({ limits: { bulkUpdate: { limit: 3 } } });
		for (let i = 0; i < 5; i++) await bulk('a', 'b');
		const { bulkUpdate } = await sandbox.counters();
		expect(bulkUpdate).toMatchObject({
			requests: 5,
			users: 10,
			ok: 3,
			applied: 3,
			throttled: 2,
			withoutResponse: 0,
			byStatus: { 200: 3, 429: 2 },
			inFlight: 0,
			maxInFlight: 1,
			maxInWindow: 5,
			maxGrantedInWindow: 3,
		});
		expect((await sandbox.counters(0.001)).bulkUpdate.maxInWindow).toBe(1);
	});

	it('the counters include the requests in flight', async () => {
		await sandbox.addFaults([{ do: 'delay', delayMs: 150 }]);
		await Promise.all(['a', 'b', 'c'].map(async (id) => await bulk(id)));
		expect((await sandbox.counters()).bulkUpdate).toMatchObject({ maxInFlight: 3, inFlight: 0 });
	});

	it('the state shows one user, the users of an email address, or a page of all', async () => {
		await sandbox.seedUsers([
			{ customer_id: 'a', email_id: 'x@x.com', categories: { Newsletter: false } },
			{ customer_id: 'b', email_id: 'x@x.com', unsubscribed: true },
			{ customer_id: 'c', opt_in_status: 'OPTED_OUT' },
		]);
		expect(await sandbox.user('a')).toEqual({
			customer_id: 'a',
			moe_user_id: expect.any(String) as unknown,
			email_id: 'x@x.com',
			categories: { Newsletter: false },
			unsubscribed: false,
			opt_in_status: null,
			resubscribed: false,
			moe_event_id: null,
			changes: 0,
		});
		expect((await sandbox.state({ email: 'X@x.com' })).users).toHaveLength(2);
		const page = await sandbox.state({ offset: 1, limit: 1 });
		expect(page.userCount).toBe(3);
		expect(page.users.map((user) => user.customer_id)).toEqual(['b']);
		expect(await sandbox.user('unknown')).toBeUndefined();
		await sandbox.seedUsers([{ customer_id: 'a', email_id: 'new@x.com' }]);
		expect((await sandbox.state({ email: 'x@x.com' })).users).toHaveLength(1);
		expect((await sandbox.state({ email: 'new@x.com' })).users).toHaveLength(1);
		expect((await sandbox.state({ workspace: 'OTHER' })).userCount).toBe(0);
	});
});

describe('changing', () => {
	it('a reset clears the named parts and no others', async () => {
		await bulk('a');
		await sandbox.addFaults([{ do: 'status', status: 500, times: 1 }]);
		await sandbox.reset('log');
		expect(await sandbox.log()).toEqual([]);
		expect(await sandbox.counters()).toEqual({});
		expect(await sandbox.user('a')).toBeDefined();
		expect((await bulk('a')).status).toBe(500);
		await sandbox.reset('state');
		expect((await sandbox.state()).userCount).toBe(0);
		await sandbox.configure({ windowMs: 77 });
		expect(await sandbox.configure({})).toHaveProperty('windowMs', 77);
		await sandbox.reset('config');
		expect(await sandbox.configure({})).toHaveProperty('windowMs', 5000);
	});

	it('other categories can be configured', async () => {
		await sandbox.configure({
			categories: ['Plain', { name: 'Old', status: 'inactive' }],
			defaultSubscribed: false,
		});
		const response = await sandbox.call('GET', BULK, { params: { user_id: 'u', cid: 'c' } });
		expect(response.data).toEqual({ categories: { Plain: false } });
	});

	it('rules are listed with their counts, replaced and deleted', async () => {
		const client = sandbox.client();
		await sandbox.addFaults([{ do: 'status', status: 500 }]);
		await bulk('a');
		const { rules } = (await client.get('/_sandbox/rules')).data as { rules: object[] };
		expect(rules).toEqual([expect.objectContaining({ do: 'status', seen: 1, fired: 1 })]);
		expect((await sandbox.log())[0].rule).toBe((rules[0] as { id: string }).id);
		await sandbox.addFaults([{ do: 'empty' }], true);
		expect((await bulk('a')).data).toBe('');
		expect((await client.delete('/_sandbox/rules')).data).toEqual({ rules: [] });
		expect((await bulk('a')).data).toHaveProperty('message');
	});

	it.each([
		['configure', { windowMS: 5 }],
		['configure', { windowMs: 0 }],
		['configure', { windowMs: '5' }],
		['configure', { window: { kind: 'other' } }],
		['configure', { headers: { rates: true } }],
		['configure', { headers: { lie: { remainder: 1 } } }],
		['configure', { limits: { nothing: { limit: 1 } } }],
		['configure', { limits: { optIn: { perDay: 1 } } }],
		['configure', { switchedOff: ['nothing'] }],
		['configure', { workspaces: [{ id: 'x' }] }],
		['configure', { categories: [{}] }],
		['configure', { emptyCategories: 'perhaps' }],
		['rules', { rules: [{ do: 'explode' }] }],
		['rules', { rules: [{ do: 'example' }] }],
		['rules', { rules: [{ do: 'example', example: 'nothing' }] }],
		['rules', { rules: [{ do: 'example', example: 'payloadLimit', endpoint: 'optIn' }] }],
		['rules', { rules: [{ do: 'status' }] }],
		['rules', { rules: [{ do: 'hang', time: 1 }] }],
		['rules', { rules: [{ do: 'hang', endpoint: 'nothing' }] }],
		['rules', {}],
		['users', { users: [{ email_id: 'a@x.com' }] }],
		['landing-links', { links: [{ user_id: 'u' }] }],
		['reset', { parts: ['everything'] }],
	])('a typo is rejected with a message: %s %j', async (name, body) => {
		const response = await sandbox.client().post(`/_sandbox/${name}`, body);
		expect(response.status).toBe(400);
		expect(response.data).toEqual({ message: expect.any(String) as unknown });
	});

	it('the control API lists its calls and reports unknown ones', async () => {
		const client = sandbox.client();
		expect((await client.get('/_sandbox')).data.calls).toContain('GET /log');
		expect((await client.get('/_sandbox/nothing')).status).toBe(404);
		const headers = { 'X-Sandbox-Invalid-Request': 'on purpose' };
		expect((await client.get('/_sandboxes', { headers })).data).toHaveProperty('title');
	});

	it('control calls are not logged', async () => {
		await sandbox.state();
		expect(await sandbox.log()).toEqual([]);
	});
});

describe('under load', () => {
	it('the sandbox counts each of 3,000 parallel requests with 50 users', async () => {
		await sandbox.configure({ limits: { bulkUpdate: { limit: 1_000_000 } } });
		const httpAgent = new Agent({ keepAlive: true, maxSockets: 20 });
		let next = 0;
		const worker = async () => {
			while (next < 3000) {
				const n = next++;
				const ids = Array.from({ length: 50 }, (_, i) => `c${n * 50 + i}`);
				const response = await sandbox.call('POST', BULK, { data: bulkBody(...ids), httpAgent });
				expect(response.status).toBe(200);
			}
		};
		await Promise.all(Array.from({ length: 20 }, worker));
		httpAgent.destroy();
		const { bulkUpdate } = await sandbox.counters();
		expect(bulkUpdate).toMatchObject({ requests: 3000, ok: 3000, users: 150_000 });
		expect((await sandbox.state({ limit: 1 })).userCount).toBe(150_000);
	});
});
