import { narrow, newBatch, type Batch } from './batch';
import type { Membership } from './membership';
import type { OrderingKeys } from './orderingKeys';
import type { PendingBatches } from './pendingBatches';
import type { QueuedRecord } from './record';
import { BatchBisection } from './response/bisection';
import type { Bisections } from './response/bisections';
import type { Effect } from './response/effects';
import { farRecords } from './response/farRecords';
import { runsOf } from './response/handleVerdict';
import type { Run } from './run';
import type { NotSentCause } from './types';

/** Effects that end in records being sent once more, alone or in other batches. */
type RedeliveryEffect = Extract<
	Effect,
	{ kind: 'resend' | 'separate' | 'requeue' | 'split' | 'bisect' | 'step' | 'resume' }
>;

/** What only the endpoint's queue can do. */
interface QueueActions {
	/** Settles the records of stopped runs among these. */
	leaveOver(records: readonly QueuedRecord[]): void;
	stopRun(run: Run, cause: NotSentCause, reason?: unknown): void;
}

/** The part of an endpoint's queue that sends records again: retries, splits and bisections. */
export class Redelivery {
	constructor(
		private readonly members: Membership,
		private readonly ordering: OrderingKeys,
		private readonly pending: PendingBatches,
		private readonly bisections: Bisections,
		private readonly queue: QueueActions,
	) {}

	apply(effect: RedeliveryEffect): void {
		switch (effect.kind) {
			case 'resend':
				return this.resend(effect.batch, effect.records, effect.notBefore);
			case 'separate':
				return this.separate(effect.batch, effect.records);
			case 'requeue':
				return effect.records.forEach((record) => this.members.ready(record, true));
			case 'split':
				return this.split(effect.batch, effect.records);
			case 'bisect':
				effect.records.forEach((record) => (record.state = 'bisecting'));
				if (this.bisections.start(effect.bisection)) this.step(effect.bisection);
				return;
			case 'step':
				return this.step(effect.bisection);
			case 'resume':
				return this.bisections.resume(effect.run).forEach((one) => this.step(one));
			default:
				effect satisfies never;
		}
	}

	/** Puts a batch back, without what was settled or stopped meanwhile. */
	private resend(batch: Batch, records: readonly QueuedRecord[], notBefore: number): void {
		this.queue.leaveOver(records);
		const open = records.filter((record) => !record.isSettled);
		if (open.length > 0) {
			narrow(batch, open);
			batch.notBefore = notBefore;
			this.pending.add(batch);
		} else if (batch.bisection) this.step(batch.bisection);
	}

	/** A batch for each run among these. */
	private separate({ partition }: Batch, records: readonly QueuedRecord[]): void {
		this.queue.leaveOver(records);
		const open = records.filter((record) => !record.isSettled);
		for (const run of runsOf(open)) {
			const own = open.filter((record) => record.run === run);
			this.pending.add(newBatch(partition, own));
		}
	}

	/** Takes merged records apart; the first of each chain goes in their place. */
	private split(batch: Batch, records: readonly QueuedRecord[]): void {
		this.queue.leaveOver(records);
		const open = records.filter((record) => !record.isSettled);
		const rest = open.map((record) => {
			if (record.merged === undefined) return record;
			const chain = record.chain();
			chain.forEach((one) => this.members.add(one));
			this.ordering.replace(record, chain);
			record.state = 'settled';
			return chain[0] as QueuedRecord;
		});
		rest.forEach((record) => (record.state = 'retrying'));
		if (rest.length > 0) this.pending.add(newBatch(batch.partition, rest));
	}

	/** Sends the next part of a bisection. */
	step(bisection: BatchBisection): void {
		const part = bisection.next();
		if (part === undefined) return this.endBisection(bisection);
		part.forEach((record) => (record.state = 'bisecting'));
		const partition = this.members.partitionOf(bisection.partitionKey);
		this.pending.add(newBatch(partition, part, bisection));
	}

	private endBisection(bisection: BatchBisection): void {
		const { owner } = bisection;
		if (owner !== undefined && !owner.stopped && !owner.isDone) {
			const far = this.concluded(bisection, owner);
			if (far.length > 0) return this.tryFar(bisection, owner, far);
		}
		const next = this.bisections.end(bisection);
		if (next !== undefined) this.step(next);
	}

	/** What a bisection says of its run; returns records to try next, if it looks suspicious. */
	private concluded(bisection: BatchBisection, owner: Run): readonly QueuedRecord[] {
		const { cause, wholeBatchFingerprint: fingerprint } = bisection;
		if (cause === 'farRecord') {
			bisection.rest.forEach((record) => this.members.ready(record, true));
			if (owner.isConfiguration(fingerprint))
				this.queue.stopRun(owner, 'configuration', owner.lastRejection);
			else owner.onNotConfiguration();
			return [];
		}
		if (fingerprint === undefined) return [];
		owner.onWholeBatchRejected(fingerprint, bisection.size);
		if (!owner.isSuspicious) return [];
		return farRecords(this.members.recordsOf(owner));
	}

	/** Everything was rejected so far: are records from elsewhere in the list rejected too? */
	private tryFar(ended: BatchBisection, owner: Run, records: readonly QueuedRecord[]): void {
		const [{ partitionKey }] = records as [QueuedRecord];
		for (const record of records) {
			this.members.queueOf(record).leftOut();
			record.state = 'bisecting';
		}
		const far = new BatchBisection(records, 'farRecord', partitionKey, owner);
		this.bisections.replace(ended, far);
		this.step(far);
	}
}
