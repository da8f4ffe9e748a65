import type { QueuedRecord } from './record';

/**
 * Settled records whose keys stay taken for a while: the server may still apply a request that was
 * stopped or whose response was lost, and a later change of the same user must not be overtaken.
 */
export class HeldKeys {
	private readonly records = new Set<QueuedRecord>();

	get size(): number {
		return this.records.size;
	}

	/** When the first of them is free; Infinity if there is none. */
	get nextAt(): number {
		let next = Infinity;
		for (const { heldUntil } of this.records) next = Math.min(next, heldUntil);
		return next;
	}

	hold(record: QueuedRecord): void {
		this.records.add(record);
	}

	/** Lets go of a record whose request has had a response; false if it wasn't held. */
	release(record: QueuedRecord): boolean {
		return this.records.delete(record);
	}

	/** Lets go of all whose time is over. */
	expire(now: number): QueuedRecord[] {
		const free = [...this.records].filter(({ heldUntil }) => heldUntil <= now);
		for (const record of free) this.records.delete(record);
		return free;
	}
}
