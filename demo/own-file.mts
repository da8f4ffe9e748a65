// A user's own contact list: reads it, finds the columns, and explains what is missing.
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readContactFile, type ContactFile } from '../test/harness/contact-file.mts';
import { asYesOrNo, type Columns } from '../test/harness/expected.mts';
import { UserError } from '../test/harness/log.mts';
import type { StartOptions } from './options.mts';
import { tableOf } from '../test/harness/tables.mts';

/** Reads the file, with a path relative to the folder in which the user ran npm. */
export function openContactFile(path: string): ContactFile {
	const name = basename(path);
	const file = readContactFile(readBytes(path), name);
	if (file.columns.length === 0) throw new UserError(`${path} is empty.`);
	if (file.rows.length === 0) throw new UserError(`${path} has a header, but no contacts.`);
	return file;
}

function readBytes(path: string): Buffer {
	try {
		return readFileSync(resolve(process.env.INIT_CWD ?? '.', path));
	} catch (problem) {
		const { code } = problem as NodeJS.ErrnoException;
		if (code === 'ENOENT') throw new UserError(`There is no file ${path}.`);
		if (code === 'EISDIR') throw new UserError(`${path} is a folder, not a file.`);
		throw new UserError(`${path} can't be read (${code}).`);
	}
}

/** Finds the columns that the options name. */
export function columnsOf(
	file: ContactFile,
	{ id, categories, unsubscribed }: StartOptions & { id: string },
): Columns {
	return {
		id: findColumn(file, id),
		categories: categories.map((name) => findColumn(file, name)),
		unsubscribed: unsubscribed === undefined ? undefined : findColumn(file, unsubscribed),
	};
}

/** Returns the column as it is in the file, with any spaces around its name. */
function findColumn({ columns }: ContactFile, name: string): string {
	const found = columns.filter((column) => column.trim() === name.trim());
	if (found.length === 1) return found[0];
	if (found.length > 1)
		throw new UserError(`The file has ${found.length} columns named "${name}".`);
	const all = columns.map((column) => `"${column.trim()}"`).join(', ');
	throw new UserError(`The file has no column "${name}". Its columns are ${all}.`);
}

/** Lists the columns, and the command with those that fit best. */
export function describeColumns(path: string, { columns, rows }: ContactFile): string {
	const overview: Array<[column: string, filled: number, yesOrNo: number]> = [];
	const answers: string[] = [];
	for (const column of columns) {
		const filled = rows.map((row) => row[column]).filter((value) => value !== undefined);
		const readable = filled.filter((value) => asYesOrNo(value) !== null).length;
		// A few cells of such a column may be unreadable.
		if (readable > filled.length * 0.9) answers.push(column);
		overview.push([column, filled.length, readable]);
	}
	const id = columns.find((column) => /\bid\b/i.test(column)) ?? 'your ID column';
	const unsubscribed = answers.find((column) => /unsubscribe|opt.*out/i.test(column));
	const categories = answers.filter((column) => column !== unsubscribed && column !== id);
	const command = [
		`npm start -- --file ${quote(path)} --id ${quote(id)}`,
		`--categories ${quote(categories.join(',') || 'your category columns')}`,
		...(unsubscribed === undefined ? [] : [`--unsubscribed ${quote(unsubscribed)}`]),
	];
	return [
		`${path} has ${rows.length.toLocaleString('en')} contacts and these columns:`,
		'',
		tableOf(overview, { head: ['Column', 'Filled', 'Yes or no'] }),
		'',
		'Choose the column with the customer ID, the columns of the categories, and, if there is one,',
		'the column of contacts who unsubscribed from all emails. For example:',
		'',
		`  ${command.join(' ')} --preview`,
	].join('\n');
}

const quote = (text: string) =>
	/^[\w./-]+$/.test(text) ? text : `"${text.replaceAll('"', '\\"')}"`;
