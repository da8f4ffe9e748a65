import { nextOf, RETRY_BUDGET } from '../../../nodes/MoEngageSubscription/delivery/run';
import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery/types';
import { newEntry, newQueue, newRun } from './parts';

describe('What a run may set for itself', () => {
	test('is bounded by the policy', () => {
		const set = (batchSize: number, limit: number, maxTries: number) => {
			const run = newRun(1, { settings: { batchSize, limit, maxTries } });
			return [run.batchSize, run.limit, run.maxTries];
		};
		expect(set(7, 8, 9)).toEqual([7, 8, 9]);
		expect(set(51, 101, 1)).toEqual([50, 100, 1]);
		expect(set(0, 0, 0)).toEqual([1, 1, 1]);
		expect(set(2.9, 3.9, 4.9)).toEqual([2, 3, 4]);
	});

	test('is full batches, no limit of its own, four tries and isolation, if nothing is set', () => {
		const run = newRun(1);
		expect([run.batchSize, run.limit, run.maxTries]).toEqual([50, undefined, 4]);
		expect(run.isolates).toBe(true);
		expect(newRun(1, { settings: { onRejectedBatch: 'isolate' } }).isolates).toBe(true);
		expect(newRun(1, { settings: { onRejectedBatch: 'rejectBatch' } }).isolates).toBe(false);
		expect(run.signal.aborted).toBe(false);
		expect(newRun(1, { signal: AbortSignal.abort() }).signal.aborted).toBe(true);
	});
});

describe('The fates of a run’s records', () => {
	test('are told in the records’ order, with the run’s own waiting time', () => {
		const reports: DeliveryReport<unknown, unknown>[] = [];
		const run = newRun(3, {}, (report) => reports.push(report), 1000.2);
		const queue = newQueue(run);
		const [first, second] = [newEntry(queue, 0), newEntry(queue, 1)];
		first.combined = [2];
		const [one, two] = [1, 2].map(
			(batch) => ({ status: 'accepted', result: 'ok', batch, attempts: 1 }) as const,
		);
		run.settle(second, two);
		expect([run.done, run.openRecords]).toEqual([false, 2]);
		run.settle(first, one);
		expect([run.done, run.openRecords]).toEqual([true, 0]);
		run.report(3500);
		expect(reports).toEqual([
			{ outcomes: [one, two, one], requests: 0, throttled: 0, combined: 0, waitedMs: 2500 },
		]);
	});

	test('hold nothing of what was sent', () => {
		const entry = newEntry(newQueue(newRun(1)), 0);
		entry.run.settle(entry, { status: 'notSent', cause: 'stopped' });
		expect([entry.settled, entry.value]).toEqual([true, undefined]);
	});

	test('are unknown where an answer is missing, else not sent, when the run stops', () => {
		const run = newRun(2);
		const [asked, waiting] = [0, 1].map((index) => newEntry(newQueue(run), index));
		Object.assign(asked, { attempts: 2, batch: 5, doubt: { reason: '504' } });
		run.stopped = { cause: 'unreachable', reason: 'down' };
		expect(run.leftOver(waiting)).toEqual({
			status: 'notSent',
			cause: 'unreachable',
			reason: 'down',
		});
		expect(run.leftOver(asked)).toEqual({
			status: 'unknown',
			reason: '504',
			batch: 5,
			attempts: 2,
		});
	});
});

describe('A run’s retries', () => {
	test('are so many in all, however long the list', () => {
		const run = newRun(1);
		for (let i = 0; i < RETRY_BUDGET; i += 1) expect(run.mayRetry()).toBe(true);
		expect(run.mayRetry()).toBe(false);
	});

	test('are earned back by what is accepted, never beyond the first budget', () => {
		const run = newRun(1);
		for (let i = 0; i < 10; i += 1) run.accepted();
		for (let i = 0; i < RETRY_BUDGET; i += 1) expect(run.mayRetry()).toBe(true);
		run.accepted();
		expect(run.mayRetry()).toBe(false);
		for (let i = 0; i < 4; i += 1) run.accepted();
		expect([run.mayRetry(), run.mayRetry()]).toEqual([true, false]);
	});
});

describe('Batches refused whole', () => {
	test('are configuration at the third in a row in the same words', () => {
		const run = newRun(1);
		expect(['a', 'a', 'a'].map((words) => run.refusedWholeIn(words))).toEqual([false, false, true]);
	});

	test('are not, in other words or with an acceptance between them', () => {
		const run = newRun(1);
		const found = ['a', 'a', 'b', 'b', 'a'].map((words) => run.refusedWholeIn(words));
		run.accepted();
		found.push(run.refusedWholeIn('a'), run.refusedWholeIn('a'));
		expect(found).not.toContain(true);
		expect(run.refusedWholeIn('a')).toBe(true);
	});
});

describe('The next entry of a run', () => {
	test('is one that had to wait for another first, then those that came, none twice', () => {
		const queue = newQueue(newRun(9));
		const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((index) => newEntry(queue, index));
		queue.ready.push(a, b, c);
		queue.freed.push(d, e);
		b.sent = true;
		d.settled = true;
		expect([1, 2, 3].map(() => nextOf(queue))).toEqual([e, a, c]);
		expect(nextOf(queue)).toBeUndefined();
	});
});
