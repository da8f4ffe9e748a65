import type { Batch } from '../../../nodes/MoEngageSubscription/delivery/batch';
import { BatchBisection } from '../../../nodes/MoEngageSubscription/delivery/response/bisection';
import type { Effect } from '../../../nodes/MoEngageSubscription/delivery/response/effects';
import {
	handleVerdict,
	leftOver,
	type AnyVerdict,
	type VerdictView,
} from '../../../nodes/MoEngageSubscription/delivery/response/handleVerdict';
import { noteVerdict } from '../../../nodes/MoEngageSubscription/delivery/response/noteVerdict';
import type { NotSentCause } from '../../../nodes/MoEngageSubscription/delivery/types';
import { newRun, recordsOf, sentBatch } from './builders';
import { ambiguous, failed, rejected, throttled, unauthorized } from './script';

const notTaken: AnyVerdict = { kind: 'transient', reason: 'no host', notTaken: true };

/** The effects of a verdict at 2000; settled records and stopped runs are applied as the queue does. */
function effects(batch: Batch, verdict: AnyVerdict, more: Partial<VerdictView> = {}): Effect[] {
	const sender = batch.records[0].run;
	noteVerdict(batch, verdict, sender, 2000, verdict.kind !== 'throttled' && !more.pausedUntil);
	const all: Effect[] = [];
	for (const effect of handleVerdict(batch, verdict, {
		sender,
		now: 2000,
		random: () => 1,
		...more,
	})) {
		all.push(effect);
		if (effect.kind === 'settle') effect.record.state = 'settled';
		if (effect.kind === 'stop') effect.run.stopped = { cause: effect.cause };
	}
	return all;
}

const kinds = (all: Effect[]) => all.map(({ kind }) => kind);
const outcomes = (all: Effect[]) =>
	all.flatMap((effect) => (effect.kind === 'settle' ? [effect.outcome] : []));
const bisections = (all: Effect[]) =>
	all.flatMap((effect) => (effect.kind === 'bisect' ? [effect.bisection] : []));

/** A batch with this many records of each of several runs. */
function batchOf(...counts: number[]) {
	const runs = counts.map((count) => newRun(count));
	return { runs, batch: sentBatch(runs.flatMap((run, i) => recordsOf(run, counts[i]))) };
}

describe('An acceptance', () => {
	test('an acceptance settles all records and resumes each run', () => {
		const { batch, runs } = batchOf(2, 1);
		const all = effects(batch, { kind: 'delivered', result: 'ok' });
		expect(kinds(all)).toEqual(['settle', 'settle', 'settle', 'resume', 'resume']);
		expect(all.slice(3)).toEqual(runs.map((run) => ({ kind: 'resume', run })));
		expect(outcomes(all)[0]).toEqual({ status: 'accepted', result: 'ok', batch: 1, attempts: 1 });
	});

	test('an accepted part of a bisection leads to the next part', () => {
		const records = recordsOf(newRun(2), 2);
		const bisection = new BatchBisection(records, 'rejected', 'e', records[0].run);
		const batch = sentBatch(bisection.next()!, bisection);
		expect(kinds(effects(batch, { kind: 'delivered', result: 'ok' }))).toEqual([
			...['settle', 'resume', 'leaveOver', 'step'],
		]);
		expect(bisection.wholeBatchFingerprint).toBeUndefined();
	});
});

describe('A rejection', () => {
	test('a rejection of one record settles it', () => {
		const all = effects(batchOf(1).batch, rejected('no'));
		expect(outcomes(all)).toEqual([{ status: 'rejected', reason: 'no', batch: 1, attempts: 1 }]);
		expect(kinds(all)).toEqual(['settle']);
	});

	test('a rejected batch of one run is bisected as known to contain the fault', () => {
		const { batch, runs } = batchOf(3);
		const [bisection] = bisections(effects(batch, rejected()));
		expect([bisection.cause, bisection.owner, bisection.size]).toEqual(['rejected', runs[0], 3]);
	});

	test('a rejected batch is bisected for each run with several records, and for all single contacts together', () => {
		const { batch, runs } = batchOf(2, 1, 3, 1);
		const found = bisections(effects(batch, rejected()));
		expect(found.map(({ owner, size, cause }) => [owner, size, cause])).toEqual([
			[runs[0], 2, 'suspected'],
			[undefined, 2, 'suspected'],
			[runs[2], 3, 'suspected'],
		]);
	});

	test('a rejected batch of single contacts is bisected as known, one with its own limit separately', () => {
		const [known] = bisections(effects(batchOf(1, 1).batch, rejected()));
		expect([known.owner, known.cause]).toEqual([undefined, 'rejected']);
		const limited = newRun(1, { settings: { limit: 3 } });
		const batch = sentBatch([...recordsOf(newRun(1), 1), ...recordsOf(limited, 1)]);
		expect(bisections(effects(batch, rejected())).map(({ owner }) => owner)).toEqual([
			undefined,
			limited,
		]);
	});

	test('a rejection settles the records of runs that don’t bisect, and bisects the others', () => {
		const whole = newRun(2, { settings: { onRejectedBatch: 'rejectBatch' } });
		const parts = newRun(2);
		const batch = sentBatch([...recordsOf(whole, 2), ...recordsOf(parts, 2)]);
		const all = effects(batch, rejected());
		expect(outcomes(all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect(bisections(all).map(({ owner, cause }) => [owner, cause])).toEqual([
			[parts, 'suspected'],
		]);
	});

	test('a rejection splits merged records before any of them counts', () => {
		const { batch } = batchOf(1);
		batch.records[0].merged = [5];
		const all = effects(batch, rejected());
		expect(kinds(all)).toEqual(['split']);
	});

	test('a batch that is too large returns its records to the queue; a single record is settled', () => {
		const oversized = { ...rejected(), oversized: true } as AnyVerdict;
		expect(kinds(effects(batchOf(2).batch, oversized))).toEqual(['leaveOver', 'requeue']);
		expect(kinds(effects(batchOf(1).batch, oversized))).toEqual(['settle']);
	});

	test('a rejected setting that the batch has in common settles every record, without a bisection', () => {
		const common = { ...rejected(), common: true } as AnyVerdict;
		expect(kinds(effects(batchOf(3).batch, common))).toEqual(['settle', 'settle', 'settle']);
	});

	test('a rejection after an attempt that may have been applied leaves the record unconfirmed', () => {
		const { batch } = batchOf(1);
		batch.records[0].ambiguous = { reason: '504' };
		const [outcome] = outcomes(effects(batch, rejected('no')));
		const status = { status: 'unconfirmed', reason: '504', batch: 1, attempts: 1 };
		expect(outcome).toEqual({ ...status, rejection: 'no' });
	});

	test('a response that contradicts itself leaves the record unconfirmed without a rejection', () => {
		expect(outcomes(effects(batchOf(1).batch, ambiguous))).toEqual([
			{ status: 'unconfirmed', reason: 'odd', batch: 1, attempts: 1 },
		]);
	});

	test('a rejected part with one record settles it and continues the bisection', () => {
		const records = recordsOf(newRun(2), 2);
		const bisection = new BatchBisection(records, 'rejected', 'e', records[0].run);
		const all = effects(sentBatch(bisection.next()!, bisection), rejected('no'));
		expect(kinds(all)).toEqual(['settle', 'leaveOver', 'step']);
	});

	test('a rejected merged record in a bisection is split', () => {
		const records = recordsOf(newRun(2), 2);
		records[0].merged = [7];
		const bisection = new BatchBisection(records, 'suspected', 'e', records[0].run);
		bisection.markRejected('no');
		const all = effects(sentBatch(bisection.next()!, bisection), rejected('no'));
		expect(kinds(all)).toEqual(['split', 'step']);
	});
});

describe('A 429', () => {
	test('a 429 resends the same records as soon as the limit allows', () => {
		const { batch } = batchOf(2);
		const [effect] = effects(batch, throttled);
		expect(effect).toEqual({ kind: 'resend', batch, records: batch.records, notBefore: 0 });
	});
});

describe('A failure', () => {
	test('a failure resends the batch after a backoff', () => {
		const { batch } = batchOf(2);
		expect(effects(batch, failed())).toEqual([
			{ kind: 'resend', batch, records: batch.records, notBefore: 3000 },
		]);
	});

	test('the last failed attempt leaves a record unconfirmed, or not sent if it never arrived', () => {
		const last = (verdict: AnyVerdict) => {
			const batch = sentBatch(recordsOf(newRun(1, { settings: { maxTries: 1 } }), 1));
			return outcomes(effects(batch, verdict));
		};
		expect(last(failed('504'))).toEqual([
			{ status: 'unconfirmed', reason: '504', batch: 1, attempts: 1 },
		]);
		expect(last(notTaken)).toEqual([
			{ status: 'notSent', cause: 'noConnection', reason: 'no host' },
		]);
	});

	test('a failure stops a run that has no retry left', () => {
		const { batch, runs } = batchOf(2);
		while (runs[0].acquireRetryToken());
		const all = effects(batch, failed('503'));
		expect(kinds(all)).toEqual(['stop', 'settle', 'settle']);
		expect(all[0]).toMatchObject({ cause: 'unreachable', reason: '503' });
	});

	test('a failure during maintenance isn’t an attempt and is resent when maintenance ends', () => {
		const { batch, runs } = batchOf(1);
		while (runs[0].acquireRetryToken());
		expect(effects(batch, failed(), { pausedUntil: 9000 })).toEqual([
			{ kind: 'resend', batch, records: batch.records, notBefore: 9000 },
		]);
	});

	test('a failure caused by the Stop of the sender costs the other runs nothing', () => {
		const { batch, runs } = batchOf(1, 1);
		runs[0].stopped = { cause: 'stopped' };
		batch.records[0].state = 'settled';
		const [effect] = effects(batch, failed());
		expect(effect).toMatchObject({ kind: 'resend', notBefore: 0, records: [batch.records[1]] });
	});

	test('a part that fails its last attempt keeps the bisection from counting as a whole rejected batch', () => {
		const records = recordsOf(newRun(2, { settings: { maxTries: 1 } }), 2);
		const bisection = new BatchBisection(records, 'rejected', 'e', records[0].run);
		const all = effects(sentBatch(bisection.next()!, bisection), failed());
		expect(kinds(all)).toEqual(['settle', 'step']);
		bisection.next();
		bisection.markRejected('no');
		expect(bisection.wholeBatchFingerprint).toBeUndefined();
	});
});

describe('A fatal response', () => {
	test('a fatal response stops all runs with an open record of the partition', () => {
		const { batch } = batchOf(1, 1);
		const all = effects(batch, unauthorized);
		expect(kinds(all)).toEqual(['stopPartition', 'leaveOver']);
		expect(all[0]).toMatchObject({ key: 'e', reason: '401' });
	});

	test('a fatal response about one run stops it when a second one confirms it', () => {
		const { batch } = batchOf(2);
		const denied: AnyVerdict = { kind: 'fatal', reason: '402', scope: 'run' };
		expect(effects(batch, denied)).toEqual([
			{ kind: 'resend', batch, records: batch.records, notBefore: 3000 },
		]);
		for (const record of batch.records) record.state = 'inFlight';
		expect(kinds(effects(batch, denied))).toEqual(['stop', 'resend']);
	});

	test('a fatal response about one run of several resends the records of each run separately', () => {
		const { batch, runs } = batchOf(1, 1);
		const all = effects(batch, { kind: 'fatal', reason: '402', scope: 'run' });
		expect(all).toEqual([{ kind: 'separate', batch, records: batch.records }]);
		// None of them has been denied so far.
		expect(runs.map((run) => run.onDenied())).toEqual([false, false]);
	});

	test('a fatal response about the sender stops only the sender and resends the rest at once', () => {
		const { batch, runs } = batchOf(1, 1);
		const all = effects(batch, { kind: 'fatal', reason: 'no key', scope: 'sender' });
		expect(kinds(all)).toEqual(['stop', 'resend']);
		expect(all[0]).toMatchObject({ run: runs[0], cause: 'fatal' });
		expect(all[1]).toMatchObject({ notBefore: 0 });
	});
});

describe('A record that a stopped run leaves behind', () => {
	test.each(['stopped', 'fatal', 'dayLimit'] as NotSentCause[])(
		'a record of a run that ended because of %s is not sent, or unconfirmed if it may have been applied',
		(cause) => {
			const [record] = recordsOf(newRun(1), 1);
			record.run.stopped = { cause, reason: 'why' };
			expect(leftOver(record)).toEqual({ status: 'notSent', cause, reason: 'why' });
			Object.assign(record, { ambiguous: { reason: '504' }, batch: 5, attempts: 2 });
			const unconfirmed = { status: 'unconfirmed', reason: '504', batch: 5, attempts: 2 };
			expect(leftOver(record)).toEqual(unconfirmed);
		},
	);
});
