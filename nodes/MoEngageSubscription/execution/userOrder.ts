import type { DeliveryRecord } from '../delivery';

type Ordered = Pick<DeliveryRecord<unknown>, 'keys' | 'kind'>;

/** Neighboring records with the same kind of identifier. */
interface Phase {
	open: number;
	/** For each user, the records that are not done, in order. */
	readonly lines: Map<number, number[]>;
}

/**
 * Decides which of a run's records may start. The records of one user start one after the other, and
 * users named by another kind of identifier wait, because they may be the same person. With these
 * rules, the endpoint's queue would let a lookup overtake an earlier change at another endpoint.
 */
export class UserOrder {
	private readonly users: readonly number[];
	private readonly phases: Phase[] = [];
	private readonly phaseOf: Phase[] = [];

	constructor(records: readonly Ordered[]) {
		this.users = usersOf(records);
		let kind: string | undefined;
		for (const [index, record] of records.entries()) {
			if (index === 0 || record.kind !== kind) this.phases.push({ open: 0, lines: new Map() });
			kind = record.kind;
			const phase = this.phases[this.phases.length - 1] as Phase;
			const user = this.userOf(index);
			const line = phase.lines.get(user);
			if (line === undefined) phase.lines.set(user, [index]);
			else line.push(index);
			phase.open += 1;
			this.phaseOf.push(phase);
		}
	}

	/** Returns a number that is the same for records of the same user. */
	userOf(index: number): number {
		return this.users[index] as number;
	}

	/** Records that wait for users identified another way. */
	get serialized(): number {
		return this.phaseOf.filter((phase) => phase !== this.phaseOf[0]).length;
	}

	/** Whether users identified another way come after this record. */
	precedesOtherKind(index: number): boolean {
		return this.phaseOf[index] !== this.phaseOf[this.phaseOf.length - 1];
	}

	/** Returns the records that may start first. */
	first(): number[] {
		return heads(this.phases[0]);
	}

	/** A record has its result. Returns those that may start now. */
	done(index: number): number[] {
		const phase = this.phaseOf[index] as Phase;
		const line = phase.lines.get(this.userOf(index)) as number[];
		line.shift();
		phase.open -= 1;
		if (phase.open > 0) return line.slice(0, 1);
		this.phases.shift();
		return heads(this.phases[0]);
	}
}

function heads(phase: Phase | undefined): number[] {
	return phase === undefined ? [] : [...phase.lines.values()].flatMap(([first]) => first ?? []);
}

/** Returns a number for each record. Records that share a key, directly or by others, have the same. */
function usersOf(records: readonly Ordered[]): number[] {
	const parents = records.map((_, index) => index);
	const rootOf = (index: number): number => {
		let root = index;
		while (parents[root] !== root) root = parents[root] as number;
		parents[index] = root;
		return root;
	};
	const firstWith = new Map<string, number>();
	for (const [index, { keys }] of records.entries()) {
		for (const key of keys) {
			const earlier = firstWith.get(key);
			if (earlier === undefined) firstWith.set(key, index);
			else parents[rootOf(index)] = rootOf(earlier);
		}
	}
	return records.map((_, index) => rootOf(index));
}
