// Lists in a real n8n with the packed package: what MoEngage received, and what the node returned.
import assert from 'node:assert/strict';
import { differences, expectedState } from '../harness/expected.mts';
import { itemsOf, type Execution, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import {
	BULK,
	createActive,
	ERROR_OUTPUT,
	executeByCommand,
	executeByWebhook,
	resetSandbox,
	listWorkflow,
	STEP,
} from './support.mts';
import type { LoggedRequest } from '../harness/sandbox-process.mts';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, shared: true });
	closeOnSignal(handle);
	environment = await handle.ready;
});
afterAll(() => handle.close());
beforeEach(() => resetSandbox(environment));

/** 137 rows: three users appear twice, three rows are rejected, one goes out with a warning. */
function rowsOfAList() {
	const rows = Array.from({ length: 137 }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0 ? 'TRUE' : 'no',
		Promotional: i % 3 === 0,
		out: i % 20 === 7 ? 'yes' : 0,
	}));
	const change = (i: number, to: object) => {
		rows[i] = { ...rows[i], ...to };
	};
	// Later choices of users 0, 7 and 60.
	change(100, { id: 'user-0', Newsletter: 'no', Promotional: 'yes' });
	change(110, { id: 'user-7', Newsletter: 1, Promotional: 0, out: 1 });
	change(136, { id: 'user-60', Newsletter: 0, out: 'yes' });
	change(20, { id: '' });
	change(70, { Newsletter: 'maybe', Promotional: 'yes' });
	// Next to an unreadable category, only the opt-out is sent.
	change(71, { Newsletter: 'maybe', Promotional: 'no' });
	change(135, { out: 'perhaps' });
	return rows;
}
const REJECTED = [20, 70, 135];
const WARNED = [71];

async function checkList(rows: ReturnType<typeof rowsOfAList>, execution: Execution) {
	const { sandbox } = environment;
	const requests = await sandbox.requests('bulkUpdate');
	const { categories } = await sandbox.control('/configure');
	const wanted = expectedState(rows, {
		id: 'id',
		categories: ['Newsletter', 'Promotional'],
		unsubscribed: 'out',
		known: categories
			.filter(({ channel, status }: Json) => channel === 'email' && status === 'active')
			.map(({ name }: Json) => name),
	});
	assert.deepEqual([wanted.rejected, wanted.warned], [REJECTED, WARNED]);
	assert.deepEqual(differences(wanted.users, await sandbox.users()), []);
	for (const { users } of requests) assert.ok(users <= 50, `${users} users in one request`);

	const good = itemsOf(execution, STEP);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	const rest = rows.map((_, i) => i).filter((i) => !REJECTED.includes(i));
	assert.deepEqual(
		good.map(({ pairedItem }) => pairedItem.item),
		rest,
	);
	assert.deepEqual(
		good.map(({ json }) => json.customer_id),
		rest.map((i) => rows[i]?.id),
	);
	for (const { json } of good) {
		assert.equal(json.status, 'accepted');
		assert.ok(!('error' in json));
	}
	assert.deepEqual(
		bad.map(({ pairedItem }) => pairedItem.item),
		REJECTED,
	);
	assert.deepEqual(
		bad.map(({ json }) => json.id),
		REJECTED.map((i) => rows[i]?.id),
		'a rejected row keeps its own fields',
	);
	const reasons = bad.map(({ json }) => String(json.error));
	assert.match(String(reasons[0]), /^Rejected: .*Customer ID/);
	assert.match(String(reasons[1]), /^Rejected: .*Newsletter/);
	assert.match(String(reasons[2]), /^Rejected: .*Unsubscribe From All/);
	const warned = good.filter(({ json }) => json.warnings !== undefined);
	assert.deepEqual(
		warned.map(({ pairedItem }) => pairedItem.item),
		WARNED,
	);
	assert.match(String(warned[0]?.json.warnings), /Newsletter/);
	return requests;
}

function checkRequests(requests: LoggedRequest[]) {
	const ids = requests.map(({ body }) =>
		body.user_preferences.map((user: Json) => user.customer_id),
	);
	assert.equal(ids.length, 4);
	// An unsubscribe from all doesn't merge with an earlier change of categories: it goes afterwards.
	assert.deepEqual(ids[3], ['user-60']);
}

test('137 rows sent to a webhook take 4 requests, and rejected rows go to the error output', async () => {
	const rows = rowsOfAList();
	const workflow = await createActive(
		environment,
		listWorkflow(environment.credential, BULK, { path: 'list' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'list', rows);
	assert.equal(execution.status, 'success');
	checkRequests(await checkList(rows, execution));
});

test('137 rows sent with n8n execute give the same result', async () => {
	const rows = rowsOfAList();
	const workflow = await environment.client.createWorkflow(
		listWorkflow(environment.credential, BULK, { rows }),
	);
	const { code, output, execution } = await executeByCommand(environment, workflow);
	assert.equal(code, 0, output);
	checkRequests(await checkList(rows, execution));
});

test('an unsubscribe from all and its reversal go in two requests, in input order', async () => {
	const rows = [
		{ id: 'back-again', Newsletter: 'yes', Promotional: 'yes', out: 'yes' },
		{ id: 'back-again', Newsletter: 'yes', Promotional: 'no', out: 'no' },
	];
	const workflow = await createActive(
		environment,
		listWorkflow(environment.credential, BULK, { path: 'order' }),
	);
	await executeByWebhook(environment, workflow, 'order', rows);
	const requests = await environment.sandbox.requests('bulkUpdate');
	assert.deepEqual(
		requests.map(({ body }) => body.user_preferences[0].unsubscribe_all),
		[true, false],
	);
	const [user] = await environment.sandbox.users();
	assert.equal(user?.categories.Newsletter, true);
	assert.equal(user?.categories.Promotional, false);
});

test('230 email addresses to resubscribe take 3 requests with the four documented keys', async () => {
	const rows = Array.from({ length: 230 }, (_, i) => ({ email: `someone${i}@example.com` }));
	const parameters = {
		resource: 'resubscription',
		operation: 'resubscribe',
		email: '={{ $json.email }}',
		esp: 'SENDGRID',
		updateEsp: true,
		options: {},
	};
	const workflow = await environment.client.createWorkflow(
		listWorkflow(environment.credential, parameters, { rows }),
	);
	const { code, output, execution } = await executeByCommand(environment, workflow);
	assert.equal(code, 0, output);
	const requests = await environment.sandbox.requests('resubscribe');
	assert.equal(requests.length, 3);
	for (const { body, status } of requests) {
		assert.equal(status, 202);
		assert.deepEqual(Object.keys(body).sort(), ['esp', 'recipients', 'request_id', 'update_esp']);
		assert.ok(body.recipients.length <= 100);
		assert.equal(body.esp, 'SENDGRID');
		assert.equal(body.update_esp, true);
		assert.ok(body.request_id);
	}
	assert.equal(new Set(requests.map(({ body }) => body.request_id)).size, 3);
	const { resubscriptions } = await environment.sandbox.control('/state');
	assert.deepEqual(Object.keys(resubscriptions).sort(), rows.map(({ email }) => email).sort());
	assert.equal(itemsOf(execution, STEP).length, 230);
});
