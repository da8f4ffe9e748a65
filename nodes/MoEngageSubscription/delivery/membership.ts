import { Partition } from './partition';
import type { QueuedRecord } from './record';
import type { Run } from './run';
import { RunQueue } from './runQueue';
import { VERIFIED_MAX } from './tuning';

interface Member {
	readonly records: QueuedRecord[];
	readonly queues: Map<string, RunQueue>;
}

/** The runs at one endpoint, their records, and the partitions that these share. */
export class Membership {
	readonly partitions = new Map<string, Partition>();
	private readonly members = new Map<Run, Member>();
	/** Partition keys whose account MoEngage has authenticated. */
	private readonly verified = new Set<string>();

	get size(): number {
		return this.members.size;
	}

	get runs(): Run[] {
		return [...this.members.keys()];
	}

	/** Runs with a limit or a batch size under trial may have to wait while others go on. */
	get limitedRuns(): Run[] {
		return this.runs.filter((run) => run.isLimited);
	}

	/** Notes which runs have something ready that their own limit holds back. */
	noteWaiting(now: number): void {
		for (const run of this.limitedRuns) {
			const queues = [...this.member(run).queues.values()];
			if (run.openAt(now) > now && queues.some(({ size }) => size > 0)) run.waitsForOwnLimit(now);
		}
	}

	join(run: Run): void {
		this.members.set(run, { records: [], queues: new Map() });
	}

	add(record: QueuedRecord): void {
		this.member(record.run).records.push(record);
		this.queueOf(record);
	}

	recordsOf(run: Run): readonly QueuedRecord[] {
		return this.members.get(run)?.records ?? [];
	}

	/** Puts a record into its run's queue; `first`: it has waited long enough. */
	ready(record: QueuedRecord, first = false): void {
		const queue = this.queueOf(record);
		if (first) queue.addFirst(record);
		else queue.add(record);
		this.partitionOf(record.partitionKey).join(queue);
	}

	queueOf({ run, partitionKey }: QueuedRecord): RunQueue {
		const { queues } = this.member(run);
		let queue = queues.get(partitionKey);
		if (queue === undefined) {
			queue = new RunQueue(run, partitionKey);
			queues.set(partitionKey, queue);
			const partition =
				this.partitions.get(partitionKey) ??
				new Partition(partitionKey, this.verified.has(partitionKey));
			partition.users += 1;
			this.partitions.set(partitionKey, partition);
		}
		return queue;
	}

	partitionOf(key: string): Partition {
		return this.partitions.get(key) as Partition;
	}

	/** Runs with an open record of a partition, wherever it waits. */
	runsOf(partitionKey: string): Run[] {
		return this.runs.filter((run) =>
			this.recordsOf(run).some(
				(record) => !record.isSettled && record.partitionKey === partitionKey,
			),
		);
	}

	/** The run sends nothing more: its queues are empty from now on. */
	clearQueues(run: Run): void {
		for (const [key, queue] of this.member(run).queues) {
			queue.clear();
			this.partitionOf(key).drop(queue);
		}
	}

	/** A run has its last outcome. */
	leave(run: Run): void {
		for (const [key, queue] of this.member(run).queues) {
			const partition = this.partitionOf(key);
			partition.drop(queue);
			partition.users -= 1;
			if (partition.users === 0) this.partitions.delete(key);
		}
		this.members.delete(run);
	}

	/** Remembers whether MoEngage authenticates requests with this account and these settings. */
	verify(partition: Partition, isVerified: boolean): void {
		partition.probe.onVerified(isVerified);
		if (!isVerified) this.verified.delete(partition.key);
		else if (this.verified.size < VERIFIED_MAX) this.verified.add(partition.key);
	}

	/** Partitions take turns: this one is the last from now on. */
	toTheEnd(partition: Partition): void {
		this.partitions.delete(partition.key);
		this.partitions.set(partition.key, partition);
	}

	private member(run: Run): Member {
		return this.members.get(run) as Member;
	}
}
