// Lists in the real n8n, with the packed package: what MoEngage got, what came out of the node.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { differences, expect } from '../../demo/lib/expected.mjs';
import { itemsOf } from '../../demo/lib/n8n-client.mjs';
import { closeOnSignal, openBench } from '../../demo/lib/workbench.mjs';
import {
	BULK,
	createActive,
	ERROR_OUTPUT,
	executeByCommand,
	executeByWebhook,
	freshSandbox,
	listWorkflow,
	STEP,
} from './support.mjs';

/** @type {import('../../demo/lib/workbench.mjs').Bench} */
let open;
/** @type {import('../../demo/lib/workbench.mjs').Workbench} */
let bench;

before(async () => {
	open = openBench({ loud: false, built: true });
	closeOnSignal(open);
	bench = await open.ready;
});
after(() => open.close());
beforeEach(() => freshSandbox(bench));

/** 137 rows: three users stand there twice, three rows can't be sent. */
function rowsOfAList() {
	const rows = Array.from({ length: 137 }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0 ? 'TRUE' : 'no',
		Promotional: i % 3 === 0,
		out: i % 20 === 7 ? 'yes' : 0,
	}));
	const change = (/** @type {number} */ i, /** @type {object} */ to) => {
		rows[i] = { ...rows[i], .../** @type {any} */ (to) };
	};
	// Later choices of users 0, 7 and 60.
	change(100, { id: 'user-0', Newsletter: 'no', Promotional: 'yes' });
	change(110, { id: 'user-7', Newsletter: 1, Promotional: 0, out: 1 });
	change(136, { id: 'user-60', Newsletter: 0, out: 'yes' });
	change(20, { id: '' });
	change(70, { Newsletter: 'maybe' });
	change(135, { out: 'perhaps' });
	return rows;
}
const BAD_ROWS = [20, 70, 135];

/**
 * @param {ReturnType<typeof rowsOfAList>} rows
 * @param {import('../../demo/lib/n8n-client.mjs').Execution} execution
 */
async function checkList(rows, execution) {
	const { sandbox } = bench;
	const requests = await sandbox.requests('bulkUpdate');
	const { categories } = await sandbox.control('/configure');
	const wanted = expect(rows, {
		id: 'id',
		categories: ['Newsletter', 'Promotional'],
		unsubscribed: 'out',
		known: categories
			.filter(
				(/** @type {any} */ { channel, status }) => channel === 'email' && status === 'active',
			)
			.map((/** @type {any} */ { name }) => name),
	});
	assert.deepEqual(wanted.refused, BAD_ROWS);
	assert.deepEqual(differences(wanted.users, await sandbox.users()), []);
	for (const { users } of requests) assert.ok(users <= 50, `${users} users in one request`);

	const good = itemsOf(execution, STEP);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	const rest = rows.map((_, i) => i).filter((i) => !BAD_ROWS.includes(i));
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
		BAD_ROWS,
	);
	assert.deepEqual(
		bad.map(({ json }) => json.id),
		BAD_ROWS.map((i) => rows[i]?.id),
		'the row itself comes out with its reason',
	);
	const reasons = bad.map(({ json }) => JSON.stringify(json.error));
	assert.match(String(reasons[0]), /Customer ID/);
	assert.match(String(reasons[1]), /Newsletter/);
	assert.match(String(reasons[2]), /Unsubscribe From All/);
	return requests;
}

test('137 rows by webhook: few requests, bad rows apart, the state as the rows say', async () => {
	const rows = rowsOfAList();
	const workflow = await createActive(
		bench,
		listWorkflow(bench.credential, BULK, { path: 'list' }),
	);
	const execution = await executeByWebhook(bench, workflow, 'list', rows);
	assert.equal(execution.status, 'success');
	const requests = await checkList(rows, execution);
	assert.equal(requests.length, 3);
});

test('137 rows by n8n execute: the same', async () => {
	const rows = rowsOfAList();
	const workflow = await bench.client.createWorkflow(
		listWorkflow(bench.credential, BULK, { rows }),
	);
	const { code, output, execution } = await executeByCommand(bench, workflow);
	assert.equal(code, 0, output);
	const requests = await checkList(rows, execution);
	assert.equal(requests.length, 3);
});

test('unsubscribed from all, then not: two changes, in that order, in two requests', async () => {
	const rows = [
		{ id: 'back-again', Newsletter: 'yes', Promotional: 'yes', out: 'yes' },
		{ id: 'back-again', Newsletter: 'yes', Promotional: 'no', out: 'no' },
	];
	const workflow = await createActive(
		bench,
		listWorkflow(bench.credential, BULK, { path: 'order' }),
	);
	await executeByWebhook(bench, workflow, 'order', rows);
	const requests = await bench.sandbox.requests('bulkUpdate');
	assert.deepEqual(
		requests.map(({ body }) => body.user_preferences[0].unsubscribe_all),
		[true, false],
	);
	const [user] = await bench.sandbox.users();
	assert.equal(user?.categories.Newsletter, true);
	assert.equal(user?.categories.Promotional, false);
});

test('230 addresses to resubscribe: 3 requests with the keys that MoEngage knows', async () => {
	const rows = Array.from({ length: 230 }, (_, i) => ({ email: `someone${i}@example.com` }));
	const parameters = {
		resource: 'resubscription',
		operation: 'resubscribe',
		email: '={{ $json.email }}',
		esp: 'SENDGRID',
		updateEsp: true,
		options: {},
	};
	const workflow = await bench.client.createWorkflow(
		listWorkflow(bench.credential, parameters, { rows }),
	);
	const { code, output, execution } = await executeByCommand(bench, workflow);
	assert.equal(code, 0, output);
	const requests = await bench.sandbox.requests('resubscribe');
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
	const { resubscriptions } = await bench.sandbox.control('/state');
	assert.deepEqual(Object.keys(resubscriptions).sort(), rows.map(({ email }) => email).sort());
	assert.equal(itemsOf(execution, STEP).length, 230);
});
