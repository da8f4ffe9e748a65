// Runs alone: with its default of two database connections, n8n gives up on its database on a busy machine.
// The trigger in queue mode: the main process receives the calls, two workers run the executions.
import assert from 'node:assert/strict';
import { log } from '../harness/log.mts';
import { createActive } from '../e2e/support.mts';
import {
	arrivals,
	deliver,
	rejectedCalls,
	send,
	settled,
	streamsBody,
	triggerWorkflow,
} from '../e2e/trigger-support.mts';
import { openCluster, takenBy, type Cluster } from './cluster.mts';

let handle: ReturnType<typeof openCluster>;
let cluster: Cluster;

beforeAll(async () => {
	handle = openCluster();
	cluster = await handle.ready;
});
afterAll(() => handle.close());

const EVENTS = 1000;
const BATCH = 20;

test('with two workers, calls without the right secret start no execution', async () => {
	const { environment } = cluster;
	const { client, credential, server, webhookSecret } = environment;
	const parameters = { events: ['any'] };
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'queue-rejected', parameters),
	);
	assert.deepEqual(await rejectedCalls(server.url, 'queue-rejected', webhookSecret), []);
	assert.deepEqual(await settled(client, workflow), []);
});

test('two workers pass on each of 1,000 events at least once, 10 % of them sent twice', async () => {
	const { environment, workers } = cluster;
	const { client, credential, server, webhookSecret } = environment;
	const workflow = await createActive(
		environment,
		triggerWorkflow(credential, 'queue', { events: ['any'] }),
	);
	const ids = Array.from({ length: EVENTS }, (_, i) => `event-${i}`);
	const all = [...ids, ...ids.filter((_, i) => i % 10 === 0)];
	const right = { 'x-webhook-secret': webhookSecret };
	const calls = Array.from({ length: all.length / BATCH }, (_, i) =>
		deliver(() =>
			send(server.url, 'queue', streamsBody(all.slice(i * BATCH, (i + 1) * BATCH)), right),
		),
	);
	for (const { status } of await Promise.all(calls)) assert.equal(status, 200);
	const executions = await settled(client, workflow);
	for (const { status } of executions) assert.equal(status, 'success');
	const counts = arrivals(executions);
	assert.deepEqual(
		ids.filter((id) => !counts.has(id)),
		[],
		`missing in ${executions.length} executions`,
	);
	assert.equal(counts.size, ids.length);
	const perWorker = workers.map((worker) => {
		const taken = takenBy(worker);
		return executions.filter(({ id }) => taken.has(String(id))).length;
	});
	for (const taken of perWorker) assert.ok(taken > 0, 'a worker took no execution');

	// Later, what n8n has stored is known to both workers.
	const again = await send(server.url, 'queue', streamsBody(ids.slice(0, 100)), right);
	assert.equal(again.status, 200);
	const later = arrivals((await settled(client, workflow)).slice(executions.length));
	const repeated = [...counts.values()].filter((times) => times > 1).length;
	log(
		`${counts.size} events in ${perWorker.join(' + ')} executions: ${repeated} passed on twice when sent ` +
			`at the same time, ${later.size} of 100 when sent again later`,
	);
});
