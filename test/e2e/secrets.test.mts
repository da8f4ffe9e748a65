// A wrong API key: one request, a helpful error, and no leaked key.
import assert from 'node:assert/strict';
import { log } from '../harness/log.mts';
import { readFileSync } from 'node:fs';
import { itemsOf, problemOf } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import {
	closeOnSignal,
	credentialData,
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
	filesBelow,
	resetSandbox,
	findLeaks,
	listWorkflow,
	STEP,
} from './support.mts';

const RIGHT_KEY = 'right-key-7f3d9b2c51e84a06';
const WRONG_KEY = 'wrong-key-0c6e1a94d7b2f835';
const WORKSPACE = 'E2E_WORKSPACE';
const SECRETS = [RIGHT_KEY, WRONG_KEY].flatMap((key) => [
	key,
	Buffer.from(key).toString('base64').replace(/=+$/, ''),
	Buffer.from(`${WORKSPACE}:${key}`).toString('base64').replace(/=+$/, ''),
]);

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let wrong: { id: string; name: string };
/** All outputs of commands and of the API. */
const seen: string[] = [];

beforeAll(async () => {
	handle = openTestEnvironment({
		loud: false,
		built: true,
		sandboxConfig: { workspaces: [{ id: WORKSPACE, apiKey: RIGHT_KEY }] },
		env: { N8N_LOG_LEVEL: 'debug' },
	});
	closeOnSignal(handle);
	environment = await handle.ready;
	wrong = await environment.client.createCredential(
		CREDENTIAL_TYPE,
		'Wrong key',
		credentialData(environment.sandbox, { apiKey: WRONG_KEY }),
	);
});
afterAll(() => handle.close());
beforeEach(() => resetSandbox(environment));

const rows = Array.from({ length: 137 }, (_, i) => ({
	id: `user-${i}`,
	Newsletter: 'yes',
	Promotional: 'no',
	out: 'no',
}));

function assertNamesWhatToCheck(message: string) {
	for (const name of [/workspace ID/i, /API key/i, /data center/i]) assert.match(message, name);
}

test('a wrong API key costs one request, and each item says what to check', async () => {
	const workflow = await createActive(
		environment,
		listWorkflow(wrong, BULK, { path: 'wrong-key' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'wrong-key', rows);
	seen.push(JSON.stringify(execution));
	assert.equal(itemsOf(execution, STEP).length, 0);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	assert.equal(bad.length, 137);
	for (const { json } of bad) assertNamesWhatToCheck(JSON.stringify(json.error));
	assert.equal((await environment.sandbox.requests()).length, 1);
});

test('a workflow that stops on errors reports a wrong API key in the editor and on the command line', async () => {
	const { client, sandbox } = environment;
	const stopping = listWorkflow(wrong, BULK, { rows, onError: 'stopWorkflow' });
	const workflow = await client.createWorkflow(stopping);
	const execution = await client.finished(await client.run(workflow, 'Start'));
	seen.push(JSON.stringify(execution));
	assert.equal(execution.status, 'error');
	assert.equal((await sandbox.requests()).length, 1);
	assertNamesWhatToCheck(problemOf(execution));

	const { code, output } = await executeByCommand(environment, workflow);
	seen.push(output);
	assert.notEqual(code, 0);
	assert.equal((await sandbox.requests()).length, 2);
	assert.match(output, /API key/i);
});

test('the credential test reports a wrong API key and an unreachable host', async () => {
	const { client, credential, sandbox } = environment;
	const test = (changed: Record<string, string>) =>
		client.testCredential(credential, CREDENTIAL_TYPE, credentialData(sandbox, changed));
	const right = await test({});
	assert.equal(right.status, 'OK', right.message);
	const badKey = await test({ apiKey: WRONG_KEY });
	assert.equal(badKey.status, 'Error');
	assertNamesWhatToCheck(badKey.message);
	const unreachable = await test({ baseUrl: 'http://127.0.0.1:9' });
	assert.equal(unreachable.status, 'Error');
	seen.push(JSON.stringify([right, badKey, unreachable]));
});

test('the right API key delivers the whole list', async () => {
	const workflow = await createActive(
		environment,
		listWorkflow(environment.credential, BULK, { path: 'right-key' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'right-key', rows);
	seen.push(JSON.stringify(execution));
	assert.equal(itemsOf(execution, STEP).length, 137);
	assert.equal((await environment.sandbox.requests('bulkUpdate')).length, 3);
});

test('no output, log, execution, or file of n8n contains an API key', () => {
	assert.ok(seen.length >= 4, 'this test needs the outputs of the tests before it');
	const { userFolder, server, sandbox } = environment;
	const found = seen.flatMap((text, i) => findLeaks(`output ${i}`, text, SECRETS));
	found.push(...findLeaks('n8n’s log', server.output(), SECRETS));
	found.push(...findLeaks('the sandbox’s output', sandbox.output(), [WRONG_KEY]));
	const files = filesBelow(userFolder.path);
	assert.ok(files.some((path) => path.endsWith('database.sqlite')));
	// Latin-1 keeps every byte, so this also finds text in the database.
	for (const path of files) found.push(...findLeaks(path, readFileSync(path, 'latin1'), SECRETS));
	log(`searched ${seen.length} outputs, 2 logs and ${files.length} files`);
	assert.ok(server.output().length > 1000, 'n8n logged nothing');
	assert.deepEqual(found, []);
});
