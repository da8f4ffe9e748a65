import { randomUUID } from 'node:crypto';

import type { Partition } from './partition';
import type { QueuedRecord } from './record';
import type { BatchBisection } from './response/bisection';
import type { Run } from './run';

/** What one request carries. */
export interface Batch {
	/** The same while the same records are sent again; new when they change. */
	id: string;
	readonly partition: Partition;
	records: QueuedRecord[];
	/** Attempts so far; 429s and maintenance are none. */
	attempts: number;
	/** Not to be sent before this moment. */
	notBefore: number;
	/** Moment of the latest attempt. */
	sentAt: number;
	/** Its latest attempt had no response: fresh batches go first. */
	isLate: boolean;
	/** The bisection that this batch is a step of. */
	readonly bisection?: BatchBisection;
	/** Each run's own number for this request. */
	readonly numbers: Map<Run, number>;
}

export function newBatch(
	partition: Partition,
	records: QueuedRecord[],
	bisection?: BatchBisection,
): Batch {
	const fresh = { attempts: 0, notBefore: 0, sentAt: 0, isLate: false };
	return { id: randomUUID(), partition, records, bisection, numbers: new Map(), ...fresh };
}

/** Keeps some of the records; the batch gets a new ID if any is left out. */
export function narrow(batch: Batch, records: QueuedRecord[]): void {
	if (records.length !== batch.records.length) batch.id = randomUUID();
	batch.records = records;
}

/** Notes an attempt: its moment, its records' states, and its number in each run. */
export function markSent(batch: Batch, now: number): void {
	batch.sentAt = now;
	for (const run of batch.numbers.keys())
		if (!batch.records.some((record) => record.run === run)) batch.numbers.delete(run);
	for (const record of batch.records) {
		const { run } = record;
		if (!batch.numbers.has(run)) {
			run.batches += 1;
			batch.numbers.set(run, run.batches);
		}
		record.state = 'inFlight';
		record.batch = batch.numbers.get(run) as number;
	}
}
