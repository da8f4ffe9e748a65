import {
	isLost,
	noteVerdict,
} from '../../../nodes/MoEngageSubscription/delivery/response/noteVerdict';
import type { AnyVerdict } from '../../../nodes/MoEngageSubscription/delivery/response/handleVerdict';
import { newRun, recordsOf, sentBatch } from './builders';
import { ambiguous, failed, rejected, throttled } from './script';

/** Spelled out, so that a change of the constant is noticed. */
const LOST_GRACE_MS = 10_000;

const noResponse: AnyVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
const notTaken: AnyVerdict = { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true };
const delivered: AnyVerdict = { kind: 'delivered', result: 'ok' };
const oversized: AnyVerdict = { ...rejected(), oversized: true } as AnyVerdict;

/** Two records of one run in flight, after this verdict at 2000. */
function noted(verdict: AnyVerdict, isAttempt = true, count = 2) {
	const run = newRun(9);
	const records = recordsOf(run, count);
	const batch = sentBatch(records);
	noteVerdict(batch, verdict, run, 2000, isAttempt);
	return { run, batch, record: records[0], records };
}

describe('noteVerdict', () => {
	test('a failure counts as an attempt of the batch and of each record, a 429 doesn’t', () => {
		const { batch, records, run } = noted(failed());
		expect([batch.attempts, ...records.map(({ attempts }) => attempts)]).toEqual([1, 1, 1]);
		expect(records.map(({ state }) => state)).toEqual(['retrying', 'retrying']);
		expect(run.inFlight).toBe(0);
		const none = noted(throttled, false);
		expect([none.batch.attempts, none.record.attempts, none.run.throttled]).toEqual([0, 0, 1]);
	});

	test('a failure isn’t an attempt of the batch if the sender was stopped', () => {
		const run = newRun(9);
		const batch = sentBatch(recordsOf(run, 1));
		run.stopped = { cause: 'stopped' };
		noteVerdict(batch, failed(), run, 2000, true);
		expect(batch.attempts).toBe(0);
	});

	test('a verdict leaves settled records unchanged', () => {
		const run = newRun(9);
		const records = recordsOf(run, 2);
		const batch = sentBatch(records);
		records[0].state = 'settled';
		noteVerdict(batch, failed(), run, 2000, true);
		expect(records.map(({ state, attempts }) => [state, attempts])).toEqual([
			['settled', 0],
			['retrying', 1],
		]);
	});

	test.each([
		['failure', failed('504'), { reason: '504' }],
		['missing response', noResponse, { reason: 'timeout' }],
		['request that never arrived', notTaken, undefined],
		['rejection', rejected(), undefined],
		['rejection that contradicts itself', ambiguous, { reason: 'odd' }],
		['429', throttled, undefined],
	] as const)('a %s decides whether its records are ambiguous', (_name, verdict, expected) => {
		expect(noted(verdict).record.ambiguous).toEqual(expected);
	});

	test('a missing response holds the keys and lets fresh batches go first', () => {
		const lost = noted(noResponse);
		expect([isLost(noResponse), lost.batch.isLate]).toEqual([true, true]);
		expect(lost.record.lostUntil).toBe(2000 + LOST_GRACE_MS);
		for (const verdict of [failed(), notTaken, rejected(), delivered, throttled]) {
			const { batch, record } = noted(verdict);
			expect([isLost(verdict), batch.isLate, record.lostUntil]).toEqual([false, false, -Infinity]);
		}
	});

	test('a verdict that stops only the sender removes its request from the count', () => {
		const { run } = noted({ kind: 'fatal', reason: 'no key', scope: 'sender' }, false);
		expect(run.requests).toBe(0);
		expect(noted({ kind: 'fatal', reason: '402', scope: 'run' }).run.requests).toBe(1);
	});

	test('a batch that is too large halves the batch size, a single record doesn’t', () => {
		const { run } = noted(oversized, true, 8);
		expect([run.batchSize, run.isLimited]).toEqual([4, true]);
		const single = noted(oversized, true, 1).run;
		expect([single.batchSize, single.isLimited]).toEqual([50, false]);
	});

	test.each([
		['delivered', delivered, false],
		['rejected', rejected(), false],
		['failed', failed(), true],
		['throttled', throttled, true],
	] as const)(
		'a verdict ends the trial of a smaller batch size only if it confirms the size: %s',
		(_, verdict, is) => {
			const run = newRun(9);
			run.shrinkBatches(8);
			noteVerdict(sentBatch(recordsOf(run, 2)), verdict, run, 2000, true);
			expect(run.isLimited).toBe(is);
		},
	);

	test('a rejection keeps the reason that also fits records outside the batch', () => {
		const { run } = noted({
			kind: 'rejected',
			reason: 'u0',
			fingerprint: 'w',
			sharedReason: 'some user',
		});
		expect(run.lastRejection).toBe('some user');
		expect(noted(rejected('bad')).run.lastRejection).toBe('bad');
	});

	test('any other verdict between two denials restarts the count', () => {
		const run = newRun(9);
		run.onDenied();
		noteVerdict(sentBatch(recordsOf(run, 1)), failed(), run, 2000, true);
		expect(run.onDenied()).toBe(false);
		noteVerdict(
			sentBatch(recordsOf(run, 1)),
			{ kind: 'fatal', reason: '402', scope: 'run' },
			run,
			2000,
			true,
		);
		expect(run.onDenied()).toBe(true);
	});
});
