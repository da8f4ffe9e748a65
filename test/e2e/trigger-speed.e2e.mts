// How fast the MoEngage Subscription Trigger responds while n8n is busy, next to n8n's own Webhook node.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { wait } from '../harness/log.mts';
import type { Json } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE, TRIGGER_TYPE } from '../harness/package.mts';
import { createActive, node } from './support.mts';
import { TriggerEnvironment } from './trigger-environment.mts';
import { openExecutions, streamsBody } from './trigger-support.mts';

const on = new TriggerEnvironment();
before(() => on.open());
after(on.close);

const RUNNING = 100;
/** Executions of 60 s run in memory; n8n stores those that wait for longer. Two in a row take 120 s. */
const WAIT = { amount: 60, unit: 'seconds' };
/** Both kinds of calls at both levels have to end while the first executions run. */
const SERIES_MS = 15_000;
const CALLS_AT_A_TIME = [2, 5];

/** @param trigger its node */
function busyWorkflow(name: string, trigger: Json): Json {
	const to = (next: string) => ({ main: [[{ node: next, type: 'main', index: 0 }]] });
	const pause = (next: string) =>
		node(next, 'wait', WAIT, { typeVersion: 1.1, webhookId: `${name}-${next}` });
	return {
		name,
		nodes: [trigger, pause('Wait'), pause('Wait Again')],
		connections: { Trigger: to('Wait'), Wait: to('Wait Again') },
		settings: { executionOrder: 'v1' },
	};
}

const moengage = () =>
	node(
		'Trigger',
		TRIGGER_TYPE,
		{ events: ['any'] },
		{
			webhookId: 'busy',
			credentials: { [CREDENTIAL_TYPE]: on.credential },
		},
	);
/** n8n's own Webhook node, which responds at the same moment. */
const plain = () =>
	node(
		'Trigger',
		'webhook',
		{ httpMethod: 'POST', path: 'plain/webhook', responseMode: 'onReceived' },
		{ typeVersion: 2, webhookId: 'plain' },
	);

/** @returns response times in ms, ascending */
async function callsTo(path: string, atATime: number, untilMs: number): Promise<number[]> {
	const times: number[] = [];
	for (let wave = 0; performance.now() < untilMs; wave++) {
		const calls = Array.from({ length: atATime }, (_, i) =>
			on.call(path, streamsBody([`${path}-${atATime}-${wave}-${i}`])),
		);
		for (const { status, ms } of await Promise.all(calls)) {
			assert.equal(status, 200);
			times.push(ms);
		}
		await wait(50);
	}
	return times.sort((a, b) => a - b);
}

const at = (times: number[], share: number) => times[Math.ceil(times.length * share) - 1] ?? NaN;

test('99 % of calls get a response within a second while 100 executions run', async (t) => {
	const { client } = on.environment;
	const workflow = await createActive(on.environment, busyWorkflow('busy', moengage()));
	await createActive(on.environment, busyWorkflow('plain', plain()));
	await on.call('plain', streamsBody(['plain-first']));
	const first = Array.from({ length: RUNNING }, (_, i) =>
		on.call('busy', streamsBody([`first-${i}`])),
	);
	await Promise.all(first);
	// n8n responds before it stores the execution.
	while ((await openExecutions(client, workflow)) < RUNNING) await wait(200);
	const slow: string[] = [];
	for (const atATime of CALLS_AT_A_TIME) {
		for (const path of ['busy', 'plain']) {
			const times = await callsTo(path, atATime, performance.now() + SERIES_MS);
			const p99 = at(times, 0.99);
			const line = `${path === 'busy' ? 'trigger' : 'Webhook node'}, ${atATime} calls at a time: ${times.length} calls, p50 ${at(times, 0.5).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
			t.diagnostic(line);
			assert.ok(times.length >= 40, line);
			if (path === 'busy' && p99 >= 1000) slow.push(line);
		}
	}
	assert.ok((await openExecutions(client, workflow)) >= RUNNING, 'the executions ended too early');
	assert.deepEqual(slow, []);
});
