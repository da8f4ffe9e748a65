import fc from 'fast-check';

import { bulkUpdatePreferences } from '../../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { updateOptIn } from '../../../nodes/MoEngageSubscription/operations/optIn/update.operation';
import { updatePreferencesByUser } from '../../../nodes/MoEngageSubscription/operations/preference/updateByUser.operation';
import { ItemError } from '../../../nodes/MoEngageSubscription/operations/shared/itemError';
import type { AnyOperation } from '../../../nodes/MoEngageSubscription/operations/operation';
import { itemReader } from '../../support/itemReader';

const fails = () => {
	throw new ItemError('An expression', 'failed');
};
const yes = fc.constantFrom<unknown>(true, 'yes', 'TRUE', 1, ' on ', 'subscribed');
const no = fc.constantFrom<unknown>(false, 'no', 'FALSE', 0, 'off', 'Unsubscribed');
const blank = fc.constantFrom<unknown>('', ' ', null, undefined, '\u200B');
const junk = fc.constantFrom<unknown>('perhaps', 'opted in', 7, [], {}, fails);
/** A value of a category and its meaning. */
const meant = fc.oneof(
	yes.map((value) => ({ value, means: 'in' })),
	no.map((value) => ({ value, means: 'out' })),
	blank.map((value) => ({ value, means: 'nothing' })),
	junk.map((value) => ({ value, means: 'unreadable' })),
);
const name = fc.constantFrom(
	'News',
	' News',
	'News\u200B',
	'Offers',
	'Offers ',
	'Tips',
	'__proto__',
);
const row = fc.record({ name, meant });
const rows = fc.array(row, { maxLength: 6 });
type Rows = Array<{ name: string; meant: { value: unknown; means: string } }>;

const plain = (text: string) => text.replace('\u200B', '').trim();
const means = (all: Rows, what: string) =>
	new Set(all.filter(({ meant: { means: one } }) => one === what).map((one) => plain(one.name)));

/** Returns the categories and warnings that the rows result in, or 'rejected'. */
function outcome(operation: AnyOperation, own: object, all: Rows) {
	const category = all.map(({ name: of, meant: { value } }) => ({ name: of, subscribed: value }));
	const item = itemReader({ categoryInput: 'fields', categories: { category }, ...own });
	try {
		const { value } = operation.read(item);
		const change = value as { categories?: Record<string, boolean> };
		return { categories: Object.entries(change.categories ?? {}), warnings: item.warnings };
	} catch (error) {
		if (error instanceof ItemError) return 'rejected';
		return { categories: [], warnings: [`Unexpected: ${String(error)}`] };
	}
}

const SWITCHES: Array<[string, AnyOperation, (on: boolean) => object]> = [
	[
		'Bulk Update',
		bulkUpdatePreferences,
		(unsubscribeAll) => ({ customerId: 'ada', unsubscribeAll }),
	],
	[
		'Update by User',
		updatePreferencesByUser,
		(globallyUnsubscribed) => ({
			identifierType: 'uid',
			identifierValue: 'ada',
			channel: 'email',
			globallyUnsubscribed,
		}),
	],
];

describe.each(SWITCHES)('%s', (_name, operation, own) => {
	it('an unsubscribe from all is always sent, with a warning for each unreadable value', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(operation, own(true), all);
				if (found === 'rejected') return false;
				const unreadable = all.filter(({ meant: { means: one } }) => one === 'unreadable').length;
				return found.warnings.filter((one) => one.startsWith('Left out')).length === unreadable;
			}),
		);
	});

	it('a readable opt-out from a category is always sent', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(operation, own(false), all);
				const out = means(all, 'out');
				if (found === 'rejected') return out.size === 0;
				const sent = new Map(found.categories);
				return [...out].every((one) => sent.get(one) === false);
			}),
		);
	});

	it('a category is subscribed only if the item asks for it and is fully readable', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(operation, own(false), all);
				if (found === 'rejected') return true;
				const opted = found.categories.filter(([, on]) => on).map(([one]) => one);
				const readable = means(all, 'unreadable').size === 0;
				const [isIn, isOut] = [means(all, 'in'), means(all, 'out')];
				return (
					opted.every((one) => readable && isIn.has(one) && !isOut.has(one)) &&
					(!readable || [...isIn].every((one) => isOut.has(one) || opted.includes(one)))
				);
			}),
		);
	});

	it('conflicting values raise one warning per category, and a valid item raises none', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(operation, own(true), all);
				if (found === 'rejected') return false;
				const out = means(all, 'out');
				const both = [...means(all, 'in')].filter((one) => out.has(one));
				const reported = found.warnings.filter((one) => one.includes('conflicting values'));
				if (means(all, 'unreadable').size === 0 && both.length === 0)
					return found.warnings.length === 0;
				return reported.length === both.length;
			}),
		);
	});
});

describe('an opt-in status', () => {
	const own = (optInStatus: string) => ({ customerId: 'ada', email: '', optInStatus });
	const optIn = updateOptIn as AnyOperation;

	it('the status opted out is always sent and subscribes to nothing', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(optIn, own('OPTED_OUT'), all);
				if (found === 'rejected') return false;
				const sent = new Map(found.categories);
				return (
					[...sent.values()].every((on) => !on) &&
					[...means(all, 'out')].every((one) => sent.get(one) === false)
				);
			}),
		);
	});

	it('an opt-in with an unreadable value is rejected', () => {
		fc.assert(
			fc.property(rows, (all) => {
				const found = outcome(optIn, own('DOUBLE_OPTED_IN'), all);
				return (found === 'rejected') === means(all, 'unreadable').size > 0;
			}),
		);
	});
});
