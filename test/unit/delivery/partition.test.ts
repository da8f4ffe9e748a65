import { Lane, type Batch } from '../../../nodes/MoEngageSubscription/delivery/lane';
import { newEntry, newQueue, newRun } from './parts';

/** A queue of a run with `count` entries that are free to go. */
function join(lane: Lane, count: number, batchSize = 50) {
	const queue = newQueue(newRun(count, { settings: { batchSize } }));
	for (let index = 0; index < count; index += 1) lane.add(newEntry(queue, index));
	return queue;
}

/** Fills a batch and tells whose records are in it, as the door would send it. */
function take(lane: Lane, batchSize = 50) {
	const entries = lane.take(batchSize);
	for (const entry of entries) entry.sent = true;
	return entries.map(({ queue }) => queue);
}

const batchOf = (lane: Lane, entries: Batch['entries']): Batch => {
	return { id: 'b', lane, entries, tries: 0, notBefore: 0, sentAt: 1000, numbers: new Map() };
};

describe('Executions in one lane', () => {
	test('take turns, one record each, also from batch to batch', () => {
		const lane = new Lane('e', true);
		const [a, b, c] = [join(lane, 4), join(lane, 2), join(lane, 1)];
		expect(lane.ready).toBe(7);
		expect(take(lane, 4)).toEqual([a, b, c, a]);
		expect(lane.ready).toBe(3);
		expect(take(lane, 4)).toEqual([b, a, a]);
		expect(lane.ready).toBe(0);
		expect(take(lane, 4)).toEqual([]);
	});

	test('leave when they have nothing left to send', () => {
		const lane = new Lane('e', true);
		const [a, b] = [join(lane, 3), join(lane, 1)];
		expect(take(lane, 4)).toEqual([a, b, a, a]);
		expect(take(lane, 4)).toEqual([]);
		// Nobody is first in the row any more.
		expect(lane.full(0)).toBe(false);
	});

	test('get no larger batch than the one among them allows that wants the smallest', () => {
		const lane = new Lane('e', true);
		const [small, large] = [join(lane, 5, 3), join(lane, 5, 50)];
		expect(take(lane)).toEqual([small, large, small]);
		// What wants smaller ones than there are in it already waits for the next.
		expect(take(lane)).toEqual([large, small, large]);
	});

	test('that want single records do not keep the others from filling a batch', () => {
		const lane = new Lane('e', true);
		const [large, single] = [join(lane, 3, 50), join(lane, 2, 1)];
		expect(take(lane)).toEqual([large, large, large]);
		expect(take(lane)).toEqual([single]);
		expect(take(lane)).toEqual([single]);
		expect(lane.ready).toBe(0);
	});

	test('send first what had to wait for another record of the same user', () => {
		const lane = new Lane('e', true);
		const queue = join(lane, 2);
		const freed = newEntry(queue, 2);
		lane.add(freed, true);
		expect(lane.ready).toBe(3);
		expect(lane.take(1)).toEqual([freed]);
	});

	test('that stop take back what they had waiting', () => {
		const lane = new Lane('e', true);
		const [a, b] = [join(lane, 3), join(lane, 2)];
		lane.drop(a, 3);
		expect(lane.ready).toBe(2);
		expect(take(lane)).toEqual([b, b]);
	});
});

describe('A lane is full', () => {
	test('when a batch of the endpoint is, or of whoever comes first', () => {
		const lane = new Lane('e', true);
		expect(lane.full(1)).toBe(false);
		const queue = join(lane, 4, 5);
		expect([lane.full(3), lane.full(4), lane.full(50)]).toEqual([true, true, false]);
		lane.add(newEntry(queue, 4));
		expect(lane.full(50)).toBe(true);
	});
});

describe('The first batch of a lane', () => {
	test('goes alone until it is heard of, unless MoEngage has let others in', () => {
		const lane = new Lane('e', false);
		expect(lane.aloneUntil).toBe(-Infinity);
		join(lane, 2);
		const entries = lane.take(50);
		lane.first = batchOf(lane, entries);
		expect(lane.aloneUntil).toBe(Infinity);
		entries[0].settled = true;
		expect(lane.aloneUntil).toBe(Infinity);
		lane.proven = true;
		expect(lane.aloneUntil).toBe(-Infinity);
		lane.proven = false;
		entries[1].settled = true;
		expect(lane.aloneUntil).toBe(-Infinity);
	});

	test('goes alone for 0.8 s at most while its answer is on its way', () => {
		const lane = new Lane('e', false);
		join(lane, 1);
		const entries = lane.take(50);
		lane.first = batchOf(lane, entries);
		entries[0].flying = true;
		expect(lane.aloneUntil).toBe(1800);
	});
});
