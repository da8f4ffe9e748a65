import fc from 'fast-check';

import { bulkUpdatePreferences } from '../../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { operations } from '../../../nodes/MoEngageSubscription/operations';
import type { UserPreference } from '../../../nodes/MoEngageSubscription/api/schemas';

/** A user at MoEngage, by the contract: `falseLifts` is the point that it leaves open. */
function apply(user: Map<string, boolean>, change: UserPreference, falseLifts: boolean) {
	if (change.unsubscribe_all) return new Map([...user, ['*unsubscribed*', true]] as const);
	const after = new Map([...user, ...Object.entries(change.categories)]);
	if (falseLifts) after.delete('*unsubscribed*');
	return after;
}

const change = fc.record({
	customer_id: fc.constant('ada'),
	categories: fc.dictionary(fc.constantFrom('A', 'B', 'C', 'constructor'), fc.boolean()),
	unsubscribe_all: fc.boolean(),
});

/** Whether two ways end alike, for someone who was and one who wasn't unsubscribed before. */
function alike(one: UserPreference[], other: UserPreference[]): boolean {
	const ends = (changes: UserPreference[], lifts: boolean, before: [string, boolean][]) =>
		JSON.stringify([...changes.reduce((user, c) => apply(user, c, lifts), new Map(before))].sort());
	return [true, false].every((lifts) =>
		[[], [['*unsubscribed*', true]] as [string, boolean][]].every(
			(before) => ends(one, lifts, before) === ends(other, lifts, before),
		),
	);
}

describe('combining two changes of a user', () => {
	it('opts the user out of all, whichever change said so', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const folded = bulkUpdatePreferences.fold?.(earlier, later);
				if (folded === undefined) return earlier.unsubscribe_all && !later.unsubscribe_all;
				return folded.unsubscribe_all === later.unsubscribe_all;
			}),
		);
	});

	it('leaves MoEngage as one after the other would', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const folded = bulkUpdatePreferences.fold?.(earlier, later);
				// What stands beside an unsubscribe from all is ignored, so it may get lost with it.
				if (folded === undefined || later.unsubscribe_all) return true;
				return alike([earlier, later], [folded]);
			}),
			{ numRuns: 2000 },
		);
	});

	it('keeps a category called __proto__ apart', () => {
		const named = (subscribed: boolean): UserPreference => ({
			customer_id: 'ada',
			categories: JSON.parse(`{"__proto__": ${subscribed}}`) as Record<string, boolean>,
			unsubscribe_all: false,
		});
		const folded = bulkUpdatePreferences.fold?.(named(true), named(false));
		expect(JSON.stringify(folded?.categories)).toBe('{"__proto__":false}');
	});

	it('changes neither of the two', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const before = JSON.stringify([earlier, later]);
				bulkUpdatePreferences.fold?.(earlier, later);
				return JSON.stringify([earlier, later]) === before;
			}),
		);
	});
});

it('reads, updates by landing page and opt-ins are never combined', () => {
	const combining = operations.filter(({ fold }) => fold !== undefined);
	expect(combining.map(({ endpoint }) => endpoint.id)).toEqual([
		'preference.bulkUpdate',
		'resubscription.resubscribe',
	]);
});
