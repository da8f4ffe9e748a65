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

	/** Whether a batch may be sent now: a full one if only runs that gather have records. */
	hasWork(batchSize: number, maySend: MaySend): boolean {
		for (const queue of this.turns)
			if (queue.size > 0 && !queue.run.gathers && maySend(queue.run)) return true;
		return this.isFull(batchSize, maySend);
	}

	/** Whether a batch would be as full as it may be. */
	isFull(batchSize: number, maySend: MaySend): boolean {
		let size: number | undefined;
		let ready = 0;
		for (const queue of this.turns) {
			if (queue.size === 0 || !maySend(queue.run)) continue;
			size ??= queue.run.batchSize;
			if (queue.run.batchSize === size) ready += queue.size;
			if (ready >= Math.min(batchSize, size)) return true;
		}
		return false;
	}

	/**
	 * Fills a batch, one record of each run in turn. Runs with other batch sizes go separately: a
	 * run that needs small batches must not make small ones of all.
	 */
	take(batchSize: number, maySend: MaySend): QueuedRecord[] {
		const records: QueuedRecord[] = [];
		const skipped: RunQueue[] = [];
		let size: number | undefined;
		while (records.length < Math.min(batchSize, size ?? batchSize)) {
			const [queue] = this.turns;
			if (queue === undefined) break;
			this.turns.delete(queue);
			if (!maySend(queue.run) || (size !== undefined && queue.run.batchSize !== size)) {
				skipped.push(queue);
				continue;
			}
			const record = queue.take();
			if (record === undefined) continue;
			size ??= queue.run.batchSize;
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
