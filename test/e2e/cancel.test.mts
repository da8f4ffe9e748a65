// Stop and n8n's execution timeout in the middle of a long list, in a real n8n with the packed package.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { itemsOf, problemOf, type Json } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import { log, wait } from '../harness/log.mts';
import {
	closeOnSignal,
	credentialData,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import {
	delayResponses,
	BULK,
	createActive,
	resetSandbox,
	listWorkflow,
	waitForRequests,
	requestCount,
	rowsNamed,
	STEP,
} from './support.mts';

/** MoEngage's rate limit: 100 requests per minute. */
const LIMIT = 100;
const WINDOW_MS = 60_000;
const BATCHES = 500;
/** Requests that left before the stop may still arrive for this long. */
const GRACE_MS = 3000;
/** Long enough to see that nothing is sent: a run sends within milliseconds of being allowed to. */
const WATCHED_MS = 6000;

/** One workspace per test, because each has its own rate limit. */
const workspaces = ['in-flight', 'waiting', 'reading', 'timing'].map((id) => ({
	id,
	apiKey: `key-${id}`,
}));

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;

beforeAll(async () => {
	handle = openTestEnvironment({ loud: false, built: true, sandboxConfig: { workspaces } });
	closeOnSignal(handle);
	environment = await handle.ready;
});
afterAll(() => handle.close());
beforeEach(() => resetSandbox(environment));

function credentialOf(workspaceId: string): Promise<{ id: string; name: string }> {
	const apiKey = `key-${workspaceId}`;
	const data = credentialData(environment.sandbox, { workspaceId, apiKey });
	return environment.client.createCredential(CREDENTIAL_TYPE, workspaceId, data);
}

/** @param path of the webhook */
function listBy(
	credential: { id: string; name: string },
	path: string,
	batchSize: number = 50,
	settings: Json = {},
) {
	const workflow = listWorkflow(credential, { ...BULK, options: { batchSize } }, { path });
	return createActive(environment, {
		...workflow,
		settings: { ...workflow.settings, ...settings },
	});
}

/** @returns ID */
async function begin({ id }: Json, path: string, rows: Json[]): Promise<string> {
	assert.equal((await environment.client.webhook(path, { rows })).status, 200);
	const find = async () => {
		for (const status of ['running', 'success']) {
			const query = `workflowId=${id}&status=${status}`;
			const [found] = (await environment.client.call('GET', `/api/v1/executions?${query}`)).data;
			if (found !== undefined) return pWaitFor.resolveWith<string>(found.id);
		}
		return false;
	};
	const timeout = { milliseconds: 30_000, message: 'The webhook started no execution' };
	return await pWaitFor(find, { interval: 100, timeout });
}

/** Stops an execution through n8n's public API, with an API key that may do only that. */
async function stopByKey(id: string) {
	const key = { label: 'stop', expiresAt: null, scopes: ['execution:stop'] };
	const { rawApiKey } = await environment.client.call('POST', '/rest/api-keys', key);
	const response = await fetch(`${environment.server.url}/api/v1/executions/${id}/stop`, {
		method: 'POST',
		headers: { 'x-n8n-api-key': rawApiKey },
	});
	assert.equal(response.status, 200, await response.text());
}

/**
 * Checks that the stopped run sends nothing more and doesn't delay another list of the workspace.
 *
 * @param stoppedAt when n8n responded, in ms since 1970
 */
async function assertStopped(credential: { id: string; name: string }, stoppedAt: number) {
	const next = await listBy(credential, `${credential.name}-next`);
	const begun = Date.now();
	const id = await begin(next, `${credential.name}-next`, rowsNamed('next', 3));
	const execution = await environment.client.finished(id);
	const took = Date.now() - begun;
	assert.equal(execution.status, 'success', problemOf(execution));
	assert.equal(itemsOf(execution, STEP).length, 3);
	assert.ok(took < 1.5 * WINDOW_MS, `the next list took ${took} ms`);
	// If the next list was sent, the stopped one could have been sent too.
	await wait(Math.max(WATCHED_MS, stoppedAt + WATCHED_MS - Date.now()));

	const lists = (await environment.sandbox.requests('bulkUpdate')).map(({ body, receivedAt }) => {
		const ids = body.user_preferences.map((user: Json) => user.customer_id);
		const names = new Set(ids.map((id: string) => id.split('-')[0]));
		return { name: [...names].join(' and '), lateMs: Math.round(receivedAt - stoppedAt) };
	});
	const stopped = lists.filter(({ name }) => name === 'long');
	const last = Math.max(...stopped.map(({ lateMs }) => lateMs));
	log(
		`${stopped.length} of ${BATCHES} requests, the last ${last} ms after the stop; the next list took ${took} ms`,
	);
	assert.ok(
		stopped.length > 0 && stopped.length < BATCHES,
		'the run was not stopped in the middle',
	);
	assert.ok(last <= GRACE_MS, `a request arrived ${last} ms after the stop`);
	const others = lists.filter(({ name }) => name !== 'long').map(({ name }) => name);
	assert.deepEqual(others, ['next']);
	assert.ok(environment.server.running());
	assert.ok((await fetch(`${environment.server.url}/healthz/readiness`)).ok);
}

test('a run stopped with requests in flight sends nothing more', async () => {
	await delayResponses(environment, 1000);
	const credential = await credentialOf('in-flight');
	const workflow = await listBy(credential, 'in-flight');
	const id = await begin(workflow, 'in-flight', rowsNamed('long', 50 * BATCHES));
	await waitForRequests(environment, LIMIT / 2);
	await environment.client.stop(id);
	const stoppedAt = Date.now();
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await assertStopped(credential, stoppedAt);
});

test('a run stopped through the public API while it waits for the rate limit sends nothing more', async () => {
	const credential = await credentialOf('waiting');
	const workflow = await listBy(credential, 'waiting', 5);
	const id = await begin(workflow, 'waiting', rowsNamed('long', 5 * BATCHES));
	await waitForRequests(environment, LIMIT);
	await stopByKey(id);
	const stoppedAt = Date.now();
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await assertStopped(credential, stoppedAt);
});

test('a run stopped while it reads its items sends nothing at all', async () => {
	const credential = await credentialOf('reading');
	const workflow = await listBy(credential, 'reading', 10);
	// Reading them takes n8n some seconds, so the stop comes before the first request.
	const id = await begin(workflow, 'reading', rowsNamed('long', 10 * BATCHES));
	await environment.client.stop(id);
	assert.equal(await requestCount(environment), 0, 'the items were read before the stop');
	assert.equal((await environment.client.finished(id)).status, 'canceled');
	await wait(4 * WATCHED_MS);
	assert.equal(await requestCount(environment), 0);
});

test('a run ended by n8n’s execution timeout sends nothing more', async () => {
	// So slow that fewer than 100 requests are sent, and the next list needn't wait for the rate limit.
	await delayResponses(environment, 8000);
	const credential = await credentialOf('timing');
	const workflow = await listBy(credential, 'timing', 5, { executionTimeout: 20 });
	const id = await begin(workflow, 'timing', rowsNamed('long', 5 * BATCHES));
	const execution = await environment.client.finished(id);
	const stoppedAt = Date.now();
	assert.equal(execution.status, 'canceled');
	assert.match(problemOf(execution), /timed out/);
	await assertStopped(credential, stoppedAt);
});
