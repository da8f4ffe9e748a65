import type { Run, RunQueue } from './run';

/** One user's change on its way: a record, or several of one run that were combined. */
export interface Entry {
	readonly run: Run;
	readonly queue: RunQueue;
	readonly keys: readonly string[];
	/** What is sent: the record's value, or the combined one. */
	value: unknown;
	/** The record's index in its run, and those combined into it, in order. */
	readonly index: number;
	combined?: number[];
	/** Unsettled entries before this one that share a key with it. */
	waitsFor: number;
	followers?: Entry[];
	/** Has been part of a request. */
	sent: boolean;
	/** Part of a request whose answer hasn't come yet. */
	flying: boolean;
	settled: boolean;
	/** Requests that carried it and were not answered by a 429. */
	attempts: number;
	/** The run's number of the latest request that carried it. */
	batch: number;
	/** Set while nobody knows whether the latest request was taken. */
	doubt?: { reason?: unknown };
}

/** An entry for one record, which has not been sent yet; its run holds it from now on. */
export function newEntry(
	queue: RunQueue,
	index: number,
	{ keys, value }: Pick<Entry, 'keys' | 'value'>,
): Entry {
	const { run } = queue;
	const fresh = { waitsFor: 0, sent: false, flying: false, settled: false, attempts: 0, batch: 0 };
	const entry: Entry = { run, queue, keys, value, index, ...fresh };
	run.entries.push(entry);
	return entry;
}

/** All indexes that an entry's fate decides. */
export function indexesOf(entry: Entry): readonly number[] {
	return entry.combined ? [entry.index, ...entry.combined] : [entry.index];
}

/**
 * Keeps the order for each user: an entry may be sent when no earlier one that shares a key with it
 * is still open. For each user the result is then what sending one by one would give.
 */
export class KeyOrder {
	private readonly tails = new Map<string, Entry>();

	get size(): number {
		return this.tails.size;
	}

	/** The one waiting entry that a new record could be combined with, without overtaking any. */
	foldable(keys: readonly string[], run: Run): Entry | undefined {
		let target: Entry | undefined;
		for (const key of keys) {
			const tail = this.tails.get(key);
			if (tail === undefined) continue;
			if (tail.sent || tail.run !== run || (target !== undefined && target !== tail))
				return undefined;
			target = tail;
		}
		// A key that the target lacks would hide the newcomer from later records of that key.
		return target && keys.every((key) => target.keys.includes(key)) ? target : undefined;
	}

	/** Lines the entry up behind the open ones that share a key with it. */
	enter(entry: Entry): void {
		for (const key of entry.keys) {
			const tail = this.tails.get(key);
			if (tail === entry) continue;
			if (tail && !tail.followers?.includes(entry)) {
				(tail.followers ??= []).push(entry);
				entry.waitsFor += 1;
			}
			this.tails.set(key, entry);
		}
	}

	/** Takes a settled entry out; returns those whose way is free now. */
	leave(entry: Entry): Entry[] {
		for (const key of entry.keys) {
			if (this.tails.get(key) === entry) this.tails.delete(key);
		}
		const followers = entry.followers ?? [];
		entry.followers = undefined;
		for (const follower of followers) follower.waitsFor -= 1;
		return followers.filter((follower) => follower.waitsFor === 0 && !follower.settled);
	}

	/** Puts a chain of entries in the place of one; the first of them is free to go. */
	replace(entry: Entry, chain: readonly Entry[]): void {
		const last = chain[chain.length - 1];
		for (let i = 1; i < chain.length; i += 1) {
			chain[i - 1].followers = [chain[i]];
			chain[i].waitsFor = 1;
		}
		last.followers = entry.followers;
		entry.followers = undefined;
		for (const key of entry.keys) {
			if (this.tails.get(key) === entry) this.tails.set(key, last);
		}
	}
}
