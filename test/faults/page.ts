import type { Done } from './matrix';
import type { Counts } from './cell';

const HEAD = `# When the network or MoEngage fails

<!-- Written by \`WRITE=1 npm test -- faults\`. Change test/faults/ instead. -->

The outcome of each item when the network or the server fails. Every line is a run of the built node on n8n's own engine
against the [sandbox](../sandbox/README.md), through a proxy that injects faults and records every request. So what the
server received is known independently of the node. To run it again and update this page:

    WRITE=1 npm test -- faults

- **accepted**: the node reports the item as accepted, and the sandbox has the change.
- **rejected**, **not sent**: the node reports the item as such, and the sandbox doesn't have the change.
- **unconfirmed**: the node couldn't confirm the outcome. The response was lost, so the change may or may not be applied.
- **duplicates**: records that the server processed more than once. All writes are idempotent, so a repeated one changes
  nothing.
- **lost**: items without an outcome. **wrong**: items reported as accepted that the server didn't apply, or reported as
  rejected or not sent that it did apply. Both must be 0, and no outcome may be reported twice or for another item.

A fault affects the first two requests of a run with one batch (1 in flight), and the second to fifth requests of a run
with ten batches (5 in flight, as at the start of a list). No option of the node sets the number of requests in flight, hence the
two kinds of run. A fault of every request affects them all, with two attempts per request. A batch has 10 items for Bulk
Update and Resubscribe, and one for the other operations. The timeout is 3 s.
Update by User looks up each user first, and the same faults hit its lookups and its changes, each counted from its own
first request. One user in five is globally unsubscribed: they are left alone in every run, and aren't counted as items.
When a run stops, the number of items already sent depends on the requests in flight and varies slightly between runs.
`;

const COLUMNS = [
	'items',
	'accepted',
	'rejected',
	'unconfirmed',
	'notSent',
	'requests',
	'duplicates',
] as const;
type Column = (typeof COLUMNS)[number];
const TITLES = [
	'items',
	'accepted',
	'rejected',
	'unconfirmed',
	'not sent',
	'requests',
	'duplicates',
];

const row = (cells: ReadonlyArray<string | number>) => `| ${cells.join(' | ')} |`;
const rule = (left: number, right: number) =>
	row([...Array<string>(left).fill('---'), ...Array<string>(right).fill('--:')]);
const count = (value: number) => (value === 0 ? '·' : value.toLocaleString('en-US'));

const titleOf = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The sum of a column, or of a count that has to be 0. */
function sum(done: readonly Done[], column: keyof Counts): number {
	return done.reduce((total, { counts }) => total + (counts?.[column] ?? 0), 0);
}

/** A one-line summary. */
export function totals(done: readonly Done[]): string {
	const wrong = sum(done, 'wronglyAccepted') + sum(done, 'wronglyDenied');
	const parts = COLUMNS.map(
		(column, i) => `${sum(done, column).toLocaleString('en-US')} ${TITLES[i]}`,
	);
	return `${done.length} runs: ${parts.join(', ')}; ${sum(done, 'lost')} lost, ${wrong} wrong`;
}

/** The whole matrix, with one table per fault. */
export function table(done: readonly Done[]): string {
	const names = [...new Set(done.map(({ cell }) => cell.fault.name))];
	return names
		.map((name) => {
			const own = done.filter(({ cell }) => cell.fault.name === name);
			const lines = own.map(({ cell, counts }) =>
				row([
					cell.subject.name,
					cell.inFlight,
					...COLUMNS.map((column: Column) => count(counts?.[column] ?? NaN)),
				]),
			);
			const head = [row(['operation', 'in flight', ...TITLES]), rule(1, 1 + COLUMNS.length)];
			return [`## ${titleOf(name)}`, '', ...head, ...lines].join('\n');
		})
		.join('\n\n');
}

/** The text of docs/faults.md. */
export function page(done: readonly Done[]): string {
	return `${HEAD}\n**${totals(done)}.**\n\n${table(done)}\n`;
}

/** The outcomes of each run whose counts don't vary. */
function outcomesIn(markdown: string, varying: ReadonlySet<string>): Map<string, string> {
	const found = new Map<string, string>();
	for (const section of markdown.split('\n## ').slice(1)) {
		const [title, ...lines] = section.split('\n');
		if (varying.has(title)) continue;
		for (const line of lines.filter((one) => /^\| .* \| \d /.test(one))) {
			const [, operation, inFlight, ...counts] = line.split('|').map((cell) => cell.trim());
			found.set(`${title}, ${operation}, ${inFlight} in flight`, counts.slice(0, 5).join(' '));
		}
	}
	return found;
}

/** Runs whose outcomes differ from the page; requests and duplicates aren't compared. */
export function differences(done: readonly Done[], markdown: string): string[] {
	const varying = new Set(
		done.filter(({ cell }) => cell.fault.varies).map(({ cell }) => titleOf(cell.fault.name)),
	);
	const now = outcomesIn(`\n${table(done)}`, varying);
	const written = outcomesIn(markdown, varying);
	return [...now]
		.filter(([run, outcomes]) => written.get(run) !== outcomes)
		.map(
			([run, outcomes]) => `${run}: now ${outcomes}, on the page ${written.get(run) ?? 'nothing'}`,
		);
}
