// Runs alone: it measures how the rate limit is shared under load.
// An n8n with two workers. One is killed in the middle of a list and replaced. Then lists and many
// single contacts share one workspace's rate limit. Last, n8n's handling of the killed executions.
import assert from 'node:assert/strict';
import { differences } from '../harness/expected.mts';
import { problemOf } from '../harness/n8n-client.mts';
import { log } from '../harness/log.mts';
import { executionsOf, openCluster, takenBy, type Cluster } from './cluster.mts';
import { killMidList, type KilledWorker } from './killed-worker.mts';
import { throttledShare, logRounds } from './report.mts';
import { runRound, type Round } from './storm.mts';
import { endedLists, wantedFrom } from './workspace.mts';

let handle: ReturnType<typeof openCluster>;
let cluster: Cluster;
let killed: KilledWorker;
const rounds: { [heading: string]: Round } = {};

beforeAll(async () => {
	handle = openCluster();
	cluster = await handle.ready;
});
afterAll(async () => {
	logRounds(rounds);
	await handle.close();
});

test('a list cut short by a killed worker is delivered in part, and completely when it runs again', async () => {
	killed = await killMidList(cluster);
	const { workspace, rows, executionId, survivor } = killed;
	const { sandbox, list, sendContact, sendList } = workspace;
	const wanted = await wantedFrom(sandbox, rows);
	const users = (await sandbox.users()).filter(({ customer_id: id }) => wanted.users.has(id));
	const missing = differences(wanted.users, users);
	assert.ok(missing.length > 0, 'the list was complete before the worker was killed');
	assert.equal(missing.length, rows.length - users.length);
	assert.deepEqual(
		missing.filter((line) => !line.endsWith(' is missing')),
		[],
	);
	const requests = await sandbox.requests('bulkUpdate');
	const sent = new Set(rows.slice(0, 50 * requests.length).map(({ id }) => id));
	assert.ok(
		users.every(({ customer_id: id }) => sent.has(id)),
		'batches are sent in list order',
	);
	log(
		`A worker was killed after ${users.length} of ${rows.length} users of a list, and a new one started`,
	);

	const contact = { id: 'afterwards', Newsletter: true, Promotional: false, out: false };
	assert.equal(await sendContact(contact), 200);
	const { status } = await cluster.environment.client.call(
		'GET',
		`/api/v1/executions/${executionId}`,
	);
	assert.equal(status, 'running', 'n8n noticed the kill too early');
	assert.equal(await sendList(rows), 200);
	const [accepted] = await endedLists(cluster.environment, list, 1);
	assert.equal(accepted, rows.length);
	const delivered = (await sandbox.users()).filter(({ customer_id: id }) => wanted.users.has(id));
	assert.deepEqual(differences(wanted.users, delivered), []);
	assert.ok(survivor.running());
});

/** The workers share nothing but the rate limit information in MoEngage's responses. */
const ROUNDS = [
	{ name: 'rate headers', headers: { rate: true }, maxThrottled: 0.08 },
	{ name: 'no headers', headers: { rate: false }, maxThrottled: 0.35 },
];

for (const { name, headers, maxThrottled } of ROUNDS) {
	test(`two workers deliver everything with ≤ ${100 * maxThrottled} % 429s (${name})`, async () => {
		const round = await runRound(cluster, name.replace(' ', '-'), headers);
		rounds[name] = round;
		const { wanted, users, statuses, executions, perWorker, lists, requests } = round;

		assert.deepEqual(wanted.rejected, []);
		assert.deepEqual(differences(wanted.users, users), []);
		assert.ok(wanted.users.size > 5000, `${wanted.users.size} users are too few`);

		assert.deepEqual([...new Set(statuses)], [200]);
		assert.equal(executions.length, statuses.length);
		assert.deepEqual([...new Set(executions.map(({ status }) => status))], ['success']);
		assert.deepEqual(lists, [2500, 2500], 'the node returns one item per row');

		assert.equal(
			perWorker.reduce((sum, taken) => sum + taken),
			executions.length,
		);
		const least = executions.length / 10;
		for (const taken of perWorker) assert.ok(taken > least, `a worker took ${taken} executions`);

		const share = throttledShare(round);
		assert.ok(share <= maxThrottled, `${(100 * share).toFixed(1)} % throttled`);
		const others = new Set(requests.map(({ status }) => status));
		others.delete(429);
		assert.deepEqual([...others], [200]);
		// With fewer requests than one window allows, the limit wouldn't be shared.
		assert.ok(requests.length > 110, `${requests.length} requests are too few`);
	});
}

test('n8n marks the killed worker’s executions as failed and doesn’t run them again', async () => {
	const { workspace, executionId, calls, at, errorWorkflowId, survivor } = killed;
	const { environment, workers } = cluster;
	const ended = await environment.client.finished(executionId, 240_000);
	assert.equal(ended.status, 'error');
	assert.match(problemOf(ended), /failed to be processed too many times/);
	const after = Math.round((Date.parse(String(ended.stoppedAt)) - at) / 1000);
	log(`n8n reported the killed worker’s list as failed after ${after} s`);

	// Every caller got a response, and each contact with status 200 is in MoEngage.
	const responses = await Promise.all(calls);
	const statuses = responses.map(({ status }) => status);
	log(`${calls.length} calls were open at that time and got ${statuses.sort().join(', ')}`);
	assert.deepEqual(
		statuses.filter((status) => status !== 200 && status !== 500),
		[],
	);
	const delivered = new Set((await workspace.sandbox.users()).map(({ customer_id: id }) => id));
	for (const { id, status } of responses) if (status === 200) assert.ok(delivered.has(id), id);

	for (const worker of workers)
		assert.ok(!takenBy(worker).has(executionId), 'the execution ran again');
	assert.equal(
		(await executionsOf(environment, workspace.list.id)).length,
		2,
		'the killed one and the rerun',
	);
	assert.ok(
		(await executionsOf(environment, errorWorkflowId)).length > 0,
		'the error workflow did not run',
	);
	assert.ok(survivor.running());
});
