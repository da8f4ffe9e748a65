// The state that a contact list should lead to, computed from the file alone. It shares no code
// with the node, so that a mistake in one can't hide in the other.
import type { SandboxUser } from './sandbox-process.mts';

/** The columns of a contact list that decide what is sent. */
export interface Columns {
	id: string;
	/** Each has the name of its category. */
	categories: string[];
	/** Without it, no row unsubscribes from all emails. */
	unsubscribed?: string;
}

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

const INVISIBLE =
	'\\p{Cc}\\u00AD\\u061C\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF';
const MARGINS = new RegExp(`^[\\s${INVISIBLE}]+|[\\s${INVISIBLE}]+$`, 'gu');

const trimmed = (value: unknown) =>
	// eslint-disable-next-line @typescript-eslint/no-base-to-string -- cells are never objects
	String(value ?? '').replace(MARGINS, '');

/** @returns null if it is neither yes nor no */
export function asYesOrNo(value: unknown): boolean | null {
	const text = trimmed(value).toLowerCase();
	return YES.includes(text) ? true : NO.includes(text) ? false : null;
}

/** A category also accepts its state; for a switch, the same word would mean the opposite. */
function isSubscribed(value: unknown): boolean | null {
	const text = trimmed(value).toLowerCase();
	if (text === 'subscribed') return true;
	return text === 'unsubscribed' ? false : asYesOrNo(value);
}

/** Whether a text can be an ID, unlike an empty one and what a broken mapping leaves behind. */
function isId(text: string): boolean {
	return text !== '' && !/^(undefined|null|nan)$|\[object object\]|\{\{|\}\}/i.test(text);
}

/** IDs that often replace a missing one, from MoEngage's "Data overview" page. They are sent with a warning. */
const PLACEHOLDERS = new Set([
	...['-2', '-1', '0', '1', '2', '(empty)', 'customer_id', 'dummy_seller_code', 'false', 'guest'],
	...['id', 'n/a', 'na', 'none', 'true', 'uid', 'unknown', 'user_attribute_unique_id', 'user_id'],
	'userid',
]);

const isSuspicious = (id: string) => hasInvisible(id) || PLACEHOLDERS.has(id.toLowerCase());

const hasInvisible = (text: string) => new RegExp(`[${INVISIBLE}]`, 'u').test(text);

export interface ExpectedState {
	users: Map<string, { categories: Record<string, boolean>; unsubscribed: boolean }>;
	/** Indexes of the rows that can't be sent. */
	rejected: number[];
	/** Indexes of the rows that are sent with a warning, such as those without an unreadable value. */
	warned: number[];
	/** Number of rows. */
	accepted: number;
}

/**
 * What a single row asks for. An opt-out is never lost to another value of its row: next to an
 * unreadable category the row only unsubscribes, and without an opt-out it is rejected.
 *
 * @param empty categories that no row has a value for
 * @param all value of the switch
 * @returns null: the row is rejected
 */
function readChoices(
	row: Record<string, unknown>,
	categories: string[],
	empty: string[],
	all: boolean | null,
): { choices: [name: string, subscribed: boolean][]; unreadable: boolean } | null {
	if (all === null) return null;
	const read = categories
		.filter((name) => trimmed(row[name]) !== '')
		.map((name) => [name.trim(), isSubscribed(row[name])] as const);
	const unreadable = empty.length > 0 || read.some(([, choice]) => choice === null);
	const choices: [string, boolean][] = [];
	for (const [name, choice] of read) {
		if (choice === false || (choice === true && (all || !unreadable))) choices.push([name, choice]);
	}
	return choices.length > 0 || all ? { choices, unreadable } : null;
}

/**
 * The state that sending the rows one by one, from top to bottom, leaves in MoEngage. An empty
 * category cell leaves that category unchanged.
 *
 * @param columns `known`: all active categories of the workspace, which "unsubscribe from all" turns off
 */
export function expectedState(
	rows: Record<string, unknown>[],
	{ id, categories, unsubscribed, known }: Columns & { known: string[] },
): ExpectedState {
	const state: ExpectedState = { users: new Map(), rejected: [], warned: [], accepted: 0 };
	// Items have no empty cells, so the node can't tell an empty column from a misspelled one.
	const empty = categories.filter((name) => rows.every((row) => row[name] === undefined));
	rows.forEach((row, index) => {
		const customerId = trimmed(row[id]);
		const all = unsubscribed === undefined ? false : asYesOrNo(row[unsubscribed]);
		const change = isId(customerId) ? readChoices(row, categories, empty, all) : null;
		if (change === null) {
			state.rejected.push(index);
			return;
		}
		state.accepted++;
		if (change.unreadable || isSuspicious(customerId)) state.warned.push(index);
		const user = state.users.get(customerId) ?? { categories: {}, unsubscribed: false };
		state.users.set(customerId, user);
		for (const [name, choice] of change.choices) user.categories[name] = choice;
		if (!all) return;
		user.unsubscribed = true;
		for (const name of known) user.categories[name] = false;
	});
	return state;
}

/** @returns one line per user that differs; empty if none does */
export function differences(expected: ExpectedState['users'], found: SandboxUser[]): string[] {
	const sorted = (categories: Record<string, boolean>) =>
		JSON.stringify(Object.entries(categories).sort(([a], [b]) => (a < b ? -1 : 1)));
	const byId = new Map(found.map((user) => [user.customer_id, user]));
	const lines = [];
	for (const [id, user] of expected) {
		const actual = byId.get(id);
		byId.delete(id);
		if (actual === undefined) lines.push(`${id} is missing`);
		else if (actual.unsubscribed !== user.unsubscribed) {
			lines.push(`${id}: unsubscribed is ${actual.unsubscribed}, not ${user.unsubscribed}`);
		} else if (sorted(actual.categories) !== sorted(user.categories)) {
			lines.push(`${id}: ${sorted(actual.categories)}, not ${sorted(user.categories)}`);
		}
	}
	return [...lines, ...[...byId.keys()].map((id) => `${id} is unexpected`)];
}
