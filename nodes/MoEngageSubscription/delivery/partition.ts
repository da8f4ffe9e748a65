import { CredentialProbe } from './policy/credentialProbe';
import type { QueuedRecord } from './record';
import type { Run } from './run';
import type { RunQueue } from './runQueue';

/** Whether a run may send just now. */
export type MaySend = (run: Run) => boolean;

/**
 * The records that may share a request: one partition key at one endpoint, whichever execution
 * brought them. Executions take turns, one record each, so that a long list doesn't delay the
 * single contact of another one.
 */
export class Partition {
	private readonly turns = new Set<RunQueue>();
	/** Runs with an open record here. */
	users = 0;
	readonly probe: CredentialProbe;

	constructor(
		readonly key: string,
		isVerified: boolean,
	) {
		this.probe = new CredentialProbe(isVerified);
	}

	/** A queue has something ready. */
	join(queue: RunQueue): void {
		this.turns.add(queue);
	}

	drop(queue: RunQueue): void {
		this.turns.delete(queue);
	}

	/** Whether some record may be sent now. */
	hasWork(maySend: MaySend): boolean {
		for (const queue of this.turns) if (queue.size > 0 && maySend(queue.run)) return true;
		return false;
	}

	/** Whether a batch would be as full as it may be. */
	isFull(batchSize: number, maySend: MaySend): boolean {
		let wanted = Infinity;
		let ready = 0;
		for (const queue of this.turns) {
			if (queue.size === 0 || !maySend(queue.run)) continue;
			if (wanted === Infinity) wanted = Math.min(batchSize, queue.run.batchSize);
			ready += queue.size;
			if (ready >= wanted) return true;
		}
		return false;
	}

	/** Fills a batch, one record of each run in turn. */
	take(batchSize: number, maySend: MaySend): QueuedRecord[] {
		const records: QueuedRecord[] = [];
		const skipped: RunQueue[] = [];
		let size = batchSize;
		while (records.length < size && this.turns.size > 0) {
			const [queue] = this.turns;
			this.turns.delete(queue);
			if (queue.run.batchSize <= records.length || !maySend(queue.run)) {
				skipped.push(queue);
				continue;
			}
			const record = queue.take();
			if (record === undefined) continue;
			size = Math.min(size, queue.run.batchSize);
			records.push(record);
			this.turns.add(queue);
		}
		// They keep their place: what was passed over is first next time.
		if (skipped.length > 0) {
			const rest = [...this.turns];
			this.turns.clear();
			for (const queue of [...skipped, ...rest]) this.turns.add(queue);
		}
		return records;
	}
}
