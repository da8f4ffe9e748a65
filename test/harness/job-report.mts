// The result of sending a contact list: as a table, and compared with the file.
import type { ContactFile } from './contact-file.mts';
import { differences, expectedState, type Columns } from './expected.mts';
import { duration, log } from './log.mts';
import type { Json } from './n8n-client.mts';
import type { LoggedRequest, SandboxProcess, SandboxUser } from './sandbox-process.mts';
import { tableOf } from './tables.mts';

/** An item of the node's output. */
interface ResultItem {
	json: Json;
	pairedItem?: Json[string];
}

export interface JobResult {
	accepted: ResultItem[];
	/** Also items that weren't sent, and unconfirmed ones. */
	rejected: ResultItem[];
	requests: LoggedRequest[];
	users: SandboxUser[];
	tookMs: number;
	/** The error that stopped the workflow; empty if it finished. */
	problem: string;
}

const number = (count: number) => count.toLocaleString('en');
/** @returns index of its row */
const indexOf = ({ pairedItem }: ResultItem): number => Number(pairedItem?.item);
const isWarned = ({ json }: ResultItem) => json.warnings !== undefined;

/** Prints the counts, then each row that wasn't accepted or has a warning. */
export function printResult(file: ContactFile, result: JobResult) {
	const { accepted, rejected, requests, users, tookMs, problem } = result;
	const largest = Math.max(0, ...requests.map((request) => request.users));
	log();
	printCounts([
		['Contacts in the export', number(file.rows.length)],
		['Accepted by MoEngage', number(accepted.length)],
		['Accepted with a warning', number(accepted.filter(isWarned).length)],
		['Rejected', number(rejected.length)],
		['Users in MoEngage', number(users.length)],
		['Requests', `${number(requests.length)} (up to ${largest} users per request)`],
		['Time', duration(tookMs)],
		...(problem === '' ? [] : [['Error in n8n', problem] as [string, string]]),
	]);
	printRows(file, result);
}

export function printCounts(counts: Array<[name: string, value: string]>) {
	log(tableOf(counts));
}

/** Prints the rows with an error or a warning, numbered as in a spreadsheet. */
export function printRows({ rowNumbers }: ContactFile, { accepted, rejected }: JobResult) {
	const items = [...accepted.filter(isWarned), ...rejected];
	if (items.length === 0) return;
	items.sort((a, b) => indexOf(a) - indexOf(b));
	const rows = items.map((item) => [rowNumbers[indexOf(item)], reasonOf(item)]);
	log(`\n${tableOf(rows, { head: ['Row', 'Reason'], ...widths() })}`);
}

const reasonOf = ({ json }: ResultItem): string =>
	json.error ?? `Accepted with a warning: ${json.warnings.join(' ')}`;

/** Wraps reasons to the width of the terminal. In a log, each row stays on one line. */
function widths() {
	const { columns } = process.stdout;
	return columns === undefined ? {} : { colWidths: [10, columns - 14], wordWrap: true };
}

/**
 * Compares the result with the file, without using the node.
 *
 * @param preview nothing was sent
 * @returns one line per difference
 */
export async function checkResult(
	file: ContactFile,
	columns: Columns,
	sandbox: SandboxProcess,
	{ accepted, rejected, requests, users, problem }: JobResult,
	preview = false,
): Promise<string[]> {
	const { categories } = await sandbox.control('/configure');
	const active = categories.filter(
		({ channel, status }: Json) => channel === 'email' && status === 'active',
	);
	const known = active.map(({ name }: Json) => name);
	const expected = expectedState(file.rows, { ...columns, known });
	const wrong = differences(preview ? new Map() : expected.users, users);
	const compare = (what: string, items: ResultItem[], indexes: number[]) => {
		if (items.map(indexOf).join() === indexes.join()) return;
		const counts = `got ${items.length} or different ones`;
		wrong.push(`expected ${indexes.length} rows to be ${what}, ${counts}`);
	};
	compare('rejected', rejected, expected.rejected);
	compare('accepted with a warning', accepted.filter(isWarned), expected.warned);
	if (accepted.length !== expected.accepted) {
		wrong.push(`expected ${expected.accepted} rows to be accepted, got ${accepted.length}`);
	}
	if (preview && requests.length > 0) wrong.push(`a preview sent ${requests.length} requests`);
	if (problem !== '') wrong.push(`the workflow stopped: ${problem}`);
	return wrong;
}

/** Prints whether the result matches the file, with the first differences. */
export function printCheck(matching: string, wrong: string[]) {
	log();
	if (wrong.length === 0) {
		log(`  Checked: ${matching}.`);
		return;
	}
	log(`  Differences from the file: ${wrong.length}`);
	for (const line of wrong.slice(0, 10)) log(`    ${line}`);
}

export const usersMatch = ({ users }: JobResult) =>
	users.length === 1
		? 'the user matches the file'
		: `all ${number(users.length)} users match the file`;
