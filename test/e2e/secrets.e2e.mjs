// A wrong key: one request, words that help, and the key nowhere to be read.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { itemsOf, problemOf } from '../../demo/lib/n8n-client.mjs';
import { CREDENTIAL_TYPE } from '../../demo/lib/package.mjs';
import {
	closeOnSignal,
	credentialData,
	openTestEnvironment,
} from '../../demo/lib/test-environment.mjs';
import {
	BULK,
	createActive,
	ERROR_OUTPUT,
	executeByCommand,
	executeByWebhook,
	freshSandbox,
	leaks,
	listWorkflow,
	STEP,
} from './support.mjs';

const RIGHT_KEY = 'right-key-7f3d9b2c51e84a06';
const WRONG_KEY = 'wrong-key-0c6e1a94d7b2f835';
const WORKSPACE = 'E2E_WORKSPACE';
const SECRETS = [RIGHT_KEY, WRONG_KEY].flatMap((key) => [
	key,
	Buffer.from(key).toString('base64').replace(/=+$/, ''),
	Buffer.from(`${WORKSPACE}:${key}`).toString('base64').replace(/=+$/, ''),
]);

/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironmentHandle} */
let handle;
/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironment} */
let environment;
/** @type {{ id: string, name: string }} */
let wrong;
/** Everything that a command or the API gave us. @type {string[]} */
const seen = [];

before(async () => {
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
after(() => handle.close());
beforeEach(() => freshSandbox(environment));

const rows = Array.from({ length: 137 }, (_, i) => ({
	id: `user-${i}`,
	Newsletter: 'yes',
	Promotional: 'no',
	out: 'no',
}));

/** @param {string} words */
function tellsWhatToCheck(words) {
	for (const name of [/workspace ID/i, /API key/i, /data center/i]) assert.match(words, name);
}

test('a wrong key costs one request, and each row says what to check', async () => {
	const workflow = await createActive(
		environment,
		listWorkflow(wrong, BULK, { path: 'wrong-key' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'wrong-key', rows);
	seen.push(JSON.stringify(execution));
	assert.equal(itemsOf(execution, STEP).length, 0);
	const bad = itemsOf(execution, STEP, ERROR_OUTPUT);
	assert.equal(bad.length, 137);
	for (const { json } of bad) tellsWhatToCheck(JSON.stringify(json.error));
	assert.equal((await environment.sandbox.requests()).length, 1);
});

test('where the workflow stops on errors, the same, in the editor and by command', async () => {
	const { client, sandbox } = environment;
	const stopping = listWorkflow(wrong, BULK, { rows, onError: 'stopWorkflow' });
	const workflow = await client.createWorkflow(stopping);
	const execution = await client.finished(await client.run(workflow, 'Start'));
	seen.push(JSON.stringify(execution));
	assert.equal(execution.status, 'error');
	assert.equal((await sandbox.requests()).length, 1);
	tellsWhatToCheck(problemOf(execution));

	const { code, output } = await executeByCommand(environment, workflow);
	seen.push(output);
	assert.notEqual(code, 0);
	assert.equal((await sandbox.requests()).length, 2);
	assert.match(output, /API key/i);
});

test('the credential’s own test: right, wrong key, nobody there', async () => {
	const { client, credential, sandbox } = environment;
	const test = (/** @type {Record<string, string>} */ changed) =>
		client.testCredential(credential, CREDENTIAL_TYPE, credentialData(sandbox, changed));
	const right = await test({});
	assert.equal(right.status, 'OK', right.message);
	const badKey = await test({ apiKey: WRONG_KEY });
	assert.equal(badKey.status, 'Error');
	tellsWhatToCheck(badKey.message);
	const nowhere = await test({ baseUrl: 'http://127.0.0.1:9' });
	assert.equal(nowhere.status, 'Error');
	seen.push(JSON.stringify([right, badKey, nowhere]));
});

test('with the right key all goes through', async () => {
	const workflow = await createActive(
		environment,
		listWorkflow(environment.credential, BULK, { path: 'right-key' }),
	);
	const execution = await executeByWebhook(environment, workflow, 'right-key', rows);
	seen.push(JSON.stringify(execution));
	assert.equal(itemsOf(execution, STEP).length, 137);
	assert.equal((await environment.sandbox.requests('bulkUpdate')).length, 3);
});

/**
 * @param {string} folder
 * @returns {string[]} paths of all files below it
 */
function filesBelow(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

test('no key in any output, log, execution or file of n8n’s', (t) => {
	assert.ok(seen.length >= 4, 'the tests before this one have to have run');
	const { userFolder, server, sandbox } = environment;
	const found = seen.flatMap((text, i) => leaks(`output ${i}`, text, SECRETS));
	found.push(...leaks('n8n’s log', server.output(), SECRETS));
	found.push(...leaks('the sandbox’s output', sandbox.output(), [WRONG_KEY]));
	const files = filesBelow(userFolder.path);
	assert.ok(files.some((path) => path.endsWith('database.sqlite')));
	// Latin-1 keeps every byte, so that text inside the database is found as well.
	for (const path of files) found.push(...leaks(path, readFileSync(path, 'latin1'), SECRETS));
	t.diagnostic(`searched ${seen.length} outputs, 2 logs and ${files.length} files`);
	assert.ok(server.output().length > 1000, 'n8n has to have logged something');
	assert.deepEqual(found, []);
});
