// The state that a contact list should lead to, computed from the file alone. It shares no code
// with the node, so that a mistake in one can't hide in the other.
import type { SandboxUser } from './sandbox-process.mts';

/** Parses CSV by RFC 4180: quoted cells may contain commas, quotes, and line breaks. */
function parseCsv(text: string): string[][] {
	const lines: string[][] = [];
	let line: string[] = [];
	let cell = '';
	let quoted = false;
	for (let i = 0; i < text.length; i++) {
		const character = text.charAt(i);
		if (quoted) {
			if (character !== '"') cell += character;
			else if (text.charAt(i + 1) === '"') cell += text.charAt(++i);
			else quoted = false;
		} else if (character === '"') quoted = true;
		else if (character === ',' || character === '\n') {
			line.push(cell);
			cell = '';
			if (character === '\n') {
				lines.push(line);
				line = [];
			}
		} else if (character !== '\r') cell += character;
	}
	if (cell !== '' || line.length > 0) lines.push([...line, cell]);
	return lines;
}

/** @returns without empty cells, as n8n's CSV reader returns them */
export function readRows(text: string): Record<string, string>[] {
	const [header = [], ...lines] = parseCsv(text.replace(/^\uFEFF/, ''));
	return lines.map((line) => {
		const cells = header.map((name, i) => [name, line[i] ?? ''] as const);
		return Object.fromEntries(cells.filter(([, value]) => value !== ''));
	});
}

/** @returns null if it is neither yes nor no */
function yesOrNo(value: unknown): boolean | null {
	const text = String(value).trim().toLowerCase();
	if (['true', 'yes', '1'].includes(text)) return true;
	return ['false', 'no', '0'].includes(text) ? false : null;
}

export interface ExpectedState {
	users: Map<string, { categories: Record<string, boolean>; unsubscribed: boolean }>;
	/** Indexes of the rows that can't be sent. */
	rejected: number[];
	/** Indexes of the rows that are sent without their unreadable values. */
	warned: number[];
	/** Number of rows. */
	accepted: number;
}

/**
 * What a single row asks for. An opt-out is never lost to another value of its row: next to an
 * unreadable category the row only unsubscribes, and without an opt-out it is rejected.
 *
 * @param all value of the switch
 * @returns null: the row is rejected
 */
function readChoices(
	row: Record<string, unknown>,
	categories: string[],
	all: boolean | null,
): { choices: [name: string, subscribed: boolean][]; unreadable: boolean } | null {
	if (all === null) return null;
	const read = categories
		.filter((name) => String(row[name] ?? '').trim() !== '')
		.map((name) => [name, yesOrNo(row[name])] as const);
	const unreadable = read.some(([, choice]) => choice === null);
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
	{
		id,
		categories,
		unsubscribed,
		known,
	}: { id: string; categories: string[]; unsubscribed: string; known: string[] },
): ExpectedState {
	const state: ExpectedState = { users: new Map(), rejected: [], warned: [], accepted: 0 };
	rows.forEach((row, index) => {
		const customerId = String(row[id] ?? '').trim();
		const all = yesOrNo(row[unsubscribed]);
		const change = customerId === '' ? null : readChoices(row, categories, all);
		if (change === null) {
			state.rejected.push(index);
			return;
		}
		state.accepted++;
		if (change.unreadable) state.warned.push(index);
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
