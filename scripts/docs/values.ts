/**
 * Generates docs/values.md: the effect of each value in each switch, as the node's own operations
 * read it.
 */
import type { IExecuteFunctions } from 'n8n-workflow';

import { updateOptIn } from '../../nodes/MoEngageSubscription/operations/optIn/update.operation';
import type { AnyOperation } from '../../nodes/MoEngageSubscription/operations/operation';
import { getCategories } from '../../nodes/MoEngageSubscription/operations/category/getAll.operation';
import { bulkUpdatePreferences } from '../../nodes/MoEngageSubscription/operations/preference/bulkUpdate.operation';
import { updatePreferencesByUser } from '../../nodes/MoEngageSubscription/operations/preference/updateByUser.operation';
import { resubscribe } from '../../nodes/MoEngageSubscription/operations/resubscription/resubscribe.operation';
import { CATEGORY, SWITCH } from '../../nodes/MoEngageSubscription/operations/shared/flags';
import { readGuard } from '../../nodes/MoEngageSubscription/operations/shared/guard';
import { ItemReader } from '../../nodes/MoEngageSubscription/operations/shared/itemReader';
import { readOptions } from '../../nodes/MoEngageSubscription/operations/shared/options';
import { ItemError } from '../../nodes/MoEngageSubscription/operations/shared/itemError';
import { RunInput } from '../../nodes/MoEngageSubscription/operations/shared/runInput';
import { table } from './markdown';

type Parameters = Record<string, unknown>;

/** Returns a reader for one item with these parameters, without n8n and its expressions. */
function itemOf(parameters: Parameters): ItemReader {
	const at = (path: string): unknown =>
		path.split('.').reduce((found: unknown, key) => (found as Parameters | undefined)?.[key], {
			...parameters,
		});
	const context = {
		getInputData: () => [{ json: {} }],
		getNodeParameter: (name: string) => at(name) ?? null,
	};
	return new ItemReader(new RunInput(context as unknown as IExecuteFunctions), 0);
}

/** Returns what was read, formatted by `show`, or that it was rejected. */
function outcome<V>(read: () => V, show: (value: V) => string, rejected = 'rejected'): string {
	try {
		return show(read());
	} catch (error) {
		return error instanceof ItemError ? rejected : `unexpected: ${String(error)}`;
	}
}

const category = (name: string, subscribed: unknown) => ({ name, subscribed });
const fields = (...rows: unknown[]) => ({
	categoryInput: 'fields',
	categories: { category: rows },
});
const BULK = { customerId: 'ada', unsubscribeAll: false, ...fields(category('Offers', false)) };
const BY_USER = {
	...BULK,
	identifierType: 'uid',
	identifierValue: 'ada',
	channel: 'email',
	globallyUnsubscribed: false,
};
const RESUBSCRIBE = { email: 'ada@example.com', esp: 'SENDGRID' };

const readAs = (operation: AnyOperation, parameters: Parameters) => () =>
	operation.read(itemOf(parameters)).value as Parameters;

/** The switches, with the effect of a value on each. */
const SWITCHES: Record<string, (value: unknown) => string> = {
	'a category': (value) =>
		outcome(
			() => itemWithCategory(value),
			(on) => (on === undefined ? 'unchanged' : on ? 'subscribed' : 'unsubscribed'),
		),
	'Unsubscribe From All': (value) =>
		outcome(
			readAs(bulkUpdatePreferences as AnyOperation, { ...BULK, unsubscribeAll: value }),
			({ unsubscribe_all }) => (unsubscribe_all ? 'unsubscribed from all' : 'categories change'),
		),
	'Globally Unsubscribed': (value) =>
		outcome(
			readAs(updatePreferencesByUser as AnyOperation, { ...BY_USER, globallyUnsubscribed: value }),
			({ is_globally_unsubscribed }) =>
				is_globally_unsubscribed ? 'unsubscribed from the channel' : 'categories change',
		),
	"Also Remove From the Provider's Suppression List": (value) =>
		outcome(
			readAs(resubscribe as AnyOperation, { ...RESUBSCRIBE, updateEsp: value }),
			({ updateEsp }) => (updateEsp ? 'provider too' : 'MoEngage only'),
		),
	'Mark as Sent by n8n': (value) =>
		outcome(
			readAs(updatePreferencesByUser as AnyOperation, {
				...BY_USER,
				...fields(category('Offers', true)),
				options: { markAsSent: value },
			}),
			({ event_attributes }) => (event_attributes === undefined ? 'not marked' : 'marked'),
		),
	'Respect Global Unsubscribe': (value) =>
		outcome(
			() => {
				const { guard } = updatePreferencesByUser;
				const item = itemOf({ ...BY_USER, options: { respectGlobalUnsubscribe: value } });
				return readGuard(item, guard, updatePreferencesByUser.read(item).value);
			},
			(lookup) => (lookup === undefined ? 'no lookup' : 'looked up first'),
		),
	'Return All': (value) =>
		outcome(
			readAs(getCategories as AnyOperation, { channel: 'email', limit: 50, returnAll: value }),
			({ limit }) => (limit === Infinity ? 'all categories' : 'up to the limit'),
		),
	'Include Input Fields': (value) =>
		outcome(
			() =>
				readOptions(
					itemOf({ options: { includeInputFields: value } }),
					bulkUpdatePreferences as AnyOperation,
				),
			({ includesInput }) => (includesInput ? 'included' : 'left out'),
			"the run isn't sent",
		),
	'Preview Only': (value) =>
		outcome(
			() =>
				readOptions(itemOf({ options: { dryRun: value } }), bulkUpdatePreferences as AnyOperation),
			({ dryRun }) => (dryRun ? 'nothing is sent' : 'everything is sent'),
			"the run isn't sent",
		),
};

function itemWithCategory(value: unknown): boolean | undefined {
	const item = itemOf(fields(category('News', value)));
	const { News } = item.categories();
	if (item.problems.length > 0) throw item.problems[0].error;
	return News;
}

const quote = (value: string) => `\`${value}\``;
const asWritten = (text: string): [string, unknown] => [quote(text), text];
const VALUES: Array<[string, unknown]> = [
	...[...new Set([...CATEGORY.yes, ...CATEGORY.no, ...(SWITCH.states ?? [])])].map(asWritten),
	['true (a boolean)', true],
	['false (a boolean)', false],
	['1 (a number)', 1],
	['0 (a number)', 0],
	['empty text', ''],
	['spaces or invisible characters only', ' \u200B'],
	['no value', undefined],
	['`ja`, `nein` and any other text', 'ja'],
	['any other number', 2],
	['a list or an object', {}],
];

/** Values with the same effect everywhere share a line. */
function lines(): string[][] {
	const found = new Map<string, { values: string[]; cells: string[] }>();
	for (const [shown, value] of VALUES) {
		const cells = Object.values(SWITCHES).map((read) => read(value));
		const key = cells.join('|');
		const line = found.get(key) ?? { values: [], cells };
		line.values.push(shown);
		found.set(key, line);
	}
	return [...found.values()].map(({ values, cells }) => [values.join(', '), ...cells]);
}

const UNREADABLE = category('Tips', 'perhaps');
const [IN, OUT] = [category('News', 'yes'), category('Offers', 'no')];

/** Items with a value that can't be read, or with conflicting values. */
const ITEMS: Array<[string, unknown[]]> = [
	['opt-out of Offers, opt-in to News', [OUT, IN]],
	['the same, and Tips unreadable', [OUT, IN, UNREADABLE]],
	['opt-in to News, and Tips unreadable', [IN, UNREADABLE]],
	['only Tips, unreadable', [UNREADABLE]],
	['News both yes and no', [IN, category('News', 'no')]],
];

const KINDS: Record<string, [AnyOperation, Parameters]> = {
	'Unsubscribe From All: yes': [bulkUpdatePreferences, { ...BULK, unsubscribeAll: 'yes' }],
	'Unsubscribe From All: no': [bulkUpdatePreferences, BULK],
	'Opt-In Status: Opted Out': [updateOptIn, { customerId: 'ada', optInStatus: 'OPTED_OUT' }],
	'Opt-In Status: any other': [updateOptIn, { customerId: 'ada', optInStatus: 'DOUBLE_OPTED_IN' }],
};

function sent([operation, parameters]: [AnyOperation, Parameters], rows: unknown[]): string {
	const item = itemOf({ ...parameters, ...fields(...rows) });
	const read = () => operation.read(item).value as { categories?: Record<string, boolean> };
	return outcome(read, ({ categories = {} }) => {
		const entries = Object.entries(categories).map(([name, on]) => `${name} ${on ? 'on' : 'off'}`);
		const count = item.warnings.length;
		const warned = count === 0 ? '' : `; ${count} ${count === 1 ? 'warning' : 'warnings'}`;
		return `sent: ${entries.join(', ') || 'no category'}${warned}`;
	});
}

/** IDs that look wrong; invisible characters are in JavaScript notation. */
const IDS: Array<[string, unknown]> = [
	...['undefined', 'null', 'NaN', '[object Object]', '{{ $json.id }}'].map(asWritten),
	...['none', 'n/a', 'guest', '0'].map(asWritten),
	['`ada` with invisible characters before or after it', '\uFEFFada\u200B'],
	['`ada` with an invisible character in it', 'a\u200Bda'],
	['half of a character, such as an emoji', 'ada\uD83D'],
	['empty text', ''],
];

function idOutcome(value: unknown): string {
	const item = itemOf({ ...BULK, customerId: value });
	const read = () => bulkUpdatePreferences.read(item).value;
	return outcome(read, ({ customer_id }) => {
		const warned = item.warnings.length === 0 ? '' : ' with a warning';
		return customer_id === value ? `sent unchanged${warned}` : `sent as ${quote(customer_id)}`;
	});
}

/** Returns docs/values.md. */
export function valuesPage(): string {
	return `# What a value does

<!-- Generated by \`npm run docs\` from how the node reads each value. Change the node, not this page. -->

Uppercase and lowercase don't matter, nor do spaces and invisible characters around a value. For subscription states such as
\`optedout\`, spaces, hyphens, and underscores don't matter either: \`Opted out\`, \`opt-out\`, and \`OPTED_OUT\` are on the same line.

## Values of switches

A switch decides whether to *unsubscribe*, so a subscription state would mean the opposite. Switches reject it, and only
a category accepts \`subscribed\` and \`unsubscribed\`. *Rejected* means that nothing is sent for that item; *the run isn't
sent* means that nothing is sent at all.

${table(['value', ...Object.keys(SWITCHES)], lines())}

## IDs

The same applies to email addresses and the encrypted IDs of a landing page. Texts that a broken mapping leaves behind are
rejected.

${table(
	['Customer ID', 'outcome'],
	IDS.map(([shown, value]) => [shown, idOutcome(value)]),
)}

## Values that can't be read

Another value of the same item never blocks an opt-out. With **Unsubscribe From All** or **Globally Unsubscribed** on, or
with the opt-in status *Opted Out*, the change is sent even if a category, the JSON, an expression of the categories, the
event ID, the request ID, or an event attribute can't be read. What can't be read is left out and listed in \`warnings\` of
the output. The user's identifier, the channel, and the switch itself must be readable.

With the switch off, an item with an unreadable value only unsubscribes: its opt-outs from categories are sent, its opt-ins
aren't. An item without an opt-out is rejected. An opt-in status other than *Opted Out* is rejected as a whole, because
MoEngage derives the user's status from all categories that are sent.

If a category has two conflicting values, the opt-out wins.

${table(
	['the item has', ...Object.keys(KINDS)],
	ITEMS.map(([what, rows]) => [what, ...Object.values(KINDS).map((kind) => sent(kind, rows))]),
)}

**Update by User** treats **Globally Unsubscribed** like Bulk Update treats **Unsubscribe From All**.
`;
}
