import type { DeliveryRecord } from '../../nodes/MoEngageSubscription/delivery/types';

/** One user's change in a bulk update, with a mark that identifies it. */
export interface Change {
	user: string;
	categories: Record<string, boolean>;
	all: boolean;
	/** Marks of the input items that are merged into it. */
	marks: number[];
}

export interface UserState {
	all: boolean;
	categories: Record<string, boolean>;
}

/** The stored profiles. The contract doesn't say whether `false` lifts a global unsubscribe. */
export class Profiles {
	readonly users = new Map<string, UserState>();
	/** Marks of the applied changes, in order. */
	readonly applied: number[] = [];

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
		this.applied.push(...change.marks);
	}
}

/** Merges two changes of one user, if that can't change the result. */
export function mergeChanges(earlier: unknown, later: unknown): Change | undefined {
	const [first, second] = [earlier as Change, later as Change];
	const marks = [...first.marks, ...second.marks];
	if (second.all) return { ...second, marks };
	if (first.all) return undefined;
	return { ...second, categories: { ...first.categories, ...second.categories }, marks };
}

export function record(change: Change): DeliveryRecord<unknown> {
	return { keys: [change.user], value: change, partitionKey: 'e' };
}
