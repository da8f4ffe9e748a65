import type { AdmissionControl, FreshBatch } from './admissionControl';
import type { Batch } from './batch';
import type { Membership } from './membership';
import type { MaySend, Partition } from './partition';
import type { PendingBatches } from './pendingBatches';
import type { Bisections } from './response/bisections';
import { START_IN_FLIGHT } from './tuning';
import type { Policy } from './types';

/** What may be sent next: a batch to send again, or a fresh one of a partition. */
export type Next =
	| { batch: Batch; fresh?: undefined }
	| { partition: Partition; mayStart: MaySend; fresh: FreshBatch };

/** Picks what to send next at one endpoint. Reads its state and changes nothing of it. */
export class Scheduler {
	constructor(
		private readonly policy: Policy,
		private readonly members: Membership,
		private readonly pending: PendingBatches,
		private readonly bisections: Bisections,
		private readonly admission: AdmissionControl,
	) {}

	/** Retries go first, but those that had no response go behind fresh batches. */
	next(now: number, isProbing: boolean): Next | undefined {
		const { pending, policy } = this;
		const hanging = this.admission.hangingRuns(now);
		const maySend: MaySend = (run) => run.openAt(now) <= now && !hanging.has(run);
		const most = this.retriesAtOnce;
		const due = pending.due(now, policy.limit, maySend, false, most);
		if (due) return { batch: due };
		const mayStart = this.mayStart(maySend, isProbing);
		const partition = mayStart && this.partitionWithWork(now, mayStart);
		if (partition) {
			const isFull = partition.isFull(policy.batchSize, mayStart);
			const { isVerified } = partition.probe;
			return { partition, mayStart, fresh: { isFull, isVerified, runs: this.members.size } };
		}
		const late = pending.due(now, policy.limit, maySend, true, most);
		return late && { batch: late };
	}

	/** When something may be sent again, if nothing may now. */
	nextAt(now: number): number {
		let next = this.pending.nextAt(now, this.policy.limit);
		for (const { probe } of this.members.partitions.values()) {
			if (probe.until > now) next = Math.min(next, probe.until);
		}
		for (const run of this.members.limitedRuns) {
			const at = run.openAt(now);
			if (at > now) next = Math.min(next, at);
		}
		return next;
	}

	/**
	 * While the circuit is open, a few batches find out whether the server is back: an outage at full
	 * speed must not use up the retries of all that were in flight.
	 */
	private get retriesAtOnce(): number {
		const { breaker, inFlight } = this.admission;
		return breaker.isOpen ? Math.max(0, START_IN_FLIGHT - inFlight) : Infinity;
	}

	/**
	 * Which runs may send a fresh batch. While the circuit is open, one at a time of a run that has
	 * not failed itself shows whether the server is back.
	 */
	private mayStart(maySend: MaySend, isProbing: boolean): MaySend | undefined {
		const mayStart: MaySend = (run) => maySend(run) && !this.bisections.isSuspended(run);
		const { breaker, inFlight } = this.admission;
		if (!breaker.isOpen || this.pending.size + inFlight < START_IN_FLIGHT) return mayStart;
		if (isProbing) return undefined;
		return (run) => !run.breaker.hasFailed && mayStart(run);
	}

	/** The partition whose turn it is. */
	private partitionWithWork(now: number, mayStart: MaySend): Partition | undefined {
		for (const partition of this.members.partitions.values())
			if (now >= partition.probe.until && partition.hasWork(this.policy.batchSize, mayStart))
				return partition;
		return undefined;
	}
}
