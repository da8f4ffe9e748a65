// The example that keeps rejected rows and retries them the next night, over four nights in a real n8n.
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
	workflow = await loadWorkflow(environment, 'retry-rejected.json');
});
after(() => handle.close());

/** Runs the workflow with the rows that changed that day. */
async function night(...rows: string[]) {
	const { client, userFolder } = environment;
	writeFileSync(join(userFolder.files, 'contacts.csv'), HEADER + rows.join('\n'));
	const execution = await client.finished(await client.run(workflow, 'Every Night'));
	assert.equal(execution.status, 'success', problemOf(execution));
	const ids = (name: string) =>
		itemsOf(execution, name).map(({ json }) => String(json.customer_id ?? json.record_id));
	return {
		accepted: ids('Update Preferences').sort(),
		kept: ids('Keep for Tomorrow').sort(),
		givenUp: itemsOf(execution, 'Given Up: Send Alert').map(({ json }) => json),
	};
}

test('a row that isn’t accepted is sent again for three nights, unless the contact has a newer one', async () => {
	const { sandbox } = environment;
	const message = 'Attribute limit exceeded';
	await sandbox.control('/rules', {
		rules: [{ do: 'reject', endpoint: 'bulkUpdate', user: 'b', message }],
	});
	const one = await night('a,yes,yes,no,no', 'b,no,no,no,no', 'c,maybe,,,no', 'd,maybe,,,no');
	assert.deepEqual(one, { accepted: ['a'], kept: ['b', 'c', 'd'], givenUp: [] });

	// b is taken now, and d has a newer row.
	await sandbox.control('/rules', undefined, 'DELETE');
	const two = await night('d,no,,,no', 'e,yes,yes,yes,no');
	assert.deepEqual(two, { accepted: ['b', 'd', 'e'], kept: ['c'], givenUp: [] });
	const users: Json[] = await sandbox.users();
	const newsletter = Object.fromEntries(
		users.map(({ customer_id, categories }) => [customer_id, categories.Newsletter]),
	);
	assert.deepEqual(newsletter, { a: true, b: false, d: false, e: true });

	const three = await night('f,yes,yes,yes,no');
	assert.deepEqual([three.accepted, three.kept], [['f'], []]);
	assert.equal(three.givenUp.length, 1);
	assert.deepEqual([three.givenUp[0]?.record_id, three.givenUp[0]?.nights], ['c', 3]);
	assert.match(
		String(three.givenUp[0]?.error),
		/^Rejected: Category "Newsletter" must be a yes\/no/,
	);

	const four = await night('g,yes,yes,yes,no');
	assert.deepEqual(four, { accepted: ['g'], kept: [], givenUp: [] });
});
