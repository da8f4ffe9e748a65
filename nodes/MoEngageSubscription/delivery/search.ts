import type { Entry } from './entry';
import { Isolation } from './isolation';
import type { Lane } from './lane';
import type { Run } from './run';

/** The search for the records at fault in one refused batch, and what it came to for each run. */
export class Search {
	readonly isolation: Isolation<Entry>;
	private readonly refusedWords = new Map<Run, Set<string>>();
	private readonly spared = new Set<Run>();
	private readonly sizes = new Map<Run, number>();

	constructor(
		readonly lane: Lane,
		entries: readonly Entry[],
	) {
		this.isolation = new Isolation(entries);
		for (const { run } of entries) this.sizes.set(run, (this.sizes.get(run) ?? 0) + 1);
	}

	/** The next part to send; entries that were settled meanwhile are left out. */
	next(): Entry[] | undefined {
		for (;;) {
			const part = this.isolation.next();
			if (!part) return undefined;
			const open = part.filter((entry) => !entry.settled);
			if (open.length > 0) return open;
			this.isolation.accepted();
		}
	}

	/** A record was accepted, or its fate stays unknown: its run is not refused whole. */
	spare(entries: readonly Entry[]): void {
		for (const { run } of entries) this.spared.add(run);
		this.isolation.accepted();
	}

	/** A part was refused; returns the entry at fault if it stood alone. */
	refuse(words: string): Entry | undefined {
		const entry = this.isolation.refused();
		if (entry) {
			const known = this.refusedWords.get(entry.run) ?? new Set<string>();
			this.refusedWords.set(entry.run, known.add(words));
		}
		return entry;
	}

	/** Runs of which several records were in the batch and none was accepted, in the same words. */
	refusedWhole(): { run: Run; words: string }[] {
		const whole: { run: Run; words: string }[] = [];
		for (const [run, words] of this.refusedWords) {
			const alone = (this.sizes.get(run) ?? 0) < 2;
			if (!alone && !this.spared.has(run) && words.size === 1) {
				whole.push({ run, words: [...words][0] });
			}
		}
		return whole;
	}
}
