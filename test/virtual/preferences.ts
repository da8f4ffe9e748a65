import type { DeliveryRecord } from '../../nodes/MoEngageSubscription/delivery/types';

/** A user's change, as the bulk update means it, with a mark that tells it from all others. */
export interface Change {
	user: string;
	categories: Record<string, boolean>;
	all: boolean;
	/** Marks of the input items that it stands for. */
	marks: number[];
}

export interface UserState {
	all: boolean;
	categories: Record<string, boolean>;
}

/** What MoEngage keeps. The contract leaves open whether `false` lifts a global unsubscribe. */
export class Profiles {
	readonly users = new Map<string, UserState>();
	/** Marks of the changes taken, in the order they were. */
	readonly taken: number[] = [];

	constructor(private readonly falseClears: boolean) {}

	apply(change: Change): void {
		const state = this.users.get(change.user) ?? { all: false, categories: {} };
		if (change.all) {
			state.all = true;
			for (const name of ['A', 'B', 'C']) state.categories[name] = false;
		} else {
			if (this.falseClears) state.all = false;
			Object.assign(state.categories, change.categories);
		}
		this.users.set(change.user, state);
		this.taken.push(...change.marks);
	}
}

/** Two changes of one user become one, where that can't change the result. */
export function fold(earlier: unknown, later: unknown): Change | undefined {
	const [first, second] = [earlier as Change, later as Change];
	const marks = [...first.marks, ...second.marks];
	if (second.all) return { ...second, marks };
	if (first.all) return undefined;
	return { ...second, categories: { ...first.categories, ...second.categories }, marks };
}

export function record(change: Change): DeliveryRecord<unknown> {
	return { keys: [change.user], value: change, partitionKey: 'e' };
}
