import type { QueuedRecord } from './record';
import type { Run } from './run';

/** The records of one run that share a partition and are ready to be sent. */
export class RunQueue {
	private readonly records: QueuedRecord[] = [];
	private next = 0;
	/** Records that go first: they had to wait for another one, or come back from a request. */
	private readonly front: QueuedRecord[] = [];
	private ready = 0;

	constructor(
		readonly run: Run,
		readonly partitionKey: string,
	) {}

	/** Number of records that are ready. */
	get size(): number {
		return this.ready;
	}

	add(record: QueuedRecord): void {
		record.state = 'ready';
		this.records.push(record);
		this.ready += 1;
	}

	addFirst(record: QueuedRecord): void {
		record.state = 'ready';
		this.front.push(record);
		this.ready += 1;
	}

	/** Takes the next record out; it is in flight from now on. */
	take(): QueuedRecord | undefined {
		for (;;) {
			const record = this.front.shift() ?? this.records[this.next];
			if (record === undefined) return undefined;
			if (record === this.records[this.next]) this.next += 1;
			if (record.state === 'ready') {
				// At once: a record that came back to the front is further behind in the list as well.
				record.state = 'inFlight';
				this.ready -= 1;
				return record;
			}
		}
	}

	/** A ready record was taken by other means: `take` passes over it. */
	leftOut(): void {
		this.ready -= 1;
	}

	clear(): void {
		this.front.length = 0;
		this.next = this.records.length;
		this.ready = 0;
	}
}
