import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery/types';
import { newRun } from './builders';

/** Retries per run, spelled out, so that a change of the constant is noticed. */
const RETRY_BUDGET = 90;

describe('Run settings', () => {
	test('the policy bounds a run’s settings', () => {
		const set = (batchSize: number, limit: number, maxTries: number) => {
			const run = newRun(1, { settings: { batchSize, limit, maxTries } });
			return [run.batchSize, run.limit, run.maxTries];
		};
		expect(set(7, 8, 9)).toEqual([7, 8, 9]);
		expect(set(51, 101, 1)).toEqual([50, undefined, 1]);
		expect(set(0, 0, 0)).toEqual([1, 1, 1]);
		expect(set(2.9, 3.9, 4.9)).toEqual([2, 3, 4]);
	});

	test('a run defaults to full batches, no separate limit, four attempts and bisecting', () => {
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
	test('outcomes are reported in the records’ order, with the run’s waiting time', () => {
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
	test('a run’s own limit caps its requests in any window, counted from the response', () => {
		const run = newRun(9, { settings: { limit: 2 } });
		expect(run.isLimited).toBe(true);
		run.onSent(0);
		expect(run.openAt(0)).toBe(0);
		run.onSent(0);
		expect(run.openAt(100)).toBe(Infinity);
		run.onResponse(500, false);
		expect(run.openAt(500)).toBe(60_500);
	});

	test('a run’s limit that isn’t below the endpoint’s is ignored', () => {
		const run = newRun(9, { settings: { limit: 100 } });
		expect([run.limit, run.isLimited]).toEqual([undefined, false]);
		for (let i = 0; i < 200; i += 1) run.onSent(0);
		expect(run.openAt(0)).toBe(0);
	});

	test('the waiting time includes time in which only the run’s own limit delays records', () => {
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
	test('a batch that was too large halves the batch size, down to one', () => {
		const run = newRun(9, { settings: { batchSize: 9 } });
		const sizes = [9, 5, 3, 2, 1].map((size) => {
			run.shrinkBatches(size);
			return run.batchSize;
		});
		expect(sizes).toEqual([5, 3, 2, 1, 1]);
	});

	test('the batch size never grows if an earlier, larger batch turns out too large later', () => {
		const run = newRun(9, { settings: { batchSize: 9 } });
		run.shrinkBatches(4);
		run.shrinkBatches(9);
		expect(run.batchSize).toBe(2);
	});

	test('a smaller batch size is tested with one request at a time until one isn’t too large', () => {
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
	test('a run’s retry budget doesn’t depend on the length of its list', () => {
		const run = newRun(1);
		for (let i = 0; i < RETRY_BUDGET; i += 1) expect(run.acquireRetryToken()).toBe(true);
		expect(run.acquireRetryToken()).toBe(false);
	});

	test('accepted records earn retries back, never beyond the initial budget', () => {
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
	test('the second response such as 402 in a row ends a run', () => {
		const run = newRun(1);
		expect([run.onDenied(), run.onDenied()]).toEqual([false, true]);
	});

	test('any other response restarts the count of denials', () => {
		const run = newRun(1);
		const ends = [run.onDenied()];
		run.onNotDenied();
		ends.push(run.onDenied(), run.onDenied());
		expect(ends).toEqual([false, false, true]);
	});
});

describe('Whole batches that are rejected', () => {
	/** Whether the run is suspicious after whole batches of these sizes are rejected. */
	const suspicious = (...batches: [fingerprint: string, records: number][]) => {
		const run = newRun(1);
		for (const [fingerprint, records] of batches) run.onWholeBatchRejected(fingerprint, records);
		return run.isSuspicious;
	};

	test('a run is suspicious after three whole batches or fifty records rejected for one reason', () => {
		expect(suspicious(['a', 2], ['a', 2])).toBe(false);
		expect(suspicious(['a', 2], ['a', 2], ['a', 2])).toBe(true);
		expect(suspicious(['a', 49])).toBe(false);
		expect(suspicious(['a', 25], ['a', 25])).toBe(true);
	});

	test('different reasons or an acceptance in between keep a run from being suspicious', () => {
		expect(suspicious(['a', 2], ['a', 2], ['b', 48], ['a', 2])).toBe(false);
		const run = newRun(1);
		run.onWholeBatchRejected('a', 49);
		run.onAccepted();
		run.onWholeBatchRejected('a', 49);
		expect(run.isSuspicious).toBe(false);
	});

	test('a rejection is configuration if whole batches were rejected for the same reason', () => {
		const run = newRun(1);
		expect(run.isConfiguration('a')).toBe(false);
		run.onWholeBatchRejected('a', 50);
		expect([run.isConfiguration('a'), run.isConfiguration('b')]).toEqual([true, false]);
		expect(run.isConfiguration(undefined)).toBe(false);
		run.onNotConfiguration();
		expect(run.isConfiguration('a')).toBe(false);
	});
});

describe('A run’s bisected records', () => {
	test('a run expects many rejections once a quarter of at least twenty bisected records was rejected', () => {
		const run = newRun(1);
		run.onBisected(14, 0);
		run.onBisected(5, 5);
		expect(run.expectsManyRejections).toBe(false);
		run.onBisected(1, 0);
		expect(run.expectsManyRejections).toBe(true);
		run.onBisected(1, 0);
		expect(run.expectsManyRejections).toBe(false);
	});
});
