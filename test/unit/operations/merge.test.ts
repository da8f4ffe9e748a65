import fc from 'fast-check';

import { bulkUpdatePreferences } from '../../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { operations } from '../../../nodes/MoEngageSubscription/operations';
import type { UserPreference } from '../../../nodes/MoEngageSubscription/api/schemas';

/** The points that MoEngage's documentation leaves open. Each combination is one interpretation. */
interface Interpretation {
	/** Categories next to `unsubscribe_all: true` are applied. */
	appliesCategories: boolean;
	/** `unsubscribe_all: true` turns off all categories. */
	resetsCategories: boolean;
	/** `unsubscribe_all: false` lifts an earlier unsubscribe from all. */
	falseLifts: boolean;
	/** An entry without categories is accepted: never, always, or only with an unsubscribe from all. */
	acceptsEmpty: 'never' | 'always' | 'withUnsubscribe';
}

const NAMES = ['A', 'B', 'C', 'constructor'];
const BOTH = [true, false];
const INTERPRETATIONS: Interpretation[] = BOTH.flatMap((appliesCategories) =>
	BOTH.flatMap((resetsCategories) =>
		BOTH.flatMap((falseLifts) =>
			(['never', 'always', 'withUnsubscribe'] as const).map((acceptsEmpty) => ({
				appliesCategories,
				resetsCategories,
				falseLifts,
				acceptsEmpty,
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

function send(before: User, one: UserPreference, interpretation: Interpretation): User {
	const entries = Object.entries(one.categories);
	const all = one.unsubscribe_all;
	const { acceptsEmpty } = interpretation;
	const accepts = acceptsEmpty === 'always' || (acceptsEmpty === 'withUnsubscribe' && all);
	if (entries.length === 0 && !accepts) return before;
	const categories = new Map(before.categories);
	if (all && interpretation.resetsCategories) for (const name of NAMES) categories.set(name, false);
	if (!all || interpretation.appliesCategories)
		for (const [name, on] of entries) categories.set(name, on);
	return { unsubscribed: all || (before.unsubscribed && !interpretation.falseLifts), categories };
}

/** Returns a user's state after these changes, as a comparable text. */
function finalState(
	before: User,
	changes: UserPreference[],
	interpretation: Interpretation,
): string {
	const { unsubscribed, categories } = changes.reduce(
		(state, one) => send(state, one, interpretation),
		before,
	);
	return JSON.stringify([unsubscribed, [...categories].sort()]);
}

describe('merging two changes of a user', () => {
	it('merging two changes has the same result as sending both, under every interpretation', () => {
		fc.assert(
			fc.property(user, change, change, (before, earlier, later) => {
				const merged = bulkUpdatePreferences.merge?.(earlier, later);
				if (merged === undefined) return true;
				return INTERPRETATIONS.every(
					(interpretation) =>
						finalState(before, [merged], interpretation) ===
						finalState(before, [earlier, later], interpretation),
				);
			}),
			{ numRuns: 5000 },
		);
	});

	it('merging a chain of changes has the same result as sending all', () => {
		fc.assert(
			fc.property(user, fc.array(change, { maxLength: 8 }), (before, changes) => {
				const sent: UserPreference[] = [];
				for (const one of changes) {
					const last = sent.at(-1);
					const merged = last && bulkUpdatePreferences.merge?.(last, one);
					if (merged === undefined) sent.push(one);
					else sent[sent.length - 1] = merged;
				}
				return INTERPRETATIONS.every(
					(interpretation) =>
						finalState(before, sent, interpretation) ===
						finalState(before, changes, interpretation),
				);
			}),
			{ numRuns: 2000 },
		);
	});

	it('changes are never merged if only one unsubscribes from all', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const merged = bulkUpdatePreferences.merge?.(earlier, later);
				return merged === undefined || earlier.unsubscribe_all === later.unsubscribe_all;
			}),
		);
	});

	it('changes of categories alone are always merged', () => {
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

	it('an opt-out isn’t merged across an unsubscribe from all', () => {
		const row = (categories: Record<string, boolean>, unsubscribe_all: boolean) => ({
			customer_id: 'ada',
			categories,
			unsubscribe_all,
		});
		const rows = [row({ A: false }, false), row({}, true), row({ B: true }, false)];
		expect(bulkUpdatePreferences.merge?.(rows[0], rows[1])).toBeUndefined();
		expect(bulkUpdatePreferences.merge?.(rows[1], rows[2])).toBeUndefined();
	});

	it('merging keeps a category called __proto__', () => {
		const named = (subscribed: boolean): UserPreference => ({
			customer_id: 'ada',
			categories: JSON.parse(`{"__proto__": ${subscribed}}`) as Record<string, boolean>,
			unsubscribe_all: false,
		});
		const merged = bulkUpdatePreferences.merge?.(named(true), named(false));
		expect(JSON.stringify(merged?.categories)).toBe('{"__proto__":false}');
	});

	it('merging changes neither input', () => {
		fc.assert(
			fc.property(change, change, (earlier, later) => {
				const before = JSON.stringify([earlier, later]);
				bulkUpdatePreferences.merge?.(earlier, later);
				return JSON.stringify([earlier, later]) === before;
			}),
		);
	});
});

it('only bulk updates, resubscriptions, and the same lists are merged', () => {
	const merging = operations.filter(({ merge }) => merge !== undefined);
	expect(merging.map(({ endpoint }) => endpoint.id)).toEqual([
		'preference.bulkUpdate',
		'resubscription.resubscribe',
		'category.getAll',
	]);
});
