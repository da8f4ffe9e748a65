import type { DeliveryRecord } from '../../nodes/MoEngageSubscription/delivery/types';
import type { RecordOutcome } from './rig';

/** A profile in MoEngage; several may share an email. */
export interface Profile {
	id: string;
	uid: string;
	email: string;
}

export type Kind = 'id' | 'uid' | 'email' | 'email+id';

/** A change of one user, named by one or two identifiers. `mark` is its place in the input. */
export interface Row {
	mark: number;
	kind: Kind;
	id?: string;
	uid?: string;
	email?: string;
}

export function row(mark: number, kind: Kind, { id, uid, email }: Profile): Row {
	if (kind === 'id') return { mark, kind, id };
	if (kind === 'uid') return { mark, kind, uid };
	if (kind === 'email') return { mark, kind, email };
	return { mark, kind, id, email };
}

/** The record that opt-in and v5 create from a row. */
export function recordOf(given: Row): DeliveryRecord<unknown> {
	return { keys: namesOf(given), kind: given.kind, value: given, partitionKey: 'e' };
}

/** The profiles and the last change applied to each; -1 if none. */
export class People {
	readonly last: number[];
	/** Marks that were applied to any profile. */
	readonly applied = new Set<number>();

	/** `emailWins`: a row with both identifiers applies to every profile with its email. */
	constructor(
		readonly profiles: readonly Profile[],
		private readonly emailWins: boolean,
	) {
		this.last = profiles.map(() => -1);
	}

	concerns(given: Row, profile: Profile): boolean {
		if (given.kind === 'uid') return given.uid === profile.uid;
		if (given.kind === 'id') return given.id === profile.id;
		if (given.kind === 'email' || this.emailWins) return given.email === profile.email;
		return given.id === profile.id;
	}

	apply(values: readonly unknown[]): void {
		for (const given of values as Row[]) {
			this.applied.add(given.mark);
			this.profiles.forEach((profile, i) => {
				if (this.concerns(given, profile)) this.last[i] = given.mark;
			});
		}
	}

	/**
	 * How the profiles differ from what the outcomes allow. Rows are in input order: each accepted
	 * one was applied, each unconfirmed one may have been, none of the others was.
	 */
	difference(rows: readonly Row[], outcomes: readonly RecordOutcome[]): string | undefined {
		for (const [i, { mark }] of rows.entries()) {
			const { status } = outcomes[i];
			if (status === 'accepted' && !this.applied.has(mark))
				return `row ${mark} is accepted, not applied`;
			if ((status === 'rejected' || status === 'notSent') && this.applied.has(mark)) {
				return `row ${mark} is ${status}, but it was applied`;
			}
		}
		for (const [p, profile] of this.profiles.entries()) {
			let allowed = [-1];
			rows.forEach((given, i) => {
				if (!this.concerns(given, profile)) return;
				if (outcomes[i].status === 'accepted') allowed = [given.mark];
				if (outcomes[i].status === 'unconfirmed') allowed.push(given.mark);
			});
			if (!allowed.includes(this.last[p])) {
				return `profile ${profile.id} ends with row ${this.last[p]}, not with ${allowed.join(' or ')}`;
			}
		}
		return undefined;
	}
}

/** Checks that rows of different kinds, or of one user, are never in flight together. */
export class FlightWatch {
	readonly faults: string[] = [];
	private readonly inFlight = new Set<Row>();

	/** `runOf` returns all rows of the run that a row belongs to, in input order. */
	constructor(private readonly runOf: (given: Row) => readonly Row[]) {}

	leaves(values: readonly unknown[]): () => void {
		const rows = values as Row[];
		for (const given of rows) {
			for (const other of this.inFlight) this.compare(given, other);
			this.inFlight.add(given);
		}
		return () => rows.forEach((given) => this.inFlight.delete(given));
	}

	private compare(one: Row, other: Row): void {
		if (one.kind !== other.kind) {
			this.faults.push(
				`${one.kind} row ${one.mark} meets ${other.kind} row ${other.mark} in flight`,
			);
		}
		const later = one.mark > other.mark ? one : other;
		const names = this.personOf(other, later);
		if (namesOf(one).some((name) => names.has(name))) {
			this.faults.push(`rows ${other.mark} and ${one.mark} of one person meet in flight`);
		}
	}

	/** All names of the person, as the rows of the run before `until` link them. */
	private personOf(given: Row, until: Row): Set<string> {
		const names = new Set(namesOf(given));
		const links = this.runOf(until).filter(({ mark }) => mark < until.mark);
		for (let size = 0; size !== names.size; ) {
			size = names.size;
			for (const link of links) {
				const linked = namesOf(link);
				if (linked.some((name) => names.has(name))) linked.forEach((name) => names.add(name));
			}
		}
		return names;
	}
}

function namesOf({ id, uid, email }: Row): string[] {
	const names: string[] = [];
	if (id !== undefined) names.push(`id:${id}`);
	if (uid !== undefined) names.push(`uid:${uid}`);
	if (email !== undefined) names.push(`email:${email}`);
	return names;
}
