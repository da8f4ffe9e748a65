// What a contact list asks for, worked out from the file alone: the demo compares it with what has
// arrived. It shares nothing with the node, so that neither can hide the other's mistake.

/**
 * RFC 4180: quoted cells may hold commas, quotes and line ends.
 *
 * @param {string} text
 * @returns {string[][]}
 */
function parseCsv(text) {
	/** @type {string[][]} */
	const lines = [];
	/** @type {string[]} */
	let line = [];
	let cell = '';
	let quoted = false;
	for (let i = 0; i < text.length; i++) {
		const sign = text.charAt(i);
		if (quoted) {
			if (sign !== '"') cell += sign;
			else if (text.charAt(i + 1) === '"') cell += text.charAt(++i);
			else quoted = false;
		} else if (sign === '"') quoted = true;
		else if (sign === ',' || sign === '\n') {
			line.push(cell);
			cell = '';
			if (sign === '\n') {
				lines.push(line);
				line = [];
			}
		} else if (sign !== '\r') cell += sign;
	}
	if (cell !== '' || line.length > 0) lines.push([...line, cell]);
	return lines;
}

/**
 * @param {string} text
 * @returns {Record<string, string>[]} without empty cells, as n8n's CSV reader gives them
 */
export function readRows(text) {
	const [header = [], ...lines] = parseCsv(text.replace(/^\uFEFF/, ''));
	return lines.map((line) => {
		const cells = header.map((name, i) => /** @type {const} */ ([name, line[i] ?? '']));
		return Object.fromEntries(cells.filter(([, value]) => value !== ''));
	});
}

/**
 * @param {unknown} value
 * @returns {boolean | null} null: neither yes nor no
 */
function yesOrNo(value) {
	const text = String(value).trim().toLowerCase();
	if (['true', 'yes', '1'].includes(text)) return true;
	return ['false', 'no', '0'].includes(text) ? false : null;
}

/**
 * @typedef {object} Wanted
 * @property {Map<string, { categories: Record<string, boolean>, unsubscribed: boolean }>} users
 * @property {number[]} refused indexes of the rows that can't be sent
 * @property {number} accepted rows
 */

/**
 * The state that sending the rows one by one, from the top, would leave behind.
 *
 * @param {Record<string, unknown>[]} rows
 * @param {{ id: string, categories: string[], unsubscribed: string, known: string[] }} columns
 *   `known`: all active categories of the workspace, which "unsubscribe from all" turns off
 * @returns {Wanted} an empty category cell asks for no change; any other gap refuses the row
 */
export function expect(rows, { id, categories, unsubscribed, known }) {
	/** @type {Wanted['users']} */
	const users = new Map();
	/** @type {number[]} */
	const refused = [];
	rows.forEach((row, index) => {
		const customerId = String(row[id] ?? '').trim();
		const all = yesOrNo(row[unsubscribed]);
		const choices = categories
			.filter((name) => String(row[name] ?? '').trim() !== '')
			.map((name) => /** @type {const} */ ([name, yesOrNo(row[name])]));
		const unclear = all === null || choices.some(([, choice]) => choice === null);
		if (customerId === '' || unclear || (choices.length === 0 && !all)) {
			refused.push(index);
			return;
		}
		const user = users.get(customerId) ?? { categories: {}, unsubscribed: false };
		users.set(customerId, user);
		for (const [name, choice] of choices) user.categories[name] = choice === true;
		if (!all) return;
		user.unsubscribed = true;
		for (const name of known) user.categories[name] = false;
	});
	return { users, refused, accepted: rows.length - refused.length };
}

/**
 * @param {Wanted['users']} wanted
 * @param {import('./sandbox-process.mjs').SandboxUser[]} found
 * @returns {string[]} one line for each user that differs; empty: all is as it should be
 */
export function differences(wanted, found) {
	const sorted = (/** @type {Record<string, boolean>} */ categories) =>
		JSON.stringify(Object.entries(categories).sort(([a], [b]) => (a < b ? -1 : 1)));
	const there = new Map(found.map((user) => [user.customer_id, user]));
	const lines = [];
	for (const [id, user] of wanted) {
		const actual = there.get(id);
		there.delete(id);
		if (actual === undefined) lines.push(`${id} is missing`);
		else if (actual.unsubscribed !== user.unsubscribed) {
			lines.push(`${id}: unsubscribed is ${actual.unsubscribed}, not ${user.unsubscribed}`);
		} else if (sorted(actual.categories) !== sorted(user.categories)) {
			lines.push(`${id}: ${sorted(actual.categories)}, not ${sorted(user.categories)}`);
		}
	}
	return [...lines, ...[...there.keys()].map((id) => `${id} is too much`)];
}
