import type { Batch } from '../batch';
import type { QueuedRecord } from '../record';
import type { AnyOutcome, Run } from '../run';
import { DENIAL_RETRY_MS, RETRY_CAP_MS, RETRY_MS } from '../tuning';
import type { Verdict } from '../types';
import { BatchBisection } from './bisection';
import type { Effect } from './effects';

export type AnyVerdict = Verdict<unknown, unknown>;
type Rejected = Extract<AnyVerdict, { kind: 'rejected' }>;

/** What the decision needs besides the batch and the verdict. */
export interface VerdictView {
	/** The run in whose name the batch was sent. */
	sender: Run;
	now: number;
	random: () => number;
	/** Set while the endpoint is down for maintenance: nothing leaves before this moment. */
	pausedUntil?: number;
}

type Effects = Generator<Effect, void, void>;

/**
 * Decides what a verdict means for the records of its batch and their runs. It changes nothing of
 * the endpoint: the queue applies each effect before the next one is decided.
 */
export function* handleVerdict(batch: Batch, verdict: AnyVerdict, view: VerdictView): Effects {
	const open = batch.records.filter((record) => !record.isSettled);
	switch (verdict.kind) {
		case 'delivered':
			return yield* onDelivered(batch, open, verdict.result);
		case 'rejected':
			return yield* onRejected(batch, open, verdict);
		case 'throttled':
			return yield { kind: 'resend', batch, records: open, notBefore: 0 };
		case 'transient':
			return yield* onTransient(batch, open, verdict.reason, view);
		case 'fatal':
			return yield* onFatal(batch, open, verdict, view);
		default:
			verdict satisfies never;
	}
}

function* onDelivered(batch: Batch, open: readonly QueuedRecord[], result: unknown): Effects {
	for (const record of open) {
		const { attempts, run } = record;
		yield settle(record, { status: 'accepted', result, batch: record.batch, attempts });
		run.onAccepted();
	}
	for (const run of runsOf(open)) yield { kind: 'resume', run };
	const { bisection } = batch;
	if (bisection === undefined) return;
	bisection.markAccepted(open.length);
	yield { kind: 'leaveOver', records: open };
	yield { kind: 'step', bisection };
}

function* onRejected(batch: Batch, open: readonly QueuedRecord[], verdict: Rejected): Effects {
	const { bisection } = batch;
	if (bisection !== undefined) {
		return yield* onStepRejected(batch, bisection, open, verdict);
	}
	if (verdict.common) {
		for (const record of open) yield settle(record, rejection(record, verdict));
		return;
	}
	// What was sent counts: a record that a Stop has settled meanwhile may be the one at fault.
	const isAlone = batch.records.length === 1;
	if (!isAlone) yield { kind: 'leaveOver', records: open };
	if (verdict.oversized && !isAlone) {
		return yield { kind: 'requeue', records: stillOpen(open) };
	}
	for (const record of stillOpen(open)) {
		if (!record.run.isolates || record.run.stopped)
			yield settle(record, rejection(record, verdict));
	}
	const rest = stillOpen(open);
	if (rest.some(({ merged }) => merged !== undefined)) {
		// Which of the merged records is at fault isn't known: each counts separately.
		return yield { kind: 'split', batch, records: rest };
	}
	const [first] = rest;
	if (first === undefined) return;
	if (isAlone) yield settle(first, rejection(first, verdict));
	else yield* bisect(batch, rest, rest.length === batch.records.length);
}

/**
 * Bisecting is each run's own business, or a list of rejected users would hold up every run that
 * shared a request with it. Single contacts of several runs are bisected together.
 */
function* bisect(batch: Batch, records: readonly QueuedRecord[], isWhole: boolean): Effects {
	const parts = new Map<Run | undefined, QueuedRecord[]>();
	const count = (run: Run) => records.filter((record) => record.run === run).length;
	for (const run of runsOf(records)) {
		const owner = count(run) > 1 || run.limit !== undefined ? run : undefined;
		const own = records.filter((record) => record.run === run);
		parts.set(owner, [...(parts.get(owner) ?? []), ...own]);
	}
	const cause = parts.size === 1 && isWhole ? 'rejected' : 'suspected';
	for (const [owner, part] of parts) {
		const bisection = new BatchBisection(part, cause, batch.partition.key, owner);
		yield { kind: 'bisect', bisection, records: part };
	}
}

function* onStepRejected(
	batch: Batch,
	bisection: BatchBisection,
	open: readonly QueuedRecord[],
	verdict: Rejected,
): Effects {
	const [first] = open;
	if (open.length === 1 && first?.merged !== undefined && !first.run.stopped) {
		bisection.markGone();
		yield { kind: 'split', batch, records: open };
	} else {
		const record = bisection.markRejected(verdict.fingerprint);
		if (record && !record.isSettled) yield settle(record, rejection(record, verdict));
		yield { kind: 'leaveOver', records: open };
	}
	yield { kind: 'step', bisection };
}

function* onTransient(
	batch: Batch,
	open: readonly QueuedRecord[],
	reason: unknown,
	{ sender, now, random, pausedUntil }: VerdictView,
): Effects {
	// The stopped execution took its request along; to the others that is no attempt.
	if (sender.stopped?.cause === 'stopped' || pausedUntil !== undefined) {
		const notBefore = pausedUntil ?? 0;
		return yield { kind: 'resend', batch, records: open, notBefore };
	}
	for (const run of runsOf(open)) {
		if (batch.attempts < run.maxTries && !run.stopped && !run.acquireRetryToken())
			yield { kind: 'stop', run, cause: 'unreachable', reason };
	}
	const again: QueuedRecord[] = [];
	for (const record of stillOpen(open)) {
		if (!record.run.stopped && batch.attempts < record.run.maxTries) again.push(record);
		else yield settle(record, unconfirmed(record, reason));
	}
	if (again.length > 0) {
		const backoff = Math.min(RETRY_CAP_MS, RETRY_MS * 2 ** (batch.attempts - 1)) * random();
		return yield { kind: 'resend', batch, records: again, notBefore: now + backoff };
	}
	if (batch.bisection === undefined) return;
	batch.bisection.markAccepted(open.length);
	yield { kind: 'step', bisection: batch.bisection };
}

function* onFatal(
	batch: Batch,
	open: readonly QueuedRecord[],
	{ reason, scope }: Extract<AnyVerdict, { kind: 'fatal' }>,
	{ sender, now }: VerdictView,
): Effects {
	if (scope === 'sender') yield { kind: 'stop', run: sender, cause: 'fatal', reason };
	const runs = runsOf(open);
	if (scope === 'run' && runs.size > 1 && batch.bisection === undefined) {
		// Whose fault it is shows when each is sent separately.
		return yield { kind: 'separate', batch, records: open };
	}
	if (scope === 'run') {
		for (const run of runs) if (run.onDenied()) yield { kind: 'stop', run, cause: 'fatal', reason };
	}
	if (scope !== undefined) {
		const notBefore = scope === 'run' ? now + DENIAL_RETRY_MS : 0;
		return yield { kind: 'resend', batch, records: open, notBefore };
	}
	// No request of this kind can succeed: all that wait for the same account and settings stop.
	yield { kind: 'stopPartition', key: batch.partition.key, reason };
	yield { kind: 'leaveOver', records: open };
	if (batch.bisection !== undefined) yield { kind: 'step', bisection: batch.bisection };
}

function rejection(record: QueuedRecord, verdict: Rejected): AnyOutcome {
	const { batch, attempts, ambiguous } = record;
	if (ambiguous === undefined)
		return { status: 'rejected', reason: verdict.reason, batch, attempts };
	const earlier = { status: 'unconfirmed', reason: ambiguous.reason, batch, attempts } as const;
	return verdict.ambiguous ? earlier : { ...earlier, rejection: verdict.reason };
}

/** No attempt is left. What never reached a server was certainly not applied. */
function unconfirmed(record: QueuedRecord, reason: unknown): AnyOutcome {
	const { batch, attempts, ambiguous } = record;
	if (ambiguous === undefined) return { status: 'notSent', cause: 'noConnection', reason };
	return { status: 'unconfirmed', reason: ambiguous.reason, batch, attempts };
}

/** The outcome of a record that a stopped run leaves behind. */
export function leftOver(record: QueuedRecord): AnyOutcome {
	const { run, batch, attempts, ambiguous } = record;
	if (ambiguous !== undefined)
		return { status: 'unconfirmed', reason: ambiguous.reason, batch, attempts };
	return { status: 'notSent', cause: 'stopped', ...run.stopped };
}

function settle(record: QueuedRecord, outcome: AnyOutcome): Effect {
	return { kind: 'settle', record, outcome };
}

function stillOpen(records: readonly QueuedRecord[]): QueuedRecord[] {
	return records.filter((record) => !record.isSettled);
}

export function runsOf(records: readonly QueuedRecord[]): Set<Run> {
	return new Set(records.map(({ run }) => run));
}
