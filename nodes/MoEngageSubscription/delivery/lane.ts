import type { Entry } from './entry';
import { nextOf, type Run, type RunQueue } from './run';
import type { Search } from './search';

/** How long the first request of an account and its settings goes alone at most. */
const FIRST_ALONE_MS = 800;

/** What one request carries. */
export interface Batch {
	readonly id: string;
	readonly lane: Lane;
	entries: Entry[];
	/** Answers so far that were no 429. */
	tries: number;
	/** Not to be sent before this moment. */
	notBefore: number;
	/** Moment of the latest try. */
	sentAt: number;
	/** The search for the records at fault that this batch is a step of. */
	readonly search?: Search;
	/** Each run's own number for this request. */
	readonly numbers: Map<Run, number>;
}

/**
 * The records that may share a request: one envelope at one door, whichever execution brought them.
 * Executions take turns, one record each, so that a long list delays nobody's single contact.
 */
export class Lane {
	private readonly turns = new Set<RunQueue>();
	private waiting = 0;
	/** Runs with an open record here. */
	users = 0;
	/** The first batch of this account and these settings: the others wait for what it hears. */
	first?: Batch;
	/** MoEngage has let something of this envelope in, or weighed it at least. */
	proven: boolean;
	/** The search under way while nothing of this lane has been accepted since it began. */
	suspicion?: Search;
	/** Refused batches that wait for what the suspicion comes to. */
	readonly parked: Search[] = [];

	constructor(
		readonly envelope: string,
		proven: boolean,
	) {
		this.proven = proven;
	}

	/**
	 * Until when nothing may join the first request: a wrong key is to cost one request, not as many
	 * as may be in flight. A slow answer is not waited for: contacts of a storm would be.
	 */
	get aloneUntil(): number {
		if (this.proven || this.first === undefined) return -Infinity;
		const { entries, sentAt } = this.first;
		const open = entries.find((entry) => !entry.settled);
		if (open === undefined) return -Infinity;
		return open.flying ? sentAt + FIRST_ALONE_MS : Infinity;
	}

	/** Entries that are free to go. */
	get ready(): number {
		return this.waiting;
	}

	add(entry: Entry, freed = false): void {
		(freed ? entry.queue.freed : entry.queue.ready).push(entry);
		this.turns.add(entry.queue);
		this.waiting += 1;
	}

	/** Takes back what a stopped run had waiting here. */
	drop(queue: RunQueue, entries: number): void {
		this.turns.delete(queue);
		this.waiting -= entries;
	}

	/** Whether a batch would be as full as it may be. */
	full(batchSize: number): boolean {
		const [first] = this.turns;
		return first !== undefined && this.waiting >= Math.min(batchSize, first.run.batchSize);
	}

	/** Fills a batch, one record of each run in turn. */
	take(batchSize: number): Entry[] {
		const entries: Entry[] = [];
		const tooSmall: RunQueue[] = [];
		let size = batchSize;
		while (entries.length < size && this.turns.size > 0) {
			const [queue] = this.turns;
			this.turns.delete(queue);
			if (queue.run.batchSize <= entries.length) {
				tooSmall.push(queue);
				continue;
			}
			const entry = nextOf(queue);
			if (entry === undefined) continue;
			size = Math.min(size, queue.run.batchSize);
			entries.push(entry);
			this.waiting -= 1;
			this.turns.add(queue);
		}
		for (const queue of tooSmall) this.turns.add(queue);
		return entries;
	}
}
