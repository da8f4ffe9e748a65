// The checks that the packed package must pass in every supported n8n version.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMainJob } from '../harness/main-job.mts';
import { itemsOf, problemOf, type Json } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE, NODE_TYPE, TRIGGER_TYPE } from '../harness/package.mts';
import { log, wait } from '../harness/log.mts';
import {
	closeOnSignal,
	credentialData,
	loadWorkflow,
	openTestEnvironment,
	type TestEnvironment,
	type TestEnvironmentHandle,
} from '../harness/test-environment.mts';
import {
	arrivals,
	rejectedCalls,
	send,
	settled,
	streamsBody,
	triggerWorkflow,
} from '../e2e/trigger-support.mts';
import {
	delayResponses,
	BULK,
	createActive,
	ERROR_OUTPUT,
	resetSandbox,
	listWorkflow,
	waitForRequests,
	rowsNamed,
	STEP,
} from '../e2e/support.mts';

async function loads({ client, credential, sandbox }: TestEnvironment) {
	const nodes: Json[] = await client.call('GET', '/types/nodes.json');
	const names = nodes.map(({ name }) => name);
	for (const name of [NODE_TYPE, `${NODE_TYPE}Tool`, TRIGGER_TYPE])
		assert.ok(names.includes(name), name);
	const credentials: Json[] = await client.call('GET', '/types/credentials.json');
	assert.ok(credentials.some(({ name }) => name === CREDENTIAL_TYPE));
	const data = credentialData(sandbox);
	const { status, message } = await client.testCredential(credential, CREDENTIAL_TYPE, data);
	assert.equal(status, 'OK', message);
}

async function mainJob(environment: TestEnvironment) {
	const { right } = await runMainJob(
		environment,
		await loadWorkflow(environment, 'contact-list.json'),
	);
	assert.ok(right, "MoEngage doesn't match the file");
}

/**
 * MoEngage rejects one user of 120. The others are delivered, and the rejected item has its message.
 */
async function rejectedRow({ client, credential, sandbox }: TestEnvironment) {
	const message = 'Attribute limit exceeded';
	await sandbox.control('/rules', {
		rules: [{ do: 'reject', endpoint: 'bulkUpdate', user: 'row-77', message }],
	});
	const rows = rowsNamed('row', 120);
	const workflow = await client.createWorkflow(listWorkflow(credential, BULK, { rows }));
	const execution = await client.finished(await client.run(workflow, 'Start'));
	assert.equal(execution.status, 'success', problemOf(execution));
	const rest = rows.map(({ id }) => id).filter((id) => id !== 'row-77');
	assert.deepEqual(
		itemsOf(execution, STEP).map(({ json }) => json.customer_id),
		rest,
	);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	assert.deepEqual(
		bad.map(({ json, pairedItem }) => [json.id, pairedItem.item]),
		[['row-77', 77]],
	);
	assert.match(String(bad[0]?.json.error), /^Rejected: .*Attribute limit exceeded/);
	const users = await sandbox.users();
	assert.deepEqual(users.map((user) => user.customer_id).sort(), rest.sort());
	for (const { customer_id, categories } of users) {
		const even = Number(customer_id.split('-')[1]) % 2 === 0;
		assert.deepEqual([categories.Newsletter, categories.Promotional], [even, true], customer_id);
	}
}

/** Behind the error output: the rejected item's own fields, and those of the node before ours. */
async function afterErrorOutput({ client, credential, sandbox }: TestEnvironment) {
	await sandbox.control('/rules', {
		rules: [{ do: 'reject', endpoint: 'bulkUpdate', user: 'row-2', message: 'no' }],
	});
	const workflow = listWorkflow(credential, BULK, { rows: rowsNamed('row', 5) });
	const rejected = workflow.nodes.find(({ name }: Json) => name === 'Rejected');
	const value = (name: string, expression: string) => ({
		id: name,
		name,
		type: 'string',
		value: `={{ ${expression} }}`,
	});
	Object.assign(rejected, {
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		onError: 'continueRegularOutput',
		parameters: {
			assignments: {
				assignments: [value('own', '$json.id'), value('earlier', `$('Rows').item.json.id`)],
			},
			options: {},
		},
	});
	const execution = await client.finished(
		await client.run(await client.createWorkflow(workflow), 'Start'),
	);
	assert.deepEqual(
		itemsOf(execution, 'Rejected').map(({ json }) => json),
		[{ own: 'row-2', earlier: 'row-2' }],
	);
}

/** A run of 500 batches is stopped with requests in flight. */
async function cancel(environment: TestEnvironment) {
	const { client, credential, sandbox, server } = environment;
	await delayResponses(environment, 1000);
	const parameters = { ...BULK, options: { batchSize: 5 } };
	const rows = rowsNamed('long', 2500);
	const workflow = await client.createWorkflow(listWorkflow(credential, parameters, { rows }));
	const id = await client.run(workflow, 'Start');
	// Earlier checks used up part of the rate limit, so this waits for fewer requests than it allows.
	await waitForRequests(environment, 15);
	await client.stop(id);
	const stoppedAt = Date.now();
	assert.equal((await client.finished(id)).status, 'canceled');
	await wait(6000);
	const requests = await sandbox.requests('bulkUpdate');
	const last = Math.max(...requests.map(({ receivedAt }) => receivedAt));
	assert.ok(last <= stoppedAt + 3000, `a request arrived ${last - stoppedAt} ms after the stop`);
	assert.ok((await fetch(`${server.url}/healthz/readiness`)).ok, "n8n doesn't respond");
}

/** Calls without the right secret start nothing; others pass on each event once. */
async function trigger(environment: TestEnvironment) {
	const { client, credential, server, webhookSecret } = environment;
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'versions', { events: ['any'] }),
	);
	assert.deepEqual(await rejectedCalls(server.url, 'versions', webhookSecret), []);
	assert.deepEqual(await settled(client, workflow), []);
	const secret = { 'x-webhook-secret': webhookSecret };
	for (const ids of [
		['a', 'b', 'a'],
		['b', 'c'],
	]) {
		const { status } = await send(server.url, 'versions', streamsBody(ids), secret);
		assert.equal(status, 200);
	}
	const arrived = arrivals(await settled(client, workflow));
	assert.deepEqual(Object.fromEntries(arrived), { a: 1, b: 1, c: 1 });
}

const CHECKS = {
	'has both nodes and a credential that connects': loads,
	'delivers the main job': mainJob,
	'delivers the rest of a list with a rejected row': rejectedRow,
	'has the input of a rejected item behind the error output': afterErrorOutput,
	'sends nothing after a stop': cancel,
	'passes on each event once': trigger,
};

/**
 * Defines the tests of one n8n version. A recipe is a folder with a package.json and the lock file that
 * pnpm creates for it with --lockfile-only. Older n8n versions get their spreadsheet library from its
 * author's site, and their newest matching langgraph-checkpoint doesn't load with the LangChain version
 * that they fix; their recipes replace both.
 */
export function testVersion(recipe: string) {
	const { dependencies } = JSON.parse(readFileSync(join(recipe, 'package.json'), 'utf8'));
	let handle: TestEnvironmentHandle;
	let environment: TestEnvironment;
	beforeAll(async () => {
		handle = openTestEnvironment({ loud: false, built: true, recipe });
		closeOnSignal(handle);
		environment = await handle.ready;
		log(`n8n ${environment.n8n.version} on Node.js ${environment.n8n.nodeVersion}`);
	});
	afterAll(() => handle.close());
	beforeEach(() => resetSandbox(environment));
	for (const [name, check] of Object.entries(CHECKS)) {
		test(`n8n ${dependencies.n8n} ${name}`, () => check(environment));
	}
}
