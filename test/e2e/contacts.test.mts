// Single contacts, the CRM webhook, and Stop, in a real n8n with the packed package.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { itemsOf } from '../harness/n8n-client.mts';
import { log, wait } from '../harness/log.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import {
	BULK,
	createActive,
	ERROR_OUTPUT,
	executeByWebhook,
	resetSandbox,
	listWorkflow,
	STEP,
} from './support.mts';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, shared: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	await environment.client.activate(await loadWorkflow(environment, 'crm-webhook.json'));
});
afterAll(() => handle.close());
beforeEach(() => resetSandbox(environment));

test('an opt-in update of an unknown user goes to the error output', async () => {
	const { sandbox } = environment;
	await sandbox.control('/users', {
		users: [{ customer_id: 'anna', email_id: 'anna@example.com' }],
	});
	const rows = [
		{ id: 'anna', email: 'anna@example.com' },
		{ id: 'nobody', email: 'nobody@example.com' },
	];
	const parameters = {
		resource: 'optIn',
		operation: 'update',
		customerId: '={{ $json.id }}',
		email: '={{ $json.email }}',
		optInStatus: 'DOUBLE_OPTED_IN',
		options: {},
	};
	const workflow = await createActive(
		environment,
		listWorkflow(environment.credential, parameters, { path: 'opt-in' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'opt-in', rows);
	const good = itemsOf(execution, STEP);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	assert.deepEqual(
		good.map(({ pairedItem }) => pairedItem.item),
		[0],
	);
	assert.deepEqual(
		bad.map(({ pairedItem }) => pairedItem.item),
		[1],
	);
	const anna = (await sandbox.users()).find((user) => user.customer_id === 'anna');
	assert.equal(anna?.opt_in_status, 'DOUBLE_OPTED_IN');
	const requests = await sandbox.requests('optIn');
	assert.equal(requests.length, 2);
	assert.deepEqual(
		requests.map(({ body }) => body.user_preferences.channel),
		['email', 'email'],
	);
});

test('60 simultaneous CRM calls share requests, and each gets its own response', async () => {
	const { client, sandbox } = environment;
	// With a slow MoEngage, contacts wait for each other and share requests.
	const delayMs = 4000;
	const slow = { do: 'delay', endpoint: 'bulkUpdate', delayMs };
	await sandbox.control('/rules', { rules: [slow] });
	await client.webhook('crm-consent', {
		customerId: 'warm-up',
		categories: { Newsletter: true },
		unsubscribeAll: false,
	});
	const started = Date.now();
	const responses = await Promise.all(
		Array.from({ length: 60 }, (_, i) =>
			client.webhook('crm-consent', {
				customerId: i === 33 ? '' : `crm-${i}`,
				categories: { Newsletter: i % 2 === 0 },
				unsubscribeAll: 'no',
			}),
		),
	);
	assert.deepEqual(
		responses.map(({ status }) => status),
		responses.map((_, i) => (i === 33 ? 422 : 200)),
	);
	assert.match(JSON.stringify(responses[33]?.body), /Customer ID/);
	const users = new Map((await sandbox.users()).map((user) => [user.customer_id, user]));
	assert.equal(users.size, 60);
	for (let i = 0; i < 60; i++) {
		if (i !== 33) assert.equal(users.get(`crm-${i}`)?.categories.Newsletter, i % 2 === 0);
	}
	const requests = (await sandbox.requests('bulkUpdate')).length - 1;
	log(`60 contacts in ${requests} requests`);
	// At most 5 requests are in flight at a time, however slowly this machine accepts the calls.
	const rounds = Math.ceil((Date.now() - started) / delayMs);
	assert.ok(requests <= 5 * rounds && requests < 30, `${requests} requests in ${rounds} rounds`);
});

test('the CRM webhook responds with 503 to a change that was not sent', async () => {
	const { client, sandbox } = environment;
	const call = () =>
		client.webhook('crm-consent', {
			customerId: 'crm-later',
			categories: { Newsletter: false },
			unsubscribeAll: false,
		});
	const wrongKey = { do: 'status', status: 401, endpoint: 'bulkUpdate' };
	await sandbox.control('/rules', { rules: [wrongKey] });
	const { status, body } = await call();
	assert.deepEqual([status, body.status], [503, 'not sent']);
	assert.match(body.reason, /^Not sent: /);
	await sandbox.control('/rules', undefined, 'DELETE');
	assert.equal((await call()).status, 200);
});

test('Stop ends a run that waits, and n8n keeps running', async () => {
	const { client, sandbox, server } = environment;
	// MoEngage throttles every request, so the run keeps waiting.
	const throttled = { do: 'status', status: 429, endpoint: 'bulkUpdate' };
	await sandbox.control('/rules', { rules: [throttled] });
	const rows = Array.from({ length: 500 }, (_, i) => ({
		id: `late-${i}`,
		Newsletter: true,
		Promotional: true,
		out: false,
	}));
	const workflow = await client.createWorkflow(
		listWorkflow(environment.credential, BULK, { rows }),
	);
	const id = await client.run(workflow, 'Start');
	const sent = async () => (await sandbox.requests('bulkUpdate')).length;
	const timeout = { milliseconds: 10_000, message: 'no request arrived' };
	await pWaitFor(async () => (await sent()) > 0, { interval: 100, timeout });
	const stoppedAt = Date.now();
	await client.stop(id);
	const execution = await client.finished(id);
	assert.equal(execution.status, 'canceled');
	assert.ok(Date.now() - stoppedAt < 20_000, `stopped after ${Date.now() - stoppedAt} ms`);
	const before = await sent();
	await wait(6000);
	assert.equal(await sent(), before, 'requests after the stop');
	assert.ok((await fetch(`${server.url}/healthz/readiness`)).ok);
});
