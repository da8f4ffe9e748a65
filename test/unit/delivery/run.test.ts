import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery/types';
import { RETRY_BUDGET } from '../../../nodes/MoEngageSubscription/delivery/tuning';
import { newRun } from './builders';

describe('What a run may set for itself', () => {
	test('is bounded by the policy', () => {
		const set = (batchSize: number, limit: number, maxTries: number) => {
			const run = newRun(1, { settings: { batchSize, limit, maxTries } });
			return [run.batchSize, run.limit, run.maxTries];
		};
		expect(set(7, 8, 9)).toEqual([7, 8, 9]);
		expect(set(51, 101, 1)).toEqual([50, undefined, 1]);
		expect(set(0, 0, 0)).toEqual([1, 1, 1]);
		expect(set(2.9, 3.9, 4.9)).toEqual([2, 3, 4]);
	});

	test('defaults to full batches, no limit of its own, four attempts and bisecting', () => {
		const run = newRun(1);
		expect([run.batchSize, run.limit, run.maxTries]).toEqual([50, undefined, 4]);
		expect(run.isolates).toBe(true);
		expect(newRun(1, { settings: { onRejectedBatch: 'isolate' } }).isolates).toBe(true);
		expect(newRun(1, { settings: { onRejectedBatch: 'rejectBatch' } }).isolates).toBe(false);
		expect(run.signal.aborted).toBe(false);
		expect(newRun(1, { signal: AbortSignal.abort() }).signal.aborted).toBe(true);
	});
});

describe('The outcomes of a run', () => {
	test('are reported in the records’ order, with the run’s own waiting time', () => {
		const reports: DeliveryReport<unknown, unknown>[] = [];
		const run = newRun(3, {}, (report) => reports.push(report), 1000.2);
		const [one, two] = [1, 2].map(
			(batch) => ({ status: 'accepted', result: 'ok', batch, attempts: 1 }) as const,
		);
		run.settle([1], two);
		expect([run.isDone, run.openRecords]).toEqual([false, 2]);
		run.settle([0, 2], one);
		expect([run.isDone, run.openRecords]).toEqual([true, 0]);
		run.report(3500);
		const counts = { requests: 0, throttled: 0, merged: 0, serialized: 0 };
		expect(reports).toEqual([{ outcomes: [one, two, one], ...counts, waitedMs: 2500 }]);
	});
});

describe('A run’s own limit', () => {
	test('lets so many of its requests leave in any window, counted from the response', () => {
		const run = newRun(9, { settings: { limit: 2 } });
		expect(run.isLimited).toBe(true);
		run.onSent(0);
		expect(run.openAt(0)).toBe(0);
		run.onSent(0);
		expect(run.openAt(100)).toBe(Infinity);
		run.onResponse(500, false);
		expect(run.openAt(500)).toBe(60_500);
	});

	test('is none if it is not below the endpoint’s', () => {
		const run = newRun(9, { settings: { limit: 100 } });
		expect([run.limit, run.isLimited]).toEqual([undefined, false]);
		for (let i = 0; i < 200; i += 1) run.onSent(0);
		expect(run.openAt(0)).toBe(0);
	});

	test('adds the time that only it held records back to the waiting time', () => {
		const reports: DeliveryReport<unknown, unknown>[] = [];
		const run = newRun(0, { settings: { limit: 1 } }, (report) => reports.push(report));
		run.waitsForOwnLimit(1000);
		run.waitsForOwnLimit(2000);
		run.onSent(5000);
		run.onSent(9000);
		run.report(0);
		expect(reports[0]).toMatchObject({ waitedMs: 4000, requests: 2 });
	});
});

describe('A run’s batch size', () => {
	test('is halved after a batch that was too large, down to one', () => {
		const run = newRun(9, { settings: { batchSize: 9 } });
		const sizes = [9, 5, 3, 2, 1].map((size) => {
			run.shrinkBatches(size);
			return run.batchSize;
		});
		expect(sizes).toEqual([5, 3, 2, 1, 1]);
	});

	test('never grows if an earlier, larger batch is found too large later', () => {
		const run = newRun(9, { settings: { batchSize: 9 } });
		run.shrinkBatches(4);
		run.shrinkBatches(9);
		expect(run.batchSize).toBe(2);
	});

	test('is tried by one request at a time until a batch is not too large', () => {
		const run = newRun(9);
		run.onSent(0);
		run.shrinkBatches(9);
		expect([run.isLimited, run.openAt(0)]).toEqual([true, Infinity]);
		run.onResponse(500, false);
		expect(run.openAt(500)).toBe(500);
		run.onSent(500);
		expect(run.openAt(600)).toBe(Infinity);
		run.keepBatchSize();
		expect([run.isLimited, run.openAt(600)]).toEqual([false, 600]);
	});
});

describe('A run’s retries', () => {
	test('are so many in all, however long the list', () => {
		const run = newRun(1);
		for (let i = 0; i < RETRY_BUDGET; i += 1) expect(run.acquireRetryToken()).toBe(true);
		expect(run.acquireRetryToken()).toBe(false);
	});

	test('are earned back by what is accepted, never beyond the first budget', () => {
		const run = newRun(1);
		for (let i = 0; i < 10; i += 1) run.onAccepted();
		for (let i = 0; i < RETRY_BUDGET; i += 1) expect(run.acquireRetryToken()).toBe(true);
		run.onAccepted();
		expect(run.acquireRetryToken()).toBe(false);
		for (let i = 0; i < 4; i += 1) run.onAccepted();
		expect([run.acquireRetryToken(), run.acquireRetryToken()]).toEqual([true, false]);
	});
});

describe('Responses such as 402', () => {
	test('end a run at the second in a row', () => {
		const run = newRun(1);
		expect([run.onDenied(), run.onDenied()]).toEqual([false, true]);
	});

	test('begin anew after any other response', () => {
		const run = newRun(1);
		const ends = [run.onDenied()];
		run.onNotDenied();
		ends.push(run.onDenied(), run.onDenied());
		expect(ends).toEqual([false, false, true]);
	});
});

describe('Whole batches that are rejected', () => {
	/** Whether it looks like the configuration after whole batches of these sizes. */
	const suspicious = (...batches: [fingerprint: string, records: number][]) => {
		const run = newRun(1);
		for (const [fingerprint, records] of batches) run.onWholeBatchRejected(fingerprint, records);
		return run.isSuspicious;
	};

	test('are suspicious at the third for one reason, or at fifty records', () => {
		expect(suspicious(['a', 2], ['a', 2])).toBe(false);
		expect(suspicious(['a', 2], ['a', 2], ['a', 2])).toBe(true);
		expect(suspicious(['a', 49])).toBe(false);
		expect(suspicious(['a', 25], ['a', 25])).toBe(true);
	});

	test('are not for different reasons, or with an acceptance between them', () => {
		expect(suspicious(['a', 2], ['a', 2], ['b', 48], ['a', 2])).toBe(false);
		const run = newRun(1);
		run.onWholeBatchRejected('a', 49);
		run.onAccepted();
		run.onWholeBatchRejected('a', 49);
		expect(run.isSuspicious).toBe(false);
	});

	test('are configuration if far records were rejected for the same reason', () => {
		const run = newRun(1);
		expect(run.isConfiguration('a')).toBe(false);
		run.onWholeBatchRejected('a', 50);
		expect([run.isConfiguration('a'), run.isConfiguration('b')]).toEqual([true, false]);
		expect(run.isConfiguration(undefined)).toBe(false);
		run.onNotConfiguration();
		expect(run.isConfiguration('a')).toBe(false);
	});
});
