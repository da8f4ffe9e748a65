import type { QueuedRecord } from './record';
import type { Run } from './run';

/** All keys that are known to name one user, and the last record that waits or is sent for it. */
interface User {
	readonly keys: Set<string>;
	tail?: QueuedRecord;
	/** Records that have not left yet. */
	open: number;
}

/** Neighboring records of one kind of identifier. */
interface Phase {
	readonly kind: string;
	open: number;
	/** Records that wait for the phases before this one. */
	readonly waiting: QueuedRecord[];
}

/**
 * Keeps the order for each user: a record may be sent when no earlier one of the same user is still
 * open. For each user the result is then what sending one by one would give.
 *
 * Keys that share a record are one user. Whether a customer ID and an email address of two other
 * records are one user isn't known here, so records of different kinds of identifier are never
 * in flight together: they go in phases, in the order they came.
 */
export class OrderingKeys {
	private readonly users = new Map<string, User>();
	private readonly phases: Phase[] = [];
	private readonly blockers = new Map<QueuedRecord, number>();
	private readonly followers = new Map<QueuedRecord, QueuedRecord[]>();
	/** Records that left while they were blocked. */
	private readonly leavesLater = new Set<QueuedRecord>();
	private readonly phaseOf = new Map<QueuedRecord, Phase>();

	/** Keys that are taken. */
	get size(): number {
		return this.users.size;
	}

	/** The one waiting record that a new one could be merged with, without overtaking any. */
	mergeTarget(keys: readonly string[], kind: string, run: Run): QueuedRecord | undefined {
		const [first] = keys;
		if (first === undefined) return undefined;
		const target = this.users.get(first)?.tail;
		if (target === undefined || target.wasSent || target.run !== run) return undefined;
		if (target.state !== 'ready' && target.state !== 'blocked') return undefined;
		// A record of another kind in between would be overtaken.
		const latest = this.phases[this.phases.length - 1];
		if (target.kind !== kind || this.phaseOf.get(target) !== latest) return undefined;
		return keys.every((key) => target.keys.includes(key)) ? target : undefined;
	}

	/** Lines a record up; true if it is free to go, else it waits for earlier ones. */
	enter(record: QueuedRecord): { isFree: boolean; waitsForKind: boolean } {
		let blockers = 0;
		if (record.keys.length > 0) {
			const { known, tails } = this.userOf(record.keys);
			for (const tail of tails) {
				this.follow(tail, record);
				blockers += 1;
			}
			known.tail = record;
			known.open += 1;
		}
		const phase = this.phaseFor(record.kind);
		this.phaseOf.set(record, phase);
		phase.open += 1;
		const waitsForKind = phase !== this.phases[0];
		if (waitsForKind) {
			phase.waiting.push(record);
			blockers += 1;
		}
		if (blockers > 0) this.blockers.set(record, blockers);
		return { isFree: blockers === 0, waitsForKind };
	}

	/**
	 * Takes a settled record out; returns those that are free to go now. One that is still blocked
	 * keeps its place until it isn't: those behind it wait for the ones ahead of it too.
	 */
	leave(record: QueuedRecord): QueuedRecord[] {
		const free: QueuedRecord[] = [];
		const isBlocked = this.blockers.has(record);
		if (isBlocked) this.leavesLater.add(record);
		const leaving = isBlocked ? [] : [record];
		for (let one = leaving.pop(); one !== undefined; one = leaving.pop()) {
			for (const next of this.remove(one)) {
				if (!this.unblock(next)) continue;
				if (this.leavesLater.delete(next)) leaving.push(next);
				else if (!next.isSettled) free.push(next);
			}
		}
		return free;
	}

	/** Puts a chain of records in the place of one; the first of them is free to go. */
	replace(record: QueuedRecord, chain: readonly QueuedRecord[]): void {
		const followers = this.followers.get(record);
		this.followers.delete(record);
		let last = record;
		for (const one of chain) {
			if (last !== record) {
				this.followers.set(last, [one]);
				this.blockers.set(one, 1);
			}
			last = one;
		}
		if (followers !== undefined) this.followers.set(last, followers);
		const phase = this.phaseOf.get(record) as Phase;
		this.phaseOf.delete(record);
		for (const one of chain) this.phaseOf.set(one, phase);
		phase.open += chain.length - 1;
		const user = this.userWho(record);
		if (user === undefined) return;
		user.open += chain.length - 1;
		if (user.tail === record) user.tail = last;
	}

	/** The user that a record in line is about; undefined for a record without keys. */
	private userWho({ keys: [key] }: QueuedRecord): User | undefined {
		return key === undefined ? undefined : this.users.get(key);
	}

	/** Forgets a record; returns those that waited for it. */
	private remove(record: QueuedRecord): QueuedRecord[] {
		const user = this.userWho(record);
		if (user !== undefined) {
			if (user.tail === record) user.tail = undefined;
			user.open -= 1;
			if (user.open === 0) for (const key of user.keys) this.users.delete(key);
		}
		const followers = this.followers.get(record) ?? [];
		this.followers.delete(record);
		return [...followers, ...this.leavePhase(record)];
	}

	/** The user whom these keys name, all of whom they join, and the tails of each before. */
	private userOf(keys: readonly string[]): { known: User; tails: QueuedRecord[] } {
		const found = new Set<User>();
		for (const key of keys) {
			const user = this.users.get(key);
			if (user !== undefined) found.add(user);
		}
		const tails = [...found].flatMap(({ tail }) => tail ?? []);
		const [known = { keys: new Set<string>(), open: 0 }, ...others] = [...found].sort(
			(a, b) => b.keys.size - a.keys.size,
		);
		for (const other of others) {
			known.open += other.open;
			for (const key of other.keys) this.adopt(known, key);
		}
		for (const key of keys) this.adopt(known, key);
		return { known, tails };
	}

	private adopt(user: User, key: string): void {
		user.keys.add(key);
		this.users.set(key, user);
	}

	private follow(tail: QueuedRecord, record: QueuedRecord): void {
		const followers = this.followers.get(tail);
		if (followers === undefined) this.followers.set(tail, [record]);
		else followers.push(record);
	}

	/** The latest phase if it is of this kind, or a new one behind it. */
	private phaseFor(kind: string): Phase {
		const latest = this.phases[this.phases.length - 1];
		if (latest?.kind === kind) return latest;
		const phase: Phase = { kind, open: 0, waiting: [] };
		this.phases.push(phase);
		return phase;
	}

	/** Those that waited for the record's phase, if that has ended. */
	private leavePhase(record: QueuedRecord): QueuedRecord[] {
		const phase = this.phaseOf.get(record) as Phase;
		this.phaseOf.delete(record);
		phase.open -= 1;
		const freed: QueuedRecord[] = [];
		while (this.phases[0]?.open === 0) {
			this.phases.shift();
			freed.push(...(this.phases[0]?.waiting.splice(0) ?? []));
		}
		return freed;
	}

	/** One blocker less; true if it was the record's last one. */
	private unblock(record: QueuedRecord): boolean {
		const left = (this.blockers.get(record) ?? 1) - 1;
		if (left > 0) this.blockers.set(record, left);
		else this.blockers.delete(record);
		return left === 0;
	}
}
