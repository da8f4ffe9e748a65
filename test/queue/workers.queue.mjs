// Two workers of one n8n: one of them killed in the middle of a list and replaced, then lists and a
// storm of single contacts on one workspace's limit, and at last what n8n made of the killed one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { differences } from '../../demo/lib/expected.mjs';
import { problemOf } from '../../demo/lib/n8n-client.mjs';
import { log } from '../../demo/lib/log.mjs';
import { executionsOf, openCluster, takenBy } from './cluster.mjs';
import { killMidList } from './killed-worker.mjs';
import { refusedShare, sayFigures } from './report.mjs';
import { runRound } from './storm.mjs';
import { endedLists, wantedFrom } from './workspace.mjs';

/** @type {ReturnType<typeof openCluster>} */
let handle;
/** @type {import('./cluster.mjs').Cluster} */
let cluster;
/** @type {import('./killed-worker.mjs').Death} */
let death;
/** @type {{ [heading: string]: import('./storm.mjs').Round }} */
const rounds = {};

before(async () => {
	handle = openCluster();
	cluster = await handle.ready;
});
after(async () => {
	sayFigures(rounds);
	await handle.close();
});

test('a worker dies in the middle of a list: what it had sent is right, the list again makes all right', async () => {
	death = await killMidList(cluster);
	const { workspace, rows, executionId, survivor } = death;
	const { sandbox, list, sendContact, sendList } = workspace;
	const wanted = await wantedFrom(sandbox, rows);
	const users = (await sandbox.users()).filter(({ customer_id: id }) => wanted.users.has(id));
	const missing = differences(wanted.users, users);
	assert.ok(missing.length > 0, 'the list was through before the worker died');
	assert.equal(missing.length, rows.length - users.length);
	assert.deepEqual(
		missing.filter((line) => !line.endsWith(' is missing')),
		[],
	);
	const requests = await sandbox.requests('bulkUpdate');
	const sent = new Set(rows.slice(0, 50 * requests.length).map(({ id }) => id));
	assert.ok(
		users.every(({ customer_id: id }) => sent.has(id)),
		'batches go in the order of the list',
	);
	log(
		`A worker killed after ${users.length} of ${rows.length} users of a list, in its place a new one`,
	);

	const contact = { id: 'afterwards', Newsletter: true, Promotional: false, out: false };
	assert.equal(await sendContact(contact), 200);
	const { status } = await cluster.environment.client.call(
		'GET',
		`/api/v1/executions/${executionId}`,
	);
	assert.equal(status, 'running', 'n8n does not know yet');
	assert.equal(await sendList(rows), 200);
	const [accepted] = await endedLists(cluster.environment, list, 1);
	assert.equal(accepted, rows.length);
	const those = (await sandbox.users()).filter(({ customer_id: id }) => wanted.users.has(id));
	assert.deepEqual(differences(wanted.users, those), []);
	assert.ok(survivor.running());
});

/** The workers don't see each other: what MoEngage tells of the limit is all they share. */
const ROUNDS = [
	{ name: 'rate headers', headers: { rate: true }, refusedAtMost: 0.08 },
	{ name: 'no headers', headers: { rate: false }, refusedAtMost: 0.35 },
];

for (const { name, headers, refusedAtMost } of ROUNDS) {
	test(`${name}: both workers deliver all of it, ≤ ${100 * refusedAtMost} % 429s`, async () => {
		const round = await runRound(cluster, name.replace(' ', '-'), headers);
		rounds[name] = round;
		const { wanted, users, answers, executions, perWorker, lists, requests } = round;

		assert.deepEqual(wanted.rejected, []);
		assert.deepEqual(differences(wanted.users, users), []);
		assert.ok(wanted.users.size > 5000, `${wanted.users.size} users are no load`);

		assert.deepEqual([...new Set(answers)], [200]);
		assert.equal(executions.length, answers.length);
		assert.deepEqual([...new Set(executions.map(({ status }) => status))], ['success']);
		assert.deepEqual(lists, [2500, 2500], 'one item comes out for each row');

		assert.equal(
			perWorker.reduce((sum, taken) => sum + taken),
			executions.length,
		);
		const least = executions.length / 10;
		for (const taken of perWorker) assert.ok(taken > least, `a worker took ${taken} executions`);

		const share = refusedShare(round);
		assert.ok(share <= refusedAtMost, `${(100 * share).toFixed(1)} % refused`);
		const statuses = new Set(requests.map(({ status }) => status));
		statuses.delete(429);
		assert.deepEqual([...statuses], [200]);
		// More than one window's worth, or nothing had to be shared.
		assert.ok(requests.length > 110, `${requests.length} requests are no load`);
	});
}

test('n8n ends the executions of the killed worker as failed, runs none again, and tells', async () => {
	const { workspace, executionId, calls, at, errorWorkflowId, survivor } = death;
	const { environment, workers } = cluster;
	const ended = await environment.client.finished(executionId, 240_000);
	assert.equal(ended.status, 'error');
	assert.match(problemOf(ended), /failed to be processed too many times/);
	const after = Math.round((Date.parse(String(ended.stoppedAt)) - at) / 1000);
	log(`n8n said of the killed worker’s list that it failed, ${after} s after`);

	// Whoever called with a contact that it had taken is told, and what was not told is at MoEngage.
	const answered = await Promise.all(calls);
	const statuses = answered.map(({ status }) => status);
	log(`${calls.length} calls were open then: answered ${statuses.sort().join(', ')}`);
	assert.deepEqual(
		statuses.filter((status) => status !== 200 && status !== 500),
		[],
	);
	const there = new Set((await workspace.sandbox.users()).map(({ customer_id: id }) => id));
	for (const { id, status } of answered) if (status === 200) assert.ok(there.has(id), id);

	for (const worker of workers) assert.ok(!takenBy(worker).has(executionId), 'taken up again');
	assert.equal(
		(await executionsOf(environment, workspace.list.id)).length,
		2,
		'the killed, and ours',
	);
	assert.ok((await executionsOf(environment, errorWorkflowId)).length > 0, 'no error workflow ran');
	assert.ok(survivor.running());
});
