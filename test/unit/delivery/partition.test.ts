import { Partition } from '../../../nodes/MoEngageSubscription/delivery/partition';
import { RunQueue } from '../../../nodes/MoEngageSubscription/delivery/runQueue';
import { newRecord, newRun } from './builders';

const all = () => true;

/** The queue of a run with `count` ready records. */
function join(partition: Partition, count: number, batchSize = 50) {
	const run = newRun(count, { settings: { batchSize } });
	const queue = new RunQueue(run, 'e');
	for (let index = 0; index < count; index += 1) queue.add(newRecord(run, index));
	partition.join(queue);
	return queue;
}

/** The runs whose records are in the next batch. */
function take(partition: Partition, batchSize = 50, maySend: (run: unknown) => boolean = all) {
	const records = partition.take(batchSize, maySend);
	for (const record of records) record.state = 'inFlight';
	return records.map(({ run }) => run);
}

describe('Runs in one partition', () => {
	test('runs take turns with one record each, also from batch to batch', () => {
		const partition = new Partition('e', true);
		const [a, b, c] = [join(partition, 4), join(partition, 2), join(partition, 1)].map(
			({ run }) => run,
		);
		expect(take(partition, 4)).toEqual([a, b, c, a]);
		expect(take(partition, 4)).toEqual([b, a, a]);
		expect(partition.hasWork(50, all)).toBe(false);
		expect(take(partition, 4)).toEqual([]);
	});

	test('a run leaves the partition when it has nothing left to send', () => {
		const partition = new Partition('e', true);
		const [a, b] = [join(partition, 3).run, join(partition, 1).run];
		expect(take(partition, 4)).toEqual([a, b, a, a]);
		expect(take(partition, 4)).toEqual([]);
		expect(partition.isFull(1, all)).toBe(false);
	});

	test('runs with different batch sizes go in separate batches', () => {
		const partition = new Partition('e', true);
		const [small, large] = [join(partition, 5, 3).run, join(partition, 5, 50).run];
		expect(take(partition)).toEqual([small, small, small]);
		expect(take(partition)).toEqual([large, large, large, large, large]);
		expect(take(partition)).toEqual([small, small]);
	});

	test('runs with batch size 1 don’t keep the others from filling a batch', () => {
		const partition = new Partition('e', true);
		const [large, single] = [join(partition, 3, 50).run, join(partition, 2, 1).run];
		expect(take(partition)).toEqual([large, large, large]);
		expect(take(partition)).toEqual([single]);
		expect(take(partition)).toEqual([single]);
		expect(partition.hasWork(50, all)).toBe(false);
	});

	test('a record that had to wait for another one of the same user is sent first', () => {
		const partition = new Partition('e', true);
		const queue = join(partition, 2);
		const freed = newRecord(queue.run, 2);
		queue.addFirst(freed);
		expect(partition.take(1, all)).toEqual([freed]);
	});

	test('a stopped run has no waiting record left', () => {
		const partition = new Partition('e', true);
		const [a, b] = [join(partition, 3), join(partition, 2)];
		partition.drop(a);
		expect(take(partition)).toEqual([b.run, b.run]);
	});

	test('runs that may not send now are skipped and keep their turn', () => {
		const partition = new Partition('e', true);
		const [held, other] = [join(partition, 2).run, join(partition, 3).run];
		const maySend = (run: unknown) => run !== held;
		expect(take(partition, 2, maySend)).toEqual([other, other]);
		expect(partition.hasWork(50, maySend)).toBe(true);
		expect(take(partition, 2)).toEqual([held, other]);
		expect([partition.hasWork(50, maySend), partition.hasWork(50, all)]).toEqual([false, true]);
		expect(take(partition, 2, maySend)).toEqual([]);
		expect(take(partition, 2)).toEqual([held]);
	});
});

describe('Partition.isFull', () => {
	test('a partition is full if it fills a batch of the endpoint or of the next run', () => {
		const partition = new Partition('e', true);
		expect(partition.isFull(1, all)).toBe(false);
		const queue = join(partition, 4, 5);
		expect([3, 4, 50].map((size) => partition.isFull(size, all))).toEqual([true, true, false]);
		queue.add(newRecord(queue.run, 4));
		expect(partition.isFull(50, all)).toBe(true);
	});

	test('only records of runs that may send with the same batch size fill a partition', () => {
		const partition = new Partition('e', true);
		const [a, b] = [join(partition, 2, 3), join(partition, 2, 4)];
		expect(partition.isFull(50, all)).toBe(false);
		join(partition, 1, 3);
		expect(partition.isFull(50, all)).toBe(true);
		expect(partition.isFull(50, (run) => run !== a.run)).toBe(false);
		expect(partition.isFull(2, (run) => run === b.run)).toBe(true);
	});
});
