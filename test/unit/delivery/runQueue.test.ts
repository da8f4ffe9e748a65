import { RunQueue } from '../../../nodes/MoEngageSubscription/delivery/runQueue';
import { newRun, recordsOf } from './builders';

function queueOf(count: number) {
	const run = newRun(count);
	return { queue: new RunQueue(run, 'e'), records: recordsOf(run, count) };
}

describe('RunQueue', () => {
	test('a queue returns records that waited first, then the others in order, each once', () => {
		const { queue, records } = queueOf(5);
		const [a, b, c, d, e] = records;
		for (const one of [a, b, c]) queue.add(one);
		for (const one of [d, e]) queue.addFirst(one);
		expect(records.map(({ state }) => state)).toEqual(Array(5).fill('ready'));
		expect(queue.size).toBe(5);
		const taken = [1, 2, 3, 4, 5].map(() => {
			const record = queue.take();
			if (record) record.state = 'inFlight';
			return record;
		});
		expect(taken).toEqual([d, e, a, b, c]);
		expect([queue.size, queue.take()]).toEqual([0, undefined]);
	});

	test('a queue skips a record that was taken by other means', () => {
		const { queue, records } = queueOf(3);
		for (const one of records) queue.add(one);
		records[1].state = 'bisecting';
		queue.leftOut();
		expect(queue.size).toBe(2);
		expect([queue.take(), queue.take(), queue.take()]).toEqual([
			...[records[0], records[2], undefined],
		]);
		expect(queue.size).toBe(0);
	});

	// `take` on an empty queue must not move past the end, or the next record would be skipped.
	test('a queue returns records added after it was empty', () => {
		const { queue, records } = queueOf(2);
		queue.add(records[0]);
		queue.take();
		expect(queue.take()).toBeUndefined();
		queue.add(records[1]);
		expect(queue.size).toBe(1);
		expect(queue.take()).toBe(records[1]);
	});

	test('a cleared queue has nothing left', () => {
		const { queue, records } = queueOf(3);
		queue.add(records[0]);
		queue.add(records[1]);
		queue.addFirst(records[2]);
		queue.clear();
		expect([queue.size, queue.take()]).toEqual([0, undefined]);
	});
});
