// The MoEngage Subscription Trigger: rejected calls, each event once, response times, and no leaked secret.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startServer } from '../harness/n8n-process.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import {
	closeOnSignal,
	credentialData,
	openTestEnvironment,
	type TestEnvironment,
	type TestEnvironmentHandle,
} from '../harness/test-environment.mts';
import { wait } from '../harness/log.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import { createActive, filesBelow, findLeaks } from './support.mts';
import {
	ARRIVED,
	arrivals,
	markedChange,
	openExecutions,
	send,
	settled,
	streamsBody,
	triggerWorkflow,
	type Response,
} from './trigger-support.mts';

const SECRET = `secret-${randomBytes(24).toString('hex')}`;
const basic = (user: string, password: string) =>
	`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const RIGHT = { 'x-webhook-secret': SECRET };

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let credential: { id: string; name: string };
let url: string;
/** All responses of the webhook. */
const responses: Response[] = [];

before(async () => {
	handle = openTestEnvironment({ loud: false, built: true, env: { N8N_LOG_LEVEL: 'debug' } });
	closeOnSignal(handle);
	environment = await handle.ready;
	url = environment.server.url;
	credential = await createCredential(SECRET);
});
after(() => handle.close());

const createCredential = (webhookSecret: string) =>
	environment.client.createCredential(
		CREDENTIAL_TYPE,
		`With a secret of ${webhookSecret.length}`,
		credentialData(environment.sandbox, { webhookSecret }),
	);

async function call(path: string, body: unknown, headers: Record<string, string> = RIGHT) {
	const response = await send(url, path, body, headers);
	responses.push(response);
	return response;
}

const logs: string[] = [];

/** Restarts n8n, which gets another port. */
async function restart() {
	const { client, n8n, server, userFolder } = environment;
	logs.push(server.output());
	await server.stop();
	environment.server = await startServer(n8n, userFolder);
	url = client.url = environment.server.url;
}

test('a call without the right secret or with an unreadable body starts no execution', async (t) => {
	const one = streamsBody(['rejected']);
	const events = ['any'];
	const open = await createCredential('');
	const workflows = [
		triggerWorkflow(credential, 'by-header', { events }),
		triggerWorkflow(credential, 'by-own-header', { events, headerName: 'X-Token' }),
		triggerWorkflow(credential, 'by-basic', { events, authentication: 'basicAuth' }),
		triggerWorkflow(open, 'no-secret', { events }),
		triggerWorkflow(open, 'no-secret-basic', { events, authentication: 'basicAuth' }),
	];
	const created: Json[] = [];
	for (const workflow of workflows) created.push(await createActive(environment, workflow));
	const cases: [what: string, path: string, body: unknown, headers: Json, status: number][] = [
		['no header', 'by-header', one, {}, 401],
		['an empty header', 'by-header', one, { 'x-webhook-secret': '' }, 401],
		['a wrong secret', 'by-header', one, { 'x-webhook-secret': `${SECRET}x` }, 401],
		['a shorter secret', 'by-header', one, { 'x-webhook-secret': SECRET.slice(0, -1) }, 401],
		['the secret twice', 'by-header', one, { 'x-webhook-secret': `${SECRET}, ${SECRET}` }, 401],
		['the secret in another header', 'by-header', one, { authorization: SECRET }, 401],
		['Basic for a header', 'by-header', one, { authorization: basic('moengage', SECRET) }, 401],
		['the default header', 'by-own-header', one, RIGHT, 401],
		['no Basic', 'by-basic', one, {}, 401],
		['a header for Basic', 'by-basic', one, RIGHT, 401],
		['a wrong password', 'by-basic', one, { authorization: basic('moengage', 'x') }, 401],
		['the secret as user', 'by-basic', one, { authorization: basic(SECRET, '') }, 401],
		['no colon', 'by-basic', one, { authorization: `Basic ${btoa(SECRET)}` }, 401],
		['Bearer', 'by-basic', one, { authorization: `Bearer ${SECRET}` }, 401],
		['no secret configured', 'no-secret', one, RIGHT, 401],
		['no secret, empty header', 'no-secret', one, { 'x-webhook-secret': '' }, 401],
		['no secret, Basic', 'no-secret-basic', one, { authorization: basic('', '') }, 401],
		['broken JSON', 'by-header', '{"events": [', RIGHT, 422],
		['no body', 'by-header', '', RIGHT, 400],
		['a list', 'by-header', [one], RIGHT, 400],
		['an object without an event', 'by-header', { uid: '1' }, RIGHT, 400],
		['events as text', 'by-header', { events: 'x' }, RIGHT, 400],
		['one bad event', 'by-header', { events: [...one.events, { uid: '1' }] }, RIGHT, 400],
		['1,001 events', 'by-header', streamsBody(Array(1001).fill('x')), RIGHT, 413],
		['6 MB', 'by-header', { event_code: 'X', text: 'x'.repeat(6_000_000) }, RIGHT, 413],
		['an empty batch', 'by-header', { events: [] }, RIGHT, 200],
	];
	const wrong: string[] = [];
	for (const [what, path, body, headers, status] of cases) {
		const response = await call(path, body, headers);
		if (response.status !== status) wrong.push(`${what}: ${response.status} ${response.text}`);
	}
	assert.deepEqual(wrong, []);
	for (const workflow of created) assert.deepEqual(await settled(environment.client, workflow), []);
	t.diagnostic(`${cases.length} calls, no execution`);
});

test('the right secret starts an execution with one item per event', async () => {
	const events = ['emailUnsubscribed'];
	const basicAuth = { events, authentication: 'basicAuth', options: { simplify: false } };
	const simple = await createActive(environment, triggerWorkflow(credential, 'simple', { events }));
	const raw = await createActive(environment, triggerWorkflow(credential, 'raw', basicAuth));
	const body = streamsBody(['a', 'b', 'a']);
	body.events.push({ event_code: 'MOE_EMAIL_OPEN', event_uuid: 'c' });
	assert.equal((await call('simple', body)).status, 200);
	const authorization = basic('anyone', SECRET);
	assert.equal((await call('raw', body, { authorization })).status, 200);
	assert.equal((await call('simple', { event_code: 'MOE_EMAIL_OPEN' })).status, 200);

	const [execution, ...others] = await settled(environment.client, simple);
	assert.equal(others.length, 0);
	const items = itemsOf(execution, ARRIVED).map(({ json }) => json);
	assert.deepEqual(
		items.map(({ event_uuid }) => event_uuid),
		['a', 'b'],
	);
	assert.deepEqual(items[0], {
		event: 'emailUnsubscribed',
		event_name: 'Email Unsubscribed',
		event_code: 'MOE_EMAIL_UNSUBSCRIBE',
		event_uuid: 'a',
		event_time: '2025-11-24T16:00:00.000Z',
		customer_id: 'user-a',
		email: 'a@example.com',
		mobile_number: null,
		moengage_user_id: '65f0',
		event_attributes: { campaign_id: 'c1' },
		user_attributes: { moengage_user_id: '65f0' },
		source: 'streams',
	});
	const [second] = await settled(environment.client, raw);
	assert.deepEqual(
		itemsOf(second, ARRIVED).map(({ json }) => json),
		body.events.slice(0, 2),
	);
});

test('changes in MoEngage arrive by Streams and by Connector, without those that n8n has sent', async () => {
	const { client, sandbox } = environment;
	const own = { events: ['any'], options: { ignoreOwnChanges: true } };
	const basicAuth = { ...own, authentication: 'basicAuth' };
	const [streams, connector] = [
		await createActive(environment, triggerWorkflow(credential, 'streams', own)),
		await createActive(environment, triggerWorkflow(credential, 'connector', basicAuth)),
	];
	await sandbox.control('/configure', {
		destinations: [
			{
				url: `${url}/webhook/streams/webhook`,
				auth: { kind: 'header', name: 'X-Webhook-Secret', value: SECRET },
				duplicates: 1,
			},
			{
				kind: 'connector',
				url: `${url}/webhook/connector/webhook`,
				auth: { kind: 'basic', user: 'moengage', password: SECRET },
			},
		],
	});
	const users = ['ada', 'bob'].map((customer_id) => ({ customer_id }));
	await sandbox.control('/users', { users });
	await sandbox.control('/landing-links', {
		links: [{ user_id: 'u', cid: 'c', customer_id: 'ada' }],
	});
	const writing = await client.createWorkflow(markedChange(environment.credential));
	const updated = await client.finished(await client.run(writing, 'Start'));
	assert.equal(updated.status, 'success');
	const page = `${sandbox.url}/preference-page?user_id=u&cid=c`;
	const saved = await fetch(page, {
		method: 'POST',
		body: new URLSearchParams({ unsubscribe_all: 'true' }),
	});
	assert.equal(saved.status, 200);

	for (let sent = null; sent?.pending !== 0; await wait(50))
		sent = await sandbox.control('/events');
	const { events, deliveries } = await sandbox.control('/events');
	assert.equal(events.length, 2);
	for (const { outcome } of deliveries) assert.equal(outcome, 'delivered');
	for (const workflow of [streams, connector]) {
		const executions = await settled(client, workflow);
		const items = executions.flatMap((execution) => itemsOf(execution, ARRIVED));
		assert.deepEqual(
			items.map(({ json }) => [json.event, json.customer_id]),
			[['emailUnsubscribed', 'ada']],
		);
	}
});

test('1,000 events with duplicates, in parallel and over two restarts, arrive once each', async (t) => {
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'once', { events: ['any'] }),
	);
	const ids = Array.from({ length: 1000 }, (_, i) => `event-${i}`);
	const BATCH = 20;
	for (const [from, to] of [
		[0, 340],
		[340, 670],
		[670, 1000],
	] as const) {
		if (from > 0) await restart();
		// One in ten is repeated, from this part as well as from the parts before a restart.
		const repeated = ids.slice(0, to).filter((_, i) => i % 10 === 0);
		const part = [...ids.slice(from, to), ...repeated];
		part.sort((a, b) => (a.slice(-1) + a < b.slice(-1) + b ? -1 : 1));
		const batches = Array.from({ length: Math.ceil(part.length / BATCH) }, (_, i) =>
			part.slice(i * BATCH, (i + 1) * BATCH),
		);
		const sent = await Promise.all(batches.map((batch) => call('once', streamsBody(batch))));
		assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([200]));
		await settled(environment.client, workflow);
	}
	const counts = arrivals(await settled(environment.client, workflow));
	assert.equal(counts.size, 1000);
	assert.deepEqual(
		[...counts].filter(([, count]) => count !== 1),
		[],
	);
	t.diagnostic(`${counts.size} events, each once`);
});

test('20 calls at once with the same events deliver each once', async () => {
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'same', { events: ['any'] }),
	);
	const ids = Array.from({ length: 50 }, (_, i) => `same-${i}`);
	const calls = Array.from({ length: 20 }, () => call('same', streamsBody(ids)));
	for (const { status } of await Promise.all(calls)) assert.equal(status, 200);
	const counts = arrivals(await settled(environment.client, workflow));
	assert.deepEqual(
		[...counts],
		ids.map((id) => [id, 1]),
	);
});

test('99 % of calls get a response within a second while 100 executions run', async (t) => {
	const { client } = environment;
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'busy', { events: ['any'] }, 60),
	);
	const first = Array.from({ length: 100 }, (_, i) => call('busy', streamsBody([`first-${i}`])));
	await Promise.all(first);
	const count = () => openExecutions(client, workflow);
	const running = await count();
	assert.ok(running >= 100, `only ${running} executions run`);
	const times: number[] = [];
	// The executions wait for 60 s; on a busy machine, fewer calls fit into that time.
	const until = performance.now() + 40_000;
	for (let wave = 0; wave < 100 && performance.now() < until; wave++) {
		const calls = Array.from({ length: 2 }, (_, i) =>
			call('busy', streamsBody([`later-${wave}-${i}`])),
		);
		times.push(...(await Promise.all(calls)).map(({ ms }) => ms));
		await wait(50);
	}
	assert.ok((await count()) >= 100, 'the executions ended too early');
	times.sort((a, b) => a - b);
	const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Infinity;
	t.diagnostic(
		`${times.length} calls, p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms`,
	);
	assert.ok(at(0.99) < 1000, `p99 is ${at(0.99).toFixed(0)} ms`);
	assert.ok(times.length >= 50, `only ${times.length} calls`);
	assert.equal(arrivals(await settled(client, workflow)).size, 100 + times.length);
});

test('no response, log, execution, or file of n8n contains the webhook secret', (t) => {
	const secrets = [SECRET, Buffer.from(`anyone:${SECRET}`).toString('base64')];
	const found = responses.flatMap(({ text }, i) => findLeaks(`response ${i}`, text, secrets));
	logs.push(environment.server.output());
	found.push(...logs.flatMap((text, i) => findLeaks(`log ${i}`, text, secrets)));
	const files = filesBelow(environment.userFolder.path);
	assert.ok(files.some((path) => path.endsWith('database.sqlite')));
	// Latin-1 keeps every byte, so this also finds text in the database.
	for (const path of files) found.push(...findLeaks(path, readFileSync(path, 'latin1'), secrets));
	t.diagnostic(
		`searched ${responses.length} responses, ${logs.length} logs, ${files.length} files`,
	);
	assert.ok(logs.join('').length > 10_000, 'n8n logged nothing');
	assert.deepEqual(found, []);
});
