// The examples that run every night and keep rows in data tables, over several nights in a real n8n.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemsOf, problemOf, type Execution, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { resetSandbox } from './support.mts';

const HEADER = 'Record ID,Newsletter,Product Updates,Promotional,Unsubscribed from all email\n';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, shared: true });
	closeOnSignal(handle);
	environment = await handle.ready;
});
afterAll(() => handle.close());
beforeEach(() => resetSandbox(environment));

/** Runs a workflow with these rows, as its schedule does at night. */
async function night(workflow: Json, rows: string[]) {
	const { client, userFolder } = environment;
	writeFileSync(join(userFolder.files, 'contacts.csv'), HEADER + rows.join('\n'));
	const execution = await client.finished(await client.run(workflow, 'Every Night'));
	assert.equal(execution.status, 'success', problemOf(execution));
	return execution;
}

const idsOf = (execution: Execution, node: string) =>
	itemsOf(execution, node).map(({ json }) =>
		String(json.customer_id ?? json.record_id ?? json['Record ID']),
	);

async function onlyChanges(workflow: Json, rows: string[]) {
	const { sandbox } = environment;
	const before = (await sandbox.requests('bulkUpdate')).length;
	const execution = await night(workflow, rows);
	const requests = (await sandbox.requests('bulkUpdate')).slice(before);
	return {
		requests: requests.length,
		sent: requests.flatMap(({ body }) =>
			body.user_preferences.map(({ customer_id }: Json) => customer_id),
		),
		kept: itemsOf(execution, 'Keep as Last Sent').length,
		logged: itemsOf(execution, 'Log Consent').map(({ json }) => `${json.record_id} ${json.source}`),
		rejected: idsOf(execution, 'Rejected: Fix in the CRM'),
	};
}

async function retryRejected(workflow: Json, ...rows: string[]) {
	const execution = await night(workflow, rows);
	return {
		accepted: idsOf(execution, 'Update Preferences').sort(),
		kept: idsOf(execution, 'Keep for Tomorrow').sort(),
		givenUp: itemsOf(execution, 'Given Up: Send Alert').map(({ json }) => json),
	};
}

const newsletterOf = async (id: string) =>
	(await environment.sandbox.users()).find(({ customer_id }) => customer_id === id)?.categories
		.Newsletter;

test('each night sends the contacts whose choices are new, and what wasn’t accepted before', async () => {
	const workflow = await loadWorkflow(environment, 'only-changes.json');
	// c4 has two rows, the last one counts; c5 has no readable choice; c6 is only partly readable.
	const first = [
		'c1,yes,yes,no,no',
		'c2,no,yes,no,no',
		'c3,yes,no,no,no',
		'c4,yes,yes,yes,no',
		'c5,maybe,,,no',
		'c6,no,maybe,no,no',
		'c4,no,yes,yes,no',
	];
	const one = await onlyChanges(workflow, first);
	assert.deepEqual(one.sent.sort(), ['c1', 'c2', 'c3', 'c4', 'c6']);
	assert.deepEqual([one.requests, one.kept, one.rejected], [1, 4, ['c5']]);
	assert.equal(one.logged.length, 5);
	assert.equal(one.logged[0], `c1 ${workflow.name}`);
	assert.equal(await newsletterOf('c4'), false);

	const two = await onlyChanges(workflow, first);
	assert.deepEqual(two.sent, ['c6'], 'what was left out is sent again');
	assert.deepEqual([two.kept, two.rejected], [0, ['c5']]);

	// c1 changes, c5 and c6 are corrected, c7 is new.
	const third = ['c1,no,yes,no,no', ...first.slice(1, 4), 'c5,yes,,,no', 'c6,no,yes,no,no'];
	const three = await onlyChanges(workflow, [...third, 'c4,no,yes,yes,no', 'c7,yes,yes,yes,no']);
	assert.deepEqual(three.sent.sort(), ['c1', 'c5', 'c6', 'c7']);
	assert.deepEqual([three.requests, three.kept, three.rejected], [1, 4, []]);

	// c1 changes back: an earlier choice isn't mistaken for the last one.
	const back = [...first.slice(0, 4), ...third.slice(4), 'c4,no,yes,yes,no', 'c7,yes,yes,yes,no'];
	assert.deepEqual((await onlyChanges(workflow, back)).sent, ['c1']);
	assert.equal(await newsletterOf('c1'), true);
	assert.equal((await onlyChanges(workflow, back)).requests, 0);
});

test('a row that isn’t accepted is sent again for three nights, unless the contact has a newer one', async () => {
	const { sandbox } = environment;
	const workflow = await loadWorkflow(environment, 'retry-rejected.json');
	const message = 'Attribute limit exceeded';
	await sandbox.control('/rules', {
		rules: [{ do: 'reject', endpoint: 'bulkUpdate', user: ['b', 'gone'], message }],
	});
	const one = await retryRejected(
		workflow,
		'a,yes,yes,no,no',
		'b,no,no,no,no',
		'gone,yes,yes,yes,no',
		',yes,,,no',
		'c,maybe,,,no',
		',no,no,no,yes',
		'd,maybe,,,no',
	);
	assert.deepEqual([one.accepted, one.kept], [['a'], ['b', 'c', 'd', 'gone']]);
	// Rows without an ID: each is reported, and none is kept.
	assert.deepEqual(
		one.givenUp.map(({ record_id, error }) => [record_id, String(error).slice(0, 10)]),
		Array(2).fill(['', 'Rejected: ']),
	);

	// b is taken now, and d has a newer row. One contact has unsubscribed in MoEngage since.
	await sandbox.control('/rules', undefined, 'DELETE');
	const seeded = [{ customer_id: 'b' }, { customer_id: 'gone', unsubscribed: true }];
	await sandbox.control('/users', { users: seeded });
	const two = await retryRejected(workflow, 'd,no,,,no', 'e,yes,yes,yes,no');
	assert.deepEqual(two, { accepted: ['b', 'd', 'e'], kept: ['c', 'gone'], givenUp: [] });
	const users: Json[] = await sandbox.users();
	assert.deepEqual(
		users.filter(({ unsubscribed }) => unsubscribed).map((user) => user.customer_id),
		['gone'],
	);
	const newsletter = Object.fromEntries(
		users.map(({ customer_id, categories }) => [customer_id, categories.Newsletter]),
	);
	assert.deepEqual(newsletter, { a: true, b: false, gone: undefined, d: false, e: true });

	const three = await retryRejected(workflow, 'f,yes,yes,yes,no');
	assert.deepEqual([three.accepted, three.kept], [['f'], []]);
	const givenUp = three.givenUp.sort((a, b) => (a.record_id < b.record_id ? -1 : 1));
	assert.deepEqual(
		givenUp.map(({ record_id, nights }) => [record_id, nights]),
		[
			['c', 3],
			['gone', 3],
		],
	);
	assert.match(String(givenUp[0]?.error), /^Rejected: Category "Newsletter" must be a yes\/no/);
	assert.equal(givenUp[1]?.error, 'Rejected: the user is globally unsubscribed');

	const four = await retryRejected(workflow, 'g,yes,yes,yes,no');
	assert.deepEqual(four, { accepted: ['g'], kept: [], givenUp: [] });
});
