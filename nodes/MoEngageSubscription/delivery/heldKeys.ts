import type { QueuedRecord } from './record';

/**
 * Settled records whose keys stay taken for a while: the server may still apply a request that was
 * stopped or whose response was lost, and a later change of the same user must not be overtaken.
 */
export class HeldKeys {
	private readonly heldUntil = new Map<QueuedRecord, number>();

	get size(): number {
		return this.heldUntil.size;
	}

	/** When the first of them is free; Infinity if there is none. */
	get nextAt(): number {
		let next = Infinity;
		for (const until of this.heldUntil.values()) next = Math.min(next, until);
		return next;
	}

	hold(record: QueuedRecord, until: number): void {
		this.heldUntil.set(record, until);
	}

	/** The request of a held record has ended; true if that leaves nothing to wait for. */
	reduce(record: QueuedRecord, until: number, now: number): boolean {
		if (!this.heldUntil.has(record)) return false;
		if (until <= now) return this.heldUntil.delete(record);
		this.heldUntil.set(record, until);
		return false;
	}

	/** Lets go of all whose time is over. */
	expire(now: number): QueuedRecord[] {
		const free: QueuedRecord[] = [];
		for (const [record, until] of this.heldUntil) {
			if (until > now) continue;
			free.push(record);
			this.heldUntil.delete(record);
		}
		return free;
	}
}
