// The MoEngage Subscription Trigger in a real n8n passes on each event once: duplicates, parallel calls,
// and restarts.
import assert from 'node:assert/strict';
import { log } from '../harness/log.mts';
import { createActive } from './support.mts';
import { TriggerEnvironment } from './trigger-environment.mts';
import { arrivals, deliver, settled, streamsBody, triggerWorkflow } from './trigger-support.mts';

const on = new TriggerEnvironment();
beforeAll(() => on.open());
afterAll(on.close);

test('1,000 events with duplicates, in parallel and over two restarts, arrive once each', async () => {
	const workflow = await createActive(
		on.environment,
		triggerWorkflow(on.credential, 'once', { events: ['any'] }),
	);
	const ids = Array.from({ length: 1000 }, (_, i) => `event-${i}`);
	const BATCH = 20;
	for (const [from, to] of [
		[0, 340],
		[340, 670],
		[670, 1000],
	] as const) {
		if (from > 0) await on.restart();
		// One in ten is repeated, from this part as well as from the parts before a restart.
		const repeated = ids.slice(0, to).filter((_, i) => i % 10 === 0);
		const part = [...ids.slice(from, to), ...repeated];
		part.sort((a, b) => (a.slice(-1) + a < b.slice(-1) + b ? -1 : 1));
		const batches = Array.from({ length: Math.ceil(part.length / BATCH) }, (_, i) =>
			part.slice(i * BATCH, (i + 1) * BATCH),
		);
		const sent = await Promise.all(
			batches.map((batch) => deliver(() => on.call('once', streamsBody(batch)))),
		);
		assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([200]));
		await settled(on.environment.client, workflow);
	}
	const counts = arrivals(await settled(on.environment.client, workflow));
	assert.equal(counts.size, 1000);
	assert.deepEqual(
		[...counts].filter(([, count]) => count !== 1),
		[],
	);
	log(`${counts.size} events, each once`);
});

test('20 calls at once with the same events deliver each once', async () => {
	const workflow = await createActive(
		on.environment,
		triggerWorkflow(on.credential, 'same', { events: ['any'] }),
	);
	const ids = Array.from({ length: 50 }, (_, i) => `same-${i}`);
	const calls = Array.from({ length: 20 }, () => on.call('same', streamsBody(ids)));
	for (const { status } of await Promise.all(calls)) assert.equal(status, 200);
	const counts = arrivals(await settled(on.environment.client, workflow));
	assert.deepEqual(
		[...counts],
		ids.map((id) => [id, 1]),
	);
});

test('no log or file of n8n contains the webhook secret after restarts', () => {
	log(on.assertNoLeak());
});
