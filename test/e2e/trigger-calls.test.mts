// The MoEngage Subscription Trigger in a real n8n: which calls are rejected, what arrives, and no leaked
// secret.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { log } from '../harness/log.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import { createActive } from './support.mts';
import { RIGHT, SECRET, TriggerEnvironment } from './trigger-environment.mts';
import {
	ARRIVED,
	markedChange,
	settled,
	streamsBody,
	triggerWorkflow,
} from './trigger-support.mts';

const on = new TriggerEnvironment();
beforeAll(() => on.open());
afterAll(on.close);

const basic = (user: string, password: string) =>
	`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test('a call without the right secret or with an unreadable body starts no execution', async () => {
	const one = streamsBody(['rejected']);
	const events = ['any'];
	const open = await on.createCredential('');
	const workflows = [
		triggerWorkflow(on.credential, 'by-header', { events }),
		triggerWorkflow(on.credential, 'by-own-header', { events, headerName: 'X-Token' }),
		triggerWorkflow(on.credential, 'by-basic', { events, authentication: 'basicAuth' }),
		triggerWorkflow(open, 'no-secret', { events }),
		triggerWorkflow(open, 'no-secret-basic', { events, authentication: 'basicAuth' }),
	];
	const created: Json[] = [];
	for (const workflow of workflows) created.push(await createActive(on.environment, workflow));
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
		const response = await on.call(path, body, headers);
		if (response.status !== status) wrong.push(`${what}: ${response.status} ${response.text}`);
	}
	assert.deepEqual(wrong, []);
	for (const workflow of created)
		assert.deepEqual(await settled(on.environment.client, workflow), []);
	log(`${cases.length} calls, no execution`);
});

test('the right secret starts an execution with one item per event', async () => {
	const events = ['emailUnsubscribed'];
	const basicAuth = { events, authentication: 'basicAuth', options: { simplify: false } };
	const simple = await createActive(
		on.environment,
		triggerWorkflow(on.credential, 'simple', { events }),
	);
	const raw = await createActive(on.environment, triggerWorkflow(on.credential, 'raw', basicAuth));
	const body = streamsBody(['a', 'b', 'a']);
	body.events.push({ event_code: 'MOE_EMAIL_OPEN', event_uuid: 'c' });
	assert.equal((await on.call('simple', body)).status, 200);
	const authorization = basic('anyone', SECRET);
	assert.equal((await on.call('raw', body, { authorization })).status, 200);
	assert.equal((await on.call('simple', { event_code: 'MOE_EMAIL_OPEN' })).status, 200);

	const [execution, ...others] = await settled(on.environment.client, simple);
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
	const [second] = await settled(on.environment.client, raw);
	assert.deepEqual(
		itemsOf(second, ARRIVED).map(({ json }) => json),
		body.events.slice(0, 2),
	);
});

test('changes in MoEngage arrive by Streams and by Connector, without those that n8n has sent', async () => {
	const { client, credential, sandbox, server } = on.environment;
	const own = { events: ['any'], options: { ignoreOwnChanges: true } };
	const basicAuth = { ...own, authentication: 'basicAuth' };
	const [streams, connector] = [
		await createActive(on.environment, triggerWorkflow(on.credential, 'streams', own)),
		await createActive(on.environment, triggerWorkflow(on.credential, 'connector', basicAuth)),
	];
	await sandbox.control('/configure', {
		destinations: [
			{
				url: `${server.url}/webhook/streams/webhook`,
				auth: { kind: 'header', name: 'X-Webhook-Secret', value: SECRET },
				duplicates: 1,
			},
			{
				kind: 'connector',
				url: `${server.url}/webhook/connector/webhook`,
				auth: { kind: 'basic', user: 'moengage', password: SECRET },
			},
		],
	});
	const users = ['ada', 'bob'].map((customer_id) => ({ customer_id }));
	await sandbox.control('/users', { users });
	await sandbox.control('/landing-links', {
		links: [{ user_id: 'u', cid: 'c', customer_id: 'ada' }],
	});
	const writing = await client.createWorkflow(markedChange(credential));
	const updated = await client.finished(await client.run(writing, 'Start'));
	assert.equal(updated.status, 'success');
	const page = `${sandbox.url}/preference-page?user_id=u&cid=c`;
	const saved = await fetch(page, {
		method: 'POST',
		body: new URLSearchParams({ unsubscribe_all: 'true' }),
	});
	assert.equal(saved.status, 200);

	await pWaitFor(async () => (await sandbox.control('/events')).pending === 0);
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

test('no response, log, execution, or file of n8n contains the webhook secret', () => {
	log(on.assertNoLeak());
});
