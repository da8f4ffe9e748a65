// The two-way example in a real n8n with dates that are missing, in the future, or equal, and with people
// who are missing on one side.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironment,
	type TestEnvironmentHandle,
} from '../harness/test-environment.mts';
import { addPeople, connectTwoWay } from '../harness/two-way.mts';
import { send, settled } from './trigger-support.mts';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let workflow: Json;

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, shared: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	workflow = await connectTwoWay(environment);
});
afterAll(() => handle.close());

const NOW = Math.floor(Date.now() / 1000);
const MINUTE = 60;
const DAY = 86_400;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const OUT = 'Email Unsubscribed';
const IN = 'Email Resubscribed';

interface Case {
	id: string;
	/** Choice in the CRM. */
	crm: { optOut: boolean; changedAt?: string };
	event: { event_name: string; event_time?: number };
	/** What both sides have to end as. */
	optOut: boolean;
}

const CASES: Case[] = [
	{
		id: 'opt-out-without-a-date',
		crm: { optOut: false, changedAt: iso(NOW - MINUTE) },
		event: { event_name: OUT },
		optOut: true,
	},
	{
		id: 'opt-in-without-a-date',
		crm: { optOut: true, changedAt: iso(NOW - DAY) },
		event: { event_name: IN },
		optOut: true,
	},
	{
		id: 'opt-in-after-an-opt-out-without-a-date-in-the-crm',
		crm: { optOut: true },
		event: { event_name: IN, event_time: NOW },
		optOut: true,
	},
	{
		id: 'opt-out-before-an-opt-in-without-a-date-in-the-crm',
		crm: { optOut: false },
		event: { event_name: OUT, event_time: NOW - 400 * DAY },
		optOut: true,
	},
	{
		id: 'opt-in-in-the-future',
		crm: { optOut: true, changedAt: iso(NOW - MINUTE) },
		event: { event_name: IN, event_time: NOW + DAY },
		optOut: false,
	},
	{
		id: 'opt-out-in-the-same-second',
		crm: { optOut: false, changedAt: iso(NOW - MINUTE + 0.9) },
		event: { event_name: OUT, event_time: NOW - MINUTE },
		optOut: true,
	},
	{
		id: 'opt-in-in-the-same-second',
		crm: { optOut: true, changedAt: iso(NOW - MINUTE) },
		event: { event_name: IN, event_time: NOW - MINUTE },
		optOut: true,
	},
];

const contactsOf = async () =>
	new Map<string, Json>(
		(await environment.sandbox.control('/crm')).contacts.map((contact: Json) => [
			contact.id,
			contact,
		]),
	);

async function sendEvents(events: Json[]) {
	const { webhookId } = workflow.nodes.find(({ name }: Json) => name === 'Change in MoEngage');
	const secret = { 'x-webhook-secret': environment.webhookSecret };
	const body = {
		events: events.map((event, i) => ({ event_uuid: `${event.uid}-${i}`, ...event })),
	};
	const { status } = await send(environment.server.url, webhookId, body, secret);
	assert.equal(status, 200);
}

test('a missing, future, or equal date lifts no opt-out, and both sides end equal', async () => {
	const { client, sandbox } = environment;
	// In MoEngage, each person has already made the choice that the event reports.
	await sandbox.control('/users', {
		users: CASES.map(({ id, event }) => ({
			customer_id: id,
			unsubscribed: event.event_name === OUT,
		})),
	});
	await sandbox.control('/crm/contacts', {
		contacts: CASES.map(({ id, crm }) => ({
			id,
			email_opt_out: crm.optOut,
			consent_changed_at: crm.changedAt,
		})),
	});
	await sendEvents(CASES.map(({ id, event }) => ({ uid: id, event_code: '', ...event })));
	await settled(client, workflow);
	const contacts = await contactsOf();
	const users = new Map((await sandbox.users()).map((user) => [user.customer_id, user]));
	assert.deepEqual(
		CASES.map(({ id }) => [id, contacts.get(id)?.email_opt_out, users.get(id)?.unsubscribed]),
		CASES.map(({ id, optOut }) => [id, optOut, optOut]),
	);
	// A date in the future would win over every later choice.
	for (const { consent_changed_at: at } of contacts.values()) {
		assert.ok(at === null || Date.parse(at) <= Date.now(), at);
	}
});

test('a person who is missing on one side is listed with a reason, and the others are copied', async () => {
	const { client, sandbox } = environment;
	const month = iso(NOW - 30 * DAY);
	await addPeople(environment, [{ id: 'ada', optOut: false, changedAt: month }]);
	await sandbox.control('/crm/contacts', { contacts: [{ id: 'only-crm' }] });
	const event = { event_name: OUT, event_code: '', event_time: NOW };
	await sendEvents([
		{ uid: 'only-moengage', ...event },
		{ uid: 'ada', ...event },
	]);
	await sandbox.control('/crm/edits', { edits: [{ id: 'only-crm', email_opt_out: true }] });
	await pWaitFor(async () => (await sandbox.control('/crm')).webhook.pending === 0);
	const executions = await settled(client, workflow);
	const at = (node: string) =>
		executions.flatMap((one) => itemsOf(one, node).map(({ json }) => json));
	assert.equal((await contactsOf()).get('ada')?.email_opt_out, true);
	assert.deepEqual(
		at('Not in the CRM').map(({ id }) => id),
		[undefined],
	);
	assert.match(JSON.stringify(at('Not in the CRM')), /no such contact|404/i);
	const [rejected, ...others] = at('MoEngage Not Updated');
	assert.equal(others.length, 0);
	assert.equal(rejected?.id, 'only-crm');
	assert.match(String(rejected?.error), /^Rejected: /);
});
