import { AdmissionControl } from './admissionControl';
import { markSent, newBatch, type Batch } from './batch';
import { HeldKeys } from './heldKeys';
import type { Permit } from './rateLimit/limiter';
import { Membership } from './membership';
import { OrderingKeys } from './orderingKeys';
import { PendingBatches } from './pendingBatches';
import { QueuedRecord } from './record';
import { Bisections } from './response/bisections';
import type { Effect } from './response/effects';
import { handleVerdict, leftOver, type AnyVerdict } from './response/handleVerdict';
import { isLost, noteVerdict } from './response/noteVerdict';
import { Redelivery } from './redelivery';
import type { AnyOutcome, Run } from './run';
import { Scheduler, type Next } from './scheduler';
import { LOST_GRACE_MS } from './tuning';
import type { Clock, DeliveryRecord, NotSentCause, Policy } from './types';

/**
 * One endpoint of one workspace: all executions of the process pass here. The queue alone changes
 * the state of the endpoint: it sends what may be sent, applies what verdicts ask for, and sleeps
 * until the next moment at which something may leave.
 */
export class EndpointQueue {
	lastUsed = 0;
	private readonly members = new Membership();
	private readonly ordering = new OrderingKeys();
	private readonly held = new HeldKeys();
	private readonly bisections = new Bisections();
	private readonly pending: PendingBatches;
	private readonly admission: AdmissionControl;
	private readonly scheduler: Scheduler;
	private readonly redelivery: Redelivery;
	/** The fresh batch that shows whether an open circuit may close. */
	private halfOpenProbe?: Batch;
	private alarm?: { at: number; cancel: () => void };

	constructor(
		private readonly policy: Policy,
		private readonly clock: Clock,
		private readonly random: () => number,
	) {
		this.pending = new PendingBatches(policy.windowMs);
		this.admission = new AdmissionControl(policy, clock, random);
		const { members, pending, bisections, admission } = this;
		this.scheduler = new Scheduler(policy, members, pending, bisections, admission);
		this.redelivery = new Redelivery(members, this.ordering, pending, bisections, {
			leaveOver: (records) => this.leaveOver(records),
			stopRun: (run, cause, reason) => this.stopRun(run, cause, reason),
		});
	}

	get limitedSoFar(): number {
		return this.admission.limitedSoFar;
	}

	/** Whether the queue is empty and no keys are held. */
	get isIdle(): boolean {
		return this.members.size === 0 && this.held.size === 0;
	}

	/** Open runs, partitions and taken user keys; all 0 when the queue is idle. */
	census(): { runs: number; partitions: number; users: number } {
		const { members, ordering } = this;
		return { runs: members.size, partitions: members.partitions.size, users: ordering.size };
	}

	/** Takes in a run's records. Those of one user are merged or lined up behind each other. */
	enter(run: Run): void {
		this.members.join(run);
		this.admission.onArrival(this.clock.now());
		this.add(run, 0);
	}

	/** Takes in the run's records from an index on. */
	add(run: Run, from: number): void {
		const now = this.clock.now();
		this.lastUsed = now;
		const { stopped } = run;
		run.request.records.slice(from).forEach((record, offset) => {
			if (stopped) run.settle([from + offset], { status: 'notSent', ...stopped });
			else this.line(run, record, from + offset);
		});
		this.wakeAt(now);
	}

	/** No more records will be added to the run. */
	close(run: Run): void {
		run.close();
		this.leaveIfDone(run);
		if (this.members.size > 0) this.wakeAt(this.clock.now());
	}

	/** The user's Stop. */
	stop(run: Run): void {
		this.stopRun(run, 'stopped');
		if (this.members.size > 0) this.wakeAt(this.clock.now());
	}

	private line(run: Run, given: DeliveryRecord<unknown>, index: number): void {
		const { merge } = run.request;
		const { keys, kind = '', value, partitionKey } = given;
		const target = merge && this.ordering.mergeTarget(keys, kind, run);
		if (target !== undefined && target.partitionKey === partitionKey) {
			const merged = merge?.(target.value, value);
			if (merged !== undefined) {
				target.value = merged;
				(target.merged ??= []).push(index);
				run.merged += 1;
				return;
			}
		}
		const record = new QueuedRecord(run, partitionKey, keys, kind, value, index);
		this.members.add(record);
		const { isFree, waitsForKind } = this.ordering.enter(record);
		if (waitsForKind) run.serialized += 1;
		if (isFree) this.members.ready(record);
	}

	/** Looks again at what may be sent, at `at` or sooner. */
	private wakeAt(at: number): void {
		if (!Number.isFinite(at) || (this.alarm && this.alarm.at <= at)) return;
		this.alarm?.cancel();
		// Whole milliseconds: a remainder too small to move the clock would never pass.
		const wait = Math.max(0, Math.ceil(at - this.clock.now()));
		const cancel = this.clock.after(wait, () => {
			this.alarm = undefined;
			this.pump();
		});
		this.alarm = { at, cancel };
	}

	private pump(): void {
		for (const record of this.held.expire(this.clock.now())) this.free(record);
		for (;;) {
			const now = this.clock.now();
			const next = this.scheduler.next(now, this.halfOpenProbe !== undefined);
			if (next === undefined) return this.rest(now);
			if (this.admission.limiter.isDaySpent(now)) return this.stopAll('dayLimit');
			const { at, isLimited } = this.admission.openAt(now, next.fresh);
			this.admission.waits(now, isLimited);
			if (at > now) return this.wakeAt(Math.min(at, this.held.nextAt));
			if (next.fresh) this.sendFresh(next, now);
			else this.sendAgain(next.batch, now);
		}
	}

	private sendFresh({ partition, mayStart }: Extract<Next, { fresh: object }>, now: number): void {
		this.members.toTheEnd(partition);
		const batch = newBatch(partition, partition.take(this.policy.batchSize, mayStart));
		partition.probe.onSent(batch);
		if (this.admission.breaker.isOpen) this.halfOpenProbe ??= batch;
		this.send(batch, now);
	}

	private sendAgain(batch: Batch, now: number): void {
		this.pending.take(batch, now);
		if (batch.records.length > 0) this.send(batch, now);
		// All that were in it have stopped.
		else if (batch.bisection) this.redelivery.step(batch.bisection);
	}

	/** Nothing can leave now: sleeps until something may. */
	private rest(now: number): void {
		this.admission.waits(now, false);
		this.members.noteWaiting(now);
		this.wakeAt(Math.min(this.scheduler.nextAt(now), this.held.nextAt));
	}

	private send(batch: Batch, now: number): void {
		const permit = this.admission.onSent(batch, now);
		this.pending.onSent(batch);
		markSent(batch, now);
		for (const run of batch.numbers.keys()) run.onSent(now);
		// Sent in the name of an execution that still waits: an ended one has no credential left.
		const [{ run }] = batch.records as [QueuedRecord];
		const values = batch.records.map(({ value }) => value);
		run.request.send(values, { batchId: batch.id, signal: run.signal }).then(
			(verdict) => this.onVerdict(batch, permit, run, verdict),
			() => {
				// `send` broke its promise and threw: no response will come for this run.
				this.stopRun(run, 'fatal');
				this.onVerdict(batch, permit, run, { kind: 'transient', reason: undefined });
			},
		);
	}

	private onVerdict(batch: Batch, permit: Permit, sender: Run, verdict: AnyVerdict): void {
		const now = this.clock.now();
		if (this.halfOpenProbe === batch) this.halfOpenProbe = undefined;
		const settledBefore = batch.records.filter((record) => record.isSettled);
		const { isExhausted, pausedUntil } = this.admission.onVerdict(batch, permit, now, verdict);
		this.pending.onResponse(batch, now);
		const isNoAttempt =
			verdict.kind === 'throttled' ||
			pausedUntil !== undefined ||
			(verdict.kind === 'fatal' && verdict.scope === 'sender');
		noteVerdict(batch, verdict, sender, now, !isNoAttempt);
		if (verdict.kind === 'fatal' && verdict.scope === undefined)
			this.members.verify(batch.partition, false);
		else if (verdict.kind === 'delivered' || verdict.kind === 'rejected')
			this.members.verify(batch.partition, true);

		// Stopped meanwhile: with a response, only an earlier attempt without one holds their keys.
		for (const record of settledBefore) {
			if (isLost(verdict)) record.lostUntil = now + LOST_GRACE_MS;
			if (this.held.reduce(record, record.lostUntil, now)) this.free(record);
		}
		const runs = new Set(batch.records.map(({ run }) => run));
		const view = { sender, now, random: this.random, pausedUntil };
		for (const effect of handleVerdict(batch, verdict, view)) this.apply(effect);
		if (isExhausted) this.stopAll('dayLimit');
		for (const run of runs) run.reportProgress(this.admission.limiter, this.clock.now());
		if (this.members.size > 0) this.wakeAt(now);
	}

	private apply(effect: Effect): void {
		switch (effect.kind) {
			case 'settle':
				return this.settle(effect.record, effect.outcome);
			case 'stop':
				return this.stopRun(effect.run, effect.cause, effect.reason);
			case 'stopPartition':
				return this.members
					.runsOf(effect.key)
					.forEach((run) => this.stopRun(run, 'fatal', effect.reason));
			case 'leaveOver':
				return this.leaveOver(effect.records);
			default:
				return this.redelivery.apply(effect);
		}
	}

	private stopAll(cause: NotSentCause): void {
		for (const run of this.members.runs) this.stopRun(run, cause);
	}

	/**
	 * Sends nothing more of the run. What is in flight is waited for, unless the user stopped it:
	 * then the run ends now, and what is in flight is unconfirmed.
	 */
	private stopRun(run: Run, cause: NotSentCause, reason?: unknown): void {
		// A run that waits for its last responses, after a 401 for instance, ends at the user's Stop.
		if (run.isDone || (run.stopped && cause !== 'stopped')) return;
		run.stopped ??= reason === undefined ? { cause } : { cause, reason };
		this.members.clearQueues(run);
		this.bisections.forget(run);
		for (const record of this.members.recordsOf(run)) {
			if (record.isSettled) continue;
			if (record.state !== 'inFlight') this.settle(record, leftOver(record));
			else if (cause === 'stopped') {
				const { batch, attempts, ambiguous } = record;
				this.settle(record, { status: 'unconfirmed', ...ambiguous, batch, attempts });
			}
		}
		run.reportProgress(this.admission.limiter, this.clock.now());
	}

	private leaveOver(records: readonly QueuedRecord[]): void {
		for (const record of records)
			if (!record.isSettled && record.run.stopped) this.settle(record, leftOver(record));
	}

	private settle(record: QueuedRecord, outcome: AnyOutcome): void {
		const { run } = record;
		const now = this.clock.now();
		// Stopped in flight: the server may still apply it.
		const heldUntil = record.state === 'inFlight' ? now + LOST_GRACE_MS : record.lostUntil;
		record.state = 'settled';
		record.value = undefined;
		run.settle(record.indexes, outcome);
		if (heldUntil > now) this.held.hold(record, heldUntil);
		else this.free(record);
		this.leaveIfDone(run);
	}

	private leaveIfDone(run: Run): void {
		if (!run.isDone) return;
		this.members.leave(run);
		this.bisections.forget(run);
		if (this.members.size === 0) this.sleep();
		run.report(this.limitedSoFar);
	}

	/** A record's keys are free: those that waited for it may go. */
	private free(record: QueuedRecord): void {
		for (const freed of this.ordering.leave(record))
			if (!freed.run.stopped) this.members.ready(freed, true);
	}

	private sleep(): void {
		this.alarm?.cancel();
		this.alarm = undefined;
		this.pending.clear();
		this.admission.waits(this.clock.now(), false);
		this.wakeAt(this.held.nextAt);
	}
}
