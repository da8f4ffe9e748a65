import type { QueuedRecord } from '../record';
import type { Run } from '../run';
import { BatchIsolation } from './batchIsolation';
import { OneByOne } from './oneByOne';

/** Why the records of a bisection were put to it. */
export type BisectionCause =
	| 'rejected' // as a batch
	| 'suspected' // were in a rejected batch with records of other runs
	| 'farRecord'; // one from the rest of the list, to distinguish bad rows from a wrong configuration

/**
 * Finds the records at fault in a rejected batch, and what that means for the run. `owner` is the
 * run whose records they are; undefined if they are single contacts of several runs.
 */
export class BatchBisection {
	private readonly isolation: BatchIsolation<QueuedRecord> | OneByOne<QueuedRecord>;
	private readonly fingerprints = new Set<string>();
	private anyAccepted = false;

	constructor(
		private readonly records: readonly QueuedRecord[],
		readonly cause: BisectionCause,
		readonly partitionKey: string,
		readonly owner?: Run,
	) {
		this.isolation =
			cause === 'farRecord'
				? new OneByOne(records)
				: new BatchIsolation(records, cause === 'rejected');
	}

	get size(): number {
		return this.records.length;
	}

	/** The next part to send, without what was settled meanwhile; undefined at the end. */
	next(): QueuedRecord[] | undefined {
		// One that was accepted says enough.
		if (this.cause === 'farRecord' && this.anyAccepted) return undefined;
		for (;;) {
			const part = this.isolation.next(this.owner?.expectsManyRejections);
			if (!part) return undefined;
			const open = part.filter((record) => !record.isSettled);
			if (open.length > 0) return open;
			this.isolation.onAccepted();
		}
	}

	/** Records whose turn has not come. */
	get rest(): QueuedRecord[] {
		return this.records.filter(({ state }) => state === 'bisecting');
	}

	/** A part was accepted, or remains unconfirmed: its run isn't rejected whole. */
	markAccepted(records: number): void {
		this.anyAccepted = true;
		this.owner?.onBisected(records, 0);
		this.isolation.onAccepted();
	}

	/** A part was left out, because it was settled or split up. */
	markGone(): void {
		this.isolation.onAccepted();
	}

	/** A part was rejected; returns the record at fault if it was alone. */
	markRejected(fingerprint: string): QueuedRecord | undefined {
		const record = this.isolation.onRejected();
		if (record) {
			this.fingerprints.add(fingerprint);
			this.owner?.onBisected(1, 1);
		}
		return record;
	}

	/** The fingerprint of a batch whose records were all rejected alone, for the same reason. */
	get wholeBatchFingerprint(): string | undefined {
		if (this.anyAccepted || this.fingerprints.size !== 1) return undefined;
		const [fingerprint] = this.fingerprints;
		return this.size >= 2 || this.cause === 'farRecord' ? fingerprint : undefined;
	}
}
