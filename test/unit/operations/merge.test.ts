import fc from 'fast-check';

import { bulkUpdatePreferences } from '../../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { operations } from '../../../nodes/MoEngageSubscription/operations';
import type { UserPreference } from '../../../nodes/MoEngageSubscription/api/schemas';

/** The points that MoEngage's documentation leaves open; each combination is a reading of it. */
interface Reading {
	/** Categories next to `unsubscribe_all: true` are applied all the same. */
	appliesCategories: boolean;
	/** `unsubscribe_all: true` turns off all categories. */
	resetsCategories: boolean;
	/** `unsubscribe_all: false` lifts an earlier unsubscribe from all. */
	falseLifts: boolean;
	/** An entry without categories is accepted: never, always, or only with an unsubscribe from all. */
	takesEmpty: 'never' | 'always' | 'withUnsubscribe';
}

const NAMES = ['A', 'B', 'C', 'constructor'];
const BOTH = [true, false];
const READINGS: Reading[] = BOTH.flatMap((appliesCategories) =>
	BOTH.flatMap((resetsCategories) =>
		BOTH.flatMap((falseLifts) =>
			(['never', 'always', 'withUnsubscribe'] as const).map((takesEmpty) => ({
				appliesCategories,
				resetsCategories,
				falseLifts,
				takesEmpty,
			})),
		),
	),
);

/** A user in MoEngage. */
interface User {
	unsubscribed: boolean;
	categories: Map<string, boolean>;
}

const change = fc.record({
	customer_id: fc.constant('ada'),
	categories: fc.dictionary(fc.constantFrom(...NAMES), fc.boolean()),
	unsubscribe_all: fc.boolean(),
});
const user = fc.record({
	unsubscribed: fc.boolean(),
	categories: fc
		.tuple(...NAMES.map((name) => fc.tuple(fc.constant(name), fc.boolean())))
		.map((entries) => new Map(entries)),
});

function send(before: User, one: UserPreference, reading: Reading): User {
	const entries = Object.entries(one.categories);
	const all = one.unsubscribe_all;
	const { takesEmpty } = reading;
	const takes = takesEmpty === 'always' || (takesEmpty === 'withUnsubscribe' && all);
	if (entries.length === 0 && !takes) return before;
	const categories = new Map(before.categories);
	if (all && reading.resetsCategories) for (const name of NAMES) categories.set(name, false);
	if (!all || reading.appliesCategories) for (const [name, on] of entries) categories.set(name, on);
	return { unsubscribed: all || (before.unsubscribed && !reading.falseLifts), categories };
}

/** Where a user ends by these changes, as text that can be compared. */
function ends(before: User, changes: UserPreference[], reading: Reading): string {
	const { unsubscribed, categories } = changes.reduce(
		(state, one) => send(state, one, reading),
		before,
	);
	return JSON.stringify([unsubscribed, [...categories].sort()]);
}

describe('merging two changes of a user', () => {
	it('ends as one after the other does, under every reading of the documentation', () => {
		fc.assert(
			fc.property(user, change, change, (before, earlier, later) => {
				const merged = bulkUpdatePreferences.merge?.(earlier, later);
				if (merged === undefined) return true;
				return READINGS.every(
					(reading) => ends(before, [merged], reading) === ends(before, [earlier, later], reading),
				);
			}),
			{ numRuns: 5000 },
		);
	});

	it('ends alike for a chain of changes', () => {
		fc.assert(
			fc.property(user, fc.array(change, { maxLength: 8 }), (before, changes) => {
				const sent: UserPreference[] = [];
				for (const one of changes) {
					const last = sent.at(-1);
					const merged = last && bulkUpdatePreferences.merge?.(last, one);
					if (merged === undefined) sent.push(one);
					else sent[sent.length - 1] = merged;
				}
				return READINGS.every(
					(reading) => ends(before, sent, reading) === ends(before, changes, reading),
				);
			}),
			{ numRuns: 2000 },
		);
	});

	it('never happens if only one of them unsubscribes from all', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const merged = bulkUpdatePreferences.merge?.(earlier, later);
				return merged === undefined || earlier.unsubscribe_all === later.unsubscribe_all;
			}),
		);
	});

	it('always happens if both change only categories', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const merged = bulkUpdatePreferences.merge?.(
					{ ...earlier, unsubscribe_all: false },
					{ ...later, unsubscribe_all: false },
				);
				return merged !== undefined;
			}),
		);
	});

	it('keeps an opt-out that an unsubscribe from all and its end would have passed over', () => {
		const row = (categories: Record<string, boolean>, unsubscribe_all: boolean) => ({
			customer_id: 'ada',
			categories,
			unsubscribe_all,
		});
		const rows = [row({ A: false }, false), row({}, true), row({ B: true }, false)];
		expect(bulkUpdatePreferences.merge?.(rows[0], rows[1])).toBeUndefined();
		expect(bulkUpdatePreferences.merge?.(rows[1], rows[2])).toBeUndefined();
	});

	it('keeps a category called __proto__ apart', () => {
		const named = (subscribed: boolean): UserPreference => ({
			customer_id: 'ada',
			categories: JSON.parse(`{"__proto__": ${subscribed}}`) as Record<string, boolean>,
			unsubscribe_all: false,
		});
		const folded = bulkUpdatePreferences.merge?.(named(true), named(false));
		expect(JSON.stringify(folded?.categories)).toBe('{"__proto__":false}');
	});

	it('changes neither of the two', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const before = JSON.stringify([earlier, later]);
				bulkUpdatePreferences.merge?.(earlier, later);
				return JSON.stringify([earlier, later]) === before;
			}),
		);
	});
});

it('reads, updates by landing page and opt-ins are never combined', () => {
	const combining = operations.filter(({ merge: fold }) => fold !== undefined);
	expect(combining.map(({ endpoint }) => endpoint.id)).toEqual([
		'preference.bulkUpdate',
		'resubscription.resubscribe',
	]);
});
