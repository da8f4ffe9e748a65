/* eslint-disable @n8n/community-nodes/no-restricted-imports --
   inspects its own process and prints what it measured; it isn't part of the package */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';

import type { Verdict } from '../../nodes/MoEngageSubscription/delivery/types';
import { mergeChanges, record } from '../virtual/preferences';
import { users, World, type Report, type Request } from '../virtual/world';
import { flat, heap, heapNow, measured } from './measure';

const MILLION = 1_000_000;
/** P14: the most memory per item beyond n8n's own input and output. */
const BYTES_PER_ITEM = 1024;

/** Asserts that nothing of any run is left in the engine and on the clock. */
function idle(world: World): void {
	const { runs, partitions, users: people } = world.engines[0].census();
	assert.deepEqual({ runs, partitions, people }, { runs: 0, partitions: 0, people: 0 });
	assert.equal(world.clock.pendingTimers, 0, 'timers left');
	// The server's log isn't part of the engine.
	world.server.log.length = 0;
}

function countStatuses({ outcomes }: Report): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

/** Delivers one list and samples the heap during the run. */
async function list(world: World, count: number): Promise<string> {
	const records = users(count);
	const before = await heap();
	let highest = before;
	let sent = 0;
	const report = await world.deliver(records, {
		send: async (values) => {
			sent += 1;
			if (sent % 5000 === 1) highest = Math.max(highest, heapNow());
			return await world.server.send(values);
		},
	});
	assert.deepEqual(countStatuses(report), { accepted: count });
	assert.equal(world.server.throttled, 0);
	const perItem = (highest - before) / count;
	assert.ok(perItem <= BYTES_PER_ITEM, `${perItem.toFixed(0)} bytes per item`);
	idle(world);
	const hours = (world.clock.now() / 3_600_000).toFixed(1);
	return `${report.requests} requests, at ${hours} h of virtual time; at most ${perItem.toFixed(0)} bytes per item while it ran`;
}

/** The faults of a list, one kind per round. */
const FAULTS: ((random: () => number) => Verdict<string, string> | undefined)[] = [
	() => undefined,
	(random) => (random() < 0.05 ? { kind: 'throttled' } : undefined),
	(random) => (random() < 0.05 ? { kind: 'transient', reason: 'flaky' } : undefined),
	(random) => (random() < 0.02 ? { kind: 'rejected', reason: 'no', fingerprint: 'no' } : undefined),
	(random) => (random() < 0.005 ? { kind: 'fatal', reason: '401' } : undefined),
];

/** 20,000 items of 12,000 users in two partitions; every third round is stopped midway. */
async function listWithFaults(world: World, round: number, fault: { kind: number }): Promise<void> {
	fault.kind = round % FAULTS.length;
	const stop = new AbortController();
	const records = Array.from({ length: 20_000 }, (_, i) => ({
		...record({
			user: `u${i % 12_000}`,
			categories: { A: i % 2 === 0 },
			all: i % 7 === 0,
			marks: [i],
		}),
		partitionKey: i % 3 === 0 ? 'e' : 'f',
	}));
	if (round % 3 === 2) world.clock.after(20_000, () => stop.abort());
	const more: Partial<Request> = { merge: mergeChanges, signal: stop.signal };
	const report = await world.deliver(records, more);
	assert.equal(report.outcomes.length, records.length);
	assert.equal(getEventListeners(stop.signal, 'abort').length, 0, 'listeners left');
	await world.clock.drain();
	idle(world);
}

/** An uninterrupted storm: other runs start before each run has ended. */
async function endlessStorm(count: number): Promise<string> {
	const world = new World(3, { L: 400 });
	const first: WeakRef<object>[] = [];
	const all: Promise<unknown>[] = [];
	const start = (i: number): void => {
		// Like in n8n, the send function references its execution's context.
		const context = { items: [i] };
		if (i < 100) first.push(new WeakRef(context));
		const send: Request['send'] = async (values) => {
			assert.equal(context.items.length, 1);
			return await world.server.send(values);
		};
		all.push(world.start(users(1, `contact${i}-`), { send }).then(() => undefined));
	};
	for (let i = 0; i < count; i += 1) world.clock.after(i * 20, () => start(i));
	await world.clock.until(world.clock.sleep((count - 1) * 20));
	// Virtual time is paused; garbage collection needs a later turn of the event loop.
	await heap();
	assert.ok(world.engines[0].census().runs > 0, 'the storm has ended too early');
	const held = first.filter((one) => one.deref() !== undefined).length;
	await world.clock.until(Promise.all(all));
	await world.clock.drain();
	idle(world);
	assert.equal(held, 0, `${held} of the first 100 runs are still referenced while others continue`);
	return `${count} runs with one item: nothing of the first 100 was referenced while others continued`;
}

measured('1,000,000 items in virtual time cost at most 1 KB each', async () => {
	const world = new World(1, { L: 300 });
	await list(world, 10_000);
	let summary = '';
	const line = await flat(2, async (round) => {
		if (round === 1) summary = await list(world, MILLION);
	});
	return [summary, line];
});

measured('10 lists of 20,000 items with every kind of fault leave nothing in memory', async () => {
	const fault = { kind: 0 };
	const world: World = new World(2, {
		L: 300,
		respond: () => FAULTS[fault.kind](world.random),
	});
	return await flat(10, async (round) => await listWithFaults(world, round, fault));
});

measured(
	'runs that start without a pause are released when they end',
	async () => await endlessStorm(20_000),
);
