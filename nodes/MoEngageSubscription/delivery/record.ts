import type { Run } from './run';
import type { DeliveryRecord } from './types';

/**
 * - `blocked`: waits for an earlier record of the same user
 * - `ready`: in its run's queue
 * - `inFlight`: part of a request without a response so far
 * - `retrying`: part of a batch that is to be sent again
 * - `bisecting`: part of a rejected batch, or of a piece of it that waits to be sent
 * - `settled`: has its outcome
 */
type RecordState = 'blocked' | 'ready' | 'inFlight' | 'retrying' | 'bisecting' | 'settled';

/** One user's change in the queue: a record of the run, or several that were merged. */
export class QueuedRecord {
	state: RecordState = 'blocked';
	/** Indexes of the run's records that were merged into this one, in order. */
	merged?: number[];
	/** Requests that carried it and had a response other than 429, or none at all. */
	attempts = 0;
	/** The run's number of the latest request that carried it; 0: none has. */
	batch = 0;
	/** Set once an attempt may have been applied without MoEngage saying so. */
	ambiguous?: { reason?: unknown };
	/** An attempt without a response may be applied until this moment. */
	lostUntil = -Infinity;

	constructor(
		readonly run: Run,
		readonly partitionKey: string,
		readonly keys: readonly string[],
		readonly kind: string,
		/** What is sent: the record's value, or the merged one. */
		public value: unknown,
		/** Its index in the run. */
		readonly index: number,
	) {}

	get isSettled(): boolean {
		return this.state === 'settled';
	}

	get wasSent(): boolean {
		return this.batch > 0;
	}

	/** Indexes of all records of the run that this one decides. */
	get indexes(): readonly number[] {
		return this.merged ? [this.index, ...this.merged] : [this.index];
	}

	/** The records it was merged from, one after the other. */
	chain(): QueuedRecord[] {
		const { run, partitionKey, keys, kind, attempts, ambiguous, lostUntil } = this;
		return this.indexes.map((index) => {
			const { value } = run.request.records[index] as DeliveryRecord<unknown>;
			const one = new QueuedRecord(run, partitionKey, keys, kind, value, index);
			return Object.assign(one, { attempts, ambiguous, lostUntil });
		});
	}
}
