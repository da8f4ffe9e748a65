/* eslint-disable @n8n/community-nodes/no-restricted-imports --
   looks at its own process and prints figures; it is no part of the package */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';

import type { Verdict } from '../../nodes/MoEngageSubscription/delivery/types';
import { mergeChanges, record } from '../virtual/preferences';
import { users, World, type Report, type Request } from '../virtual/world';
import { check, flat, heap, heapNow } from './measure';

const MILLION = 1_000_000;
/** P14: what an item may cost beyond n8n's own input and output. */
const BYTES_AN_ITEM = 1024;

/** Nothing of any run is left in the engine and on the clock. */
function idle(world: World): void {
	const { runs, partitions, users: people } = world.engines[0].census();
	assert.deepEqual({ runs, partitions, people }, { runs: 0, partitions: 0, people: 0 });
	assert.equal(world.clock.pendingTimers, 0, 'timers left');
	// The server's own notes are not the engine's.
	world.server.log.length = 0;
}

function fates({ outcomes }: Report): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
}

/** One list, with a look at the heap some times on its way. */
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
	assert.deepEqual(fates(report), { accepted: count });
	assert.equal(world.server.throttled, 0);
	const perItem = (highest - before) / count;
	assert.ok(perItem <= BYTES_AN_ITEM, `${perItem.toFixed(0)} bytes an item`);
	idle(world);
	const hours = (world.clock.now() / 3_600_000).toFixed(1);
	return `${report.requests} requests, at ${hours} h of virtual time; at most ${perItem.toFixed(0)} bytes an item while it ran`;
}

/** What may happen to a list, one kind a round. */
const FAULTS: ((random: () => number) => Verdict<string, string> | undefined)[] = [
	() => undefined,
	(random) => (random() < 0.05 ? { kind: 'throttled' } : undefined),
	(random) => (random() < 0.05 ? { kind: 'transient', reason: 'flaky' } : undefined),
	(random) => (random() < 0.02 ? { kind: 'rejected', reason: 'no', fingerprint: 'no' } : undefined),
	(random) => (random() < 0.005 ? { kind: 'fatal', reason: '401' } : undefined),
];

/** 20,000 items of 12,000 users in two partitions; every third round is stopped on its way. */
async function faultd(world: World, round: number, fault: { kind: number }): Promise<void> {
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

/** A storm that never lets up: each execution is followed by others before it has ended. */
async function endlessStorm(executions: number): Promise<string> {
	const world = new World(3, { L: 400 });
	const first: WeakRef<object>[] = [];
	const all: Promise<unknown>[] = [];
	const start = (i: number): void => {
		// As an execution does, its request function holds what n8n has given to it.
		const context = { items: [i] };
		if (i < 100) first.push(new WeakRef(context));
		const send: Request['send'] = async (values) => {
			assert.equal(context.items.length, 1);
			return await world.server.send(values);
		};
		all.push(world.start(users(1, `contact${i}-`), { send }).then(() => undefined));
	};
	for (let i = 0; i < executions; i += 1) world.clock.after(i * 20, () => start(i));
	await world.clock.until(world.clock.sleep((executions - 1) * 20));
	// Virtual time stands still now; only in a later turn of the real one are they collected.
	await heap();
	assert.ok(world.engines[0].census().runs > 0, 'the storm must still be on');
	const held = first.filter((one) => one.deref() !== undefined).length;
	await world.clock.until(Promise.all(all));
	await world.clock.drain();
	idle(world);
	assert.equal(held, 0, `${held} of the first 100 executions are held while others go on`);
	return `${executions} executions of one item: nothing of the first 100 was left while others went on`;
}

export async function virtual(): Promise<void> {
	await check('1,000,000 items in virtual time', async () => {
		const world = new World(1, { L: 300 });
		await list(world, 10_000);
		let told = '';
		const line = await flat(2, async (round) => {
			if (round === 1) told = await list(world, MILLION);
		});
		return [told, line];
	});

	await check('10 lists of 20,000 items with every kind of fault', async () => {
		const fault = { kind: 0 };
		const world: World = new World(2, {
			L: 300,
			respond: () => FAULTS[fault.kind](world.random),
		});
		return await flat(10, async (round) => await faultd(world, round, fault));
	});

	await check('executions that come without a pause', async () => await endlessStorm(20_000));
}
