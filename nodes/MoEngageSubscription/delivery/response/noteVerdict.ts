import type { Batch } from '../batch';
import type { Run } from '../run';
import { LOST_GRACE_MS } from '../tuning';
import { runsOf, type AnyVerdict } from './handleVerdict';

/** Whether the server may still apply the request after this verdict. */
export function isLost(verdict: AnyVerdict): boolean {
	return verdict.kind === 'transient' && verdict.noResponse === true;
}

/**
 * Keeps account of a request in its batch, its records and their runs. `isAttempt`: it was one,
 * unlike a 429 or maintenance.
 */
export function noteVerdict(
	batch: Batch,
	verdict: AnyVerdict,
	sender: Run,
	now: number,
	isAttempt: boolean,
): void {
	const { kind } = verdict;
	const open = batch.records.filter((record) => !record.isSettled);
	// A stopped execution took its request along: no attempt is used up by that.
	if (isAttempt && sender.stopped?.cause !== 'stopped') batch.attempts += 1;
	batch.isLate = isLost(verdict);
	for (const run of batch.numbers.keys()) run.onResponse(now, isLost(verdict));
	for (const run of runsOf(open)) noteRun(run, batch, verdict);
	for (const record of open) {
		record.state = 'retrying';
		if (isAttempt) record.attempts += 1;
		if (isLost(verdict)) record.lostUntil = now + LOST_GRACE_MS;
		const mayBeApplied =
			(kind === 'transient' && verdict.notTaken !== true) ||
			(kind === 'rejected' && verdict.ambiguous === true);
		if (mayBeApplied) record.ambiguous = { reason: verdict.reason };
	}
	// What is not sent after all was no request.
	if (kind === 'fatal' && verdict.scope === 'sender')
		for (const run of batch.numbers.keys()) run.requests -= 1;
}

function noteRun(run: Run, batch: Batch, verdict: AnyVerdict): void {
	const { kind } = verdict;
	if (kind === 'throttled') run.throttled += 1;
	if (kind === 'transient') run.breaker.onFailure(batch.sentAt);
	else run.breaker.onSuccess(batch.sentAt);
	if (kind === 'fatal') return;
	run.onNotDenied();
	if (kind === 'rejected') {
		const { reason, sharedReason = reason, oversized } = verdict;
		run.lastRejection = sharedReason;
		if (oversized && batch.records.length > 1) return run.shrinkBatches(batch.records.length);
	}
	if (kind === 'delivered' || kind === 'rejected') run.keepBatchSize();
}
