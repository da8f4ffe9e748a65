import { newBatch } from '../../../nodes/MoEngageSubscription/delivery/batch';
import { Partition } from '../../../nodes/MoEngageSubscription/delivery/partition';
import { PendingBatches } from '../../../nodes/MoEngageSubscription/delivery/pendingBatches';
import type { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import { BatchBisection } from '../../../nodes/MoEngageSubscription/delivery/response/bisection';
import type { Run } from '../../../nodes/MoEngageSubscription/delivery/run';
import { newRun, recordsOf } from './builders';

/** Spelled out, so that a change of the constant is noticed. */
const LATE_PATIENCE_MS = 2 * 60_000;
const WINDOW = 60_000;
const LIMIT = 8;
const partition = new Partition('e', true);

function retry(records: QueuedRecord[], more: { notBefore?: number; isLate?: boolean } = {}) {
	return Object.assign(newBatch(partition, records), more);
}

function step(owner?: Run) {
	const records = recordsOf(owner ?? newRun(1), 1);
	return newBatch(partition, records, new BatchBisection(records, 'rejected', 'e', owner));
}

function pendingOf(...batches: ReturnType<typeof newBatch>[]) {
	const pending = new PendingBatches(WINDOW);
	for (const batch of batches) pending.add(batch);
	return pending;
}

const sendsAt = (now: number) => (run: Run) => run.openAt(now) <= now;

const one = () => recordsOf(newRun(1), 1);

/** A run whose own limit is used up at 0: its next request may leave at 60 s. */
function spentRun() {
	const run = newRun(9, { settings: { limit: 1 } });
	run.onSent(0);
	run.onResponse(0, false);
	return run;
}

describe('Pending batches', () => {
	test('pending batches are due at their time, in the order they arrived', () => {
		const [later, now] = [retry(one(), { notBefore: 1000 }), retry(one())];
		const pending = pendingOf(later, now);
		expect(pending.due(0, LIMIT, sendsAt(0), false)).toBe(now);
		expect(pending.nextAt(0, LIMIT)).toBe(1000);
		expect(pending.due(1000, LIMIT, sendsAt(1000), false)).toBe(later);
		pending.take(later, 1000);
		expect([pending.size, pending.due(1000, LIMIT, sendsAt(1000), false)]).toEqual([1, now]);
		pending.clear();
		expect([pending.size, pending.nextAt(0, LIMIT)]).toEqual([0, Infinity]);
	});

	test('only the batches with most attempts are considered, in the order they arrived', () => {
		const batches = [1, 3, 2, 3].map((attempts) => Object.assign(retry(one()), { attempts }));
		const pending = pendingOf(...batches);
		const due = (most?: number) => pending.due(0, LIMIT, sendsAt(0), false, most);
		expect([due(), due(4), due(3), due(1)]).toEqual([
			batches[0],
			batches[0],
			batches[1],
			batches[1],
		]);
		expect(due(0)).toBeUndefined();
		batches[1].notBefore = batches[3].notBefore = 1000;
		expect([due(2), due(3)]).toEqual([undefined, batches[2]]);
	});

	test('batches of runs that may not send don’t count among those with most attempts', () => {
		const waiting = Object.assign(retry(recordsOf(spentRun(), 1)), { attempts: 3 });
		const other = retry(one());
		expect(pendingOf(waiting, other).due(0, LIMIT, sendsAt(0), false, 1)).toBe(other);
	});

	test('batches without a response wait behind fresh ones for two minutes', () => {
		const LATER = 24 * 60 * 60_000;
		const late = retry(one(), { notBefore: LATER, isLate: true });
		const pending = pendingOf(late);
		expect(pending.due(LATER, LIMIT, sendsAt(LATER), false)).toBeUndefined();
		expect(pending.due(LATER, LIMIT, sendsAt(LATER), true)).toBe(late);
		expect(
			pending.due(LATER + LATE_PATIENCE_MS, LIMIT, sendsAt(LATER + LATE_PATIENCE_MS), false),
		).toBe(late);
		expect(
			pending.due(LATER + LATE_PATIENCE_MS, LIMIT, sendsAt(LATER + LATE_PATIENCE_MS), true),
		).toBeUndefined();
	});

	test('a batch leaves without its settled records and then has a new ID', () => {
		const records = recordsOf(newRun(3), 3);
		const batch = retry(records);
		const { id } = batch;
		pendingOf(batch).take(batch, 0);
		expect([batch.id, batch.records]).toEqual([id, records]);
		records[1].state = 'settled';
		pendingOf(batch).take(batch, 0);
		expect(batch.records).toEqual([records[0], records[2]]);
		expect(batch.id).not.toBe(id);
	});

	test('a batch without open records is due at once so that it is removed', () => {
		const batch = retry(one());
		batch.records[0].state = 'settled';
		const pending = pendingOf(batch);
		expect(pending.due(0, LIMIT, sendsAt(0), false)).toBe(batch);
		pending.take(batch, 0);
		expect([batch.records, pending.size]).toEqual([[], 0]);
	});

	test('a pending batch waits for its run’s own limit', () => {
		const batch = retry(recordsOf(spentRun(), 1));
		const pending = pendingOf(batch);
		expect(pending.due(WINDOW - 1, LIMIT, sendsAt(WINDOW - 1), false)).toBeUndefined();
		expect(pending.due(WINDOW, LIMIT, sendsAt(WINDOW), false)).toBe(batch);
	});

	test('records of runs that may not send stay behind and keep their attempts', () => {
		const [held, free] = [recordsOf(spentRun(), 2), one()];
		const batch = Object.assign(retry([...held, ...free]), { attempts: 2 });
		const pending = pendingOf(batch);
		pending.take(batch, 0);
		expect(batch.records).toEqual(free);
		expect(pending.due(0, LIMIT, sendsAt(0), false)).toBeUndefined();
		const left = pending.due(WINDOW, LIMIT, sendsAt(WINDOW), false);
		expect(left).toMatchObject({ attempts: 2, records: held });
		expect(left?.id).not.toBe(batch.id);
	});
});

describe('Bisecting a run’s list', () => {
	test('bisecting takes at most a quarter of the limit in any window', () => {
		const pending = new PendingBatches(WINDOW);
		const run = newRun(9);
		for (let i = 0; i < LIMIT / 4; i += 1) {
			const sent = step(run);
			pending.add(sent);
			expect(pending.due(0, LIMIT, sendsAt(0), false)).toBe(sent);
			pending.take(sent, 0);
			pending.onSent(sent);
			pending.onResponse(sent, 500);
		}
		const next = step(run);
		pending.add(next);
		expect(pending.due(500, LIMIT, sendsAt(500), false)).toBeUndefined();
		expect(pending.nextAt(500, LIMIT)).toBe(500 + WINDOW);
		expect(pending.due(500 + WINDOW, LIMIT, sendsAt(500 + WINDOW), false)).toBe(next);
	});

	test('at most two requests for bisecting are in flight, no matter how high the limit is', () => {
		const pending = new PendingBatches(WINDOW);
		const sent = [step(newRun(9)), step(newRun(9))];
		const next = step(newRun(9));
		pending.onSent(sent[0]);
		pending.add(next);
		expect(pending.due(0, 1000, sendsAt(0), false)).toBe(next);
		pending.onSent(sent[1]);
		expect(pending.due(0, 1000, sendsAt(0), false)).toBeUndefined();
		pending.onResponse(sent[0], 500);
		expect(pending.due(500, 1000, sendsAt(500), false)).toBe(next);
	});

	test('bisecting takes at least one request, no matter how low the limit is', () => {
		const batch = step(newRun(1));
		expect(pendingOf(batch).due(0, 1, sendsAt(0), false)).toBe(batch);
	});

	test('retries and single contacts of several runs don’t count toward the bisecting share', () => {
		const pending = new PendingBatches(WINDOW);
		for (const sent of [step(newRun(9)), step(newRun(9))]) pending.onSent(sent);
		const [bisecting, contacts, again] = [step(newRun(9)), step(), retry(one())];
		pending.add(bisecting);
		pending.add(contacts);
		pending.add(again);
		expect(pending.due(0, LIMIT, sendsAt(0), false)).toBe(contacts);
		pending.take(contacts, 0);
		expect(pending.due(0, LIMIT, sendsAt(0), false)).toBe(again);
		pending.take(again, 0);
		expect([pending.due(0, LIMIT, sendsAt(0), false), pending.nextAt(0, LIMIT)]).toEqual([
			undefined,
			Infinity,
		]);
	});
});
