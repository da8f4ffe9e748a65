// Stop and n8n's own time-out in the middle of a long list, in the real n8n with the packed package.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { itemsOf, problemOf } from '../../demo/lib/n8n-client.mjs';
import { CREDENTIAL_TYPE } from '../../demo/lib/package.mjs';
import { wait } from '../../demo/lib/log.mjs';
import {
	closeOnSignal,
	credentialData,
	openTestEnvironment,
} from '../../demo/lib/test-environment.mjs';
import {
	answerSlowly,
	BULK,
	createActive,
	freshSandbox,
	listWorkflow,
	requestsReach,
	requestsSoFar,
	rowsNamed,
	STEP,
} from './support.mjs';

/** @typedef {import('../../demo/lib/n8n-client.mjs').Json} Json */

/** MoEngage's: 100 requests in any minute. */
const LIMIT = 100;
const WINDOW_MS = 60_000;
const BATCHES = 500;
/** What may still come in after the stop has been answered. */
const GRACE_MS = 1000;
/** A run that may send does so within milliseconds. */
const WATCHED_MS = 6000;

/** One workspace a test: each has its own limit, at MoEngage as in the node. */
const workspaces = ['flying', 'waiting', 'reading', 'timing'].map((id) => ({
	id,
	apiKey: `key-${id}`,
}));

/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironmentHandle} */
let handle;
/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironment} */
let environment;

before(async () => {
	handle = openTestEnvironment({ loud: false, built: true, sandboxConfig: { workspaces } });
	closeOnSignal(handle);
	environment = await handle.ready;
});
after(() => handle.close());
beforeEach(() => freshSandbox(environment));

/** @param {string} workspaceId @returns {Promise<{ id: string, name: string }>} */
function credentialOf(workspaceId) {
	const apiKey = `key-${workspaceId}`;
	const data = credentialData(environment.sandbox, { workspaceId, apiKey });
	return environment.client.createCredential(CREDENTIAL_TYPE, workspaceId, data);
}

/**
 * @param {{ id: string, name: string }} credential
 * @param {string} path of the webhook
 * @param {number} [batchSize]
 * @param {Json} [settings]
 */
function listBy(credential, path, batchSize = 50, settings = {}) {
	const workflow = listWorkflow(credential, { ...BULK, options: { batchSize } }, { path });
	return createActive(environment, {
		...workflow,
		settings: { ...workflow.settings, ...settings },
	});
}

/** @param {Json} workflow @param {string} path @param {Json[]} rows @returns {Promise<string>} ID */
async function begin({ id }, path, rows) {
	assert.equal((await environment.client.webhook(path, { rows })).status, 200);
	for (let tries = 0; tries < 300; tries++) {
		for (const status of ['running', 'success']) {
			const query = `workflowId=${id}&status=${status}`;
			const [found] = (await environment.client.call('GET', `/api/v1/executions?${query}`)).data;
			if (found !== undefined) return found.id;
		}
		await wait(100);
	}
	throw new Error('The webhook started nothing');
}

/** As another system stops a run: by n8n's public API, with a key for just that. */
async function stopByKey(/** @type {string} */ id) {
	const key = { label: 'stop', expiresAt: null, scopes: ['execution:stop'] };
	const { rawApiKey } = await environment.client.call('POST', '/rest/api-keys', key);
	const response = await fetch(`${environment.server.url}/api/v1/executions/${id}/stop`, {
		method: 'POST',
		headers: { 'x-n8n-api-key': rawApiKey },
	});
	assert.equal(response.status, 200, await response.text());
}

/**
 * The stopped run sends nothing more, and another list of the same workspace does not wait behind
 * what is left of it.
 *
 * @param {{ id: string, name: string }} credential
 * @param {number} stoppedAt ms since 1970, when n8n had answered
 * @param {import('node:test').TestContext} t
 */
async function sendsNothingMore(credential, stoppedAt, t) {
	const next = await listBy(credential, `${credential.name}-next`);
	const begun = Date.now();
	const id = await begin(next, `${credential.name}-next`, rowsNamed('next', 3));
	const execution = await environment.client.finished(id);
	const took = Date.now() - begun;
	assert.equal(execution.status, 'success', problemOf(execution));
	assert.equal(itemsOf(execution, STEP).length, 3);
	assert.ok(took < 1.5 * WINDOW_MS, `the next list took ${took} ms`);
	// Where the next list got through the stopped one could have sent, too.
	await wait(Math.max(WATCHED_MS, stoppedAt + WATCHED_MS - Date.now()));

	const lists = (await environment.sandbox.requests('bulkUpdate')).map(({ body, receivedAt }) => {
		const ids = body.user_preferences.map((/** @type {Json} */ user) => user.customer_id);
		const names = new Set(ids.map((/** @type {string} */ id) => id.split('-')[0]));
		return { name: [...names].join(' and '), lateMs: Math.round(receivedAt - stoppedAt) };
	});
	const its = lists.filter(({ name }) => name === 'long');
	const last = Math.max(...its.map(({ lateMs }) => lateMs));
	t.diagnostic(
		`${its.length} of ${BATCHES} requests, the last ${last} ms after the stop; the next list took ${took} ms`,
	);
	assert.ok(its.length > 0 && its.length < BATCHES, 'it was not stopped in the middle');
	assert.ok(last <= GRACE_MS, `a request came ${last} ms after the stop`);
	const others = lists.filter(({ name }) => name !== 'long').map(({ name }) => name);
	assert.deepEqual(others, ['next']);
	assert.ok(environment.server.running());
	assert.ok((await fetch(`${environment.server.url}/healthz/readiness`)).ok);
}

test('25,000 users, stopped with requests under way: none comes later', async (t) => {
	await answerSlowly(environment, 1000);
	const credential = await credentialOf('flying');
	const workflow = await listBy(credential, 'flying');
	const id = await begin(workflow, 'flying', rowsNamed('long', 50 * BATCHES));
	await requestsReach(environment, LIMIT / 2);
	await environment.client.stop(id);
	const stoppedAt = Date.now();
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await sendsNothingMore(credential, stoppedAt, t);
});

test('stopped by the public API while it waits for the limit: the same', async (t) => {
	const credential = await credentialOf('waiting');
	const workflow = await listBy(credential, 'waiting', 5);
	const id = await begin(workflow, 'waiting', rowsNamed('long', 5 * BATCHES));
	await requestsReach(environment, LIMIT);
	await stopByKey(id);
	const stoppedAt = Date.now();
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await sendsNothingMore(credential, stoppedAt, t);
});

test('stopped while it reads its items: nothing is sent at all', async () => {
	const credential = await credentialOf('reading');
	const workflow = await listBy(credential, 'reading', 10);
	// They take n8n some seconds: a stop comes in between.
	const id = await begin(workflow, 'reading', rowsNamed('long', 10 * BATCHES));
	await environment.client.stop(id);
	assert.equal(await requestsSoFar(environment), 0, 'they had been read already');
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await wait(4 * WATCHED_MS);
	assert.equal(await requestsSoFar(environment), 0);
});

test('n8n’s own time-out ends the run: the same', async (t) => {
	// 100 requests take 40 s.
	await answerSlowly(environment, 2000);
	const credential = await credentialOf('timing');
	const workflow = await listBy(credential, 'timing', 5, { executionTimeout: 20 });
	const id = await begin(workflow, 'timing', rowsNamed('long', 5 * BATCHES));
	const execution = await environment.client.finished(id);
	const stoppedAt = Date.now();
	assert.equal(execution.status, 'canceled');
	assert.match(problemOf(execution), /timed out/);
	await sendsNothingMore(credential, stoppedAt, t);
});
