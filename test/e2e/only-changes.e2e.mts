// The example that sends only what changed since last night, over four nights in a real n8n.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { itemsOf, problemOf, type Json } from '../harness/n8n-client.mts';
import {
	closeOnSignal,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';

const HEADER = 'Record ID,Newsletter,Product Updates,Promotional,Unsubscribed from all email\n';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let workflow: Json;

before(async () => {
	handle = openTestEnvironment({ loud: false, built: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	workflow = await loadWorkflow(environment, 'only-changes.json');
});
after(() => handle.close());

/** Runs the workflow with these rows, as the schedule does at night. */
async function night(rows: string[]) {
	const { client, sandbox, userFolder } = environment;
	writeFileSync(join(userFolder.files, 'contacts.csv'), HEADER + rows.join('\n'));
	const before = (await sandbox.requests('bulkUpdate')).length;
	const execution = await client.finished(await client.run(workflow, 'Every Night'));
	assert.equal(execution.status, 'success', problemOf(execution));
	const requests = (await sandbox.requests('bulkUpdate')).slice(before);
	const users = (name: string, output = 0) =>
		itemsOf(execution, name, output).map(({ json }) => json.customer_id ?? json['Record ID']);
	return {
		requests: requests.length,
		sent: requests.flatMap(({ body }) =>
			body.user_preferences.map(({ customer_id }: Json) => customer_id),
		),
		kept: itemsOf(execution, 'Keep as Last Sent').length,
		logged: itemsOf(execution, 'Log Consent').map(({ json }) => `${json.record_id} ${json.source}`),
		rejected: users('Rejected: Fix in the CRM'),
	};
}

const newsletterOf = async (id: string) =>
	(await environment.sandbox.users()).find(({ customer_id }) => customer_id === id)?.categories
		.Newsletter;

test('each night sends the contacts whose choices are new, and what wasn’t accepted before', async () => {
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
	const one = await night(first);
	assert.deepEqual(one.sent.sort(), ['c1', 'c2', 'c3', 'c4', 'c6']);
	assert.deepEqual([one.requests, one.kept, one.rejected], [1, 4, ['c5']]);
	assert.equal(one.logged.length, 5);
	assert.equal(one.logged[0], `c1 ${workflow.name}`);
	assert.equal(await newsletterOf('c4'), false);

	const two = await night(first);
	assert.deepEqual(two.sent, ['c6'], 'what was left out is sent again');
	assert.deepEqual([two.kept, two.rejected], [0, ['c5']]);

	// c1 changes, c5 and c6 are corrected, c7 is new.
	const third = ['c1,no,yes,no,no', ...first.slice(1, 4), 'c5,yes,,,no', 'c6,no,yes,no,no'];
	const three = await night([...third, 'c4,no,yes,yes,no', 'c7,yes,yes,yes,no']);
	assert.deepEqual(three.sent.sort(), ['c1', 'c5', 'c6', 'c7']);
	assert.deepEqual([three.requests, three.kept, three.rejected], [1, 4, []]);

	// c1 changes back: an earlier choice isn't mistaken for the last one.
	const back = [...first.slice(0, 4), ...third.slice(4), 'c4,no,yes,yes,no', 'c7,yes,yes,yes,no'];
	assert.deepEqual((await night(back)).sent, ['c1']);
	assert.equal(await newsletterOf('c1'), true);
	assert.equal((await night(back)).requests, 0);
});
