import type { Done } from './matrix';
import type { Figures } from './cell';

const HEAD = `# When the network or MoEngage fails

<!-- Written by \`npm run test:faults -- --write\`. Change test/faults/ instead. -->

What comes of each item when something goes wrong on the way. Every line is a run of the built node on n8n's own engine
against the [sandbox](../sandbox/README.md), through a proxy that breaks requests and keeps what it let through, so that
who reached the server is known from the server's side. To run it again, and to write this page:

    npm run test:faults -- --write

- **accepted**: the node says so. Asked of the sandbox afterwards, each of them stands there as the item asks.
- **refused**, **not sent**: the node says so. None of them is in effect at the server.
- **unknown**: the node says that it does not know. The answer was lost, and MoEngage may have taken the change or not.
- **duplicates**: records that the server processed more than once. All writes are idempotent: the second one changes nothing.
- **lost**: items without an outcome. **wrong**: called accepted and not so at the server, or called refused or not sent
  and in effect there. Both have to be 0; so does any outcome that is told twice or paired with another item.

Where the fault is no storm, it strikes the first two requests of a run of one batch (1 in flight), and the second to the
fifth of a run of ten batches (5 in flight, the most that the node has under way). No option of the node sets how many
are in flight, hence the two kinds of run. In a storm every request is struck, and Tries per Request is 2. A batch has 10
items for Bulk Update and Resubscribe and one for the others. Timeout is 3 s.
Which requests were under way when a run stops, and so how many items were still sent, differs a little from run to run.
`;

const COLUMNS = [
	'items',
	'accepted',
	'refused',
	'unknown',
	'notSent',
	'requests',
	'duplicates',
] as const;
type Column = (typeof COLUMNS)[number];
const TITLES = ['items', 'accepted', 'refused', 'unknown', 'not sent', 'requests', 'duplicates'];

const row = (cells: ReadonlyArray<string | number>) => `| ${cells.join(' | ')} |`;
const rule = (left: number, right: number) =>
	row([...Array<string>(left).fill('---'), ...Array<string>(right).fill('--:')]);
const count = (figure: number) => (figure === 0 ? '·' : figure.toLocaleString('en-US'));

const titleOf = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The sum of a column, or of what has to be 0. */
export function sum(done: readonly Done[], column: keyof Figures): number {
	return done.reduce((total, { figures }) => total + (figures?.[column] ?? 0), 0);
}

/** One line that says it all. */
export function totals(done: readonly Done[]): string {
	const wrong = sum(done, 'wronglyAccepted') + sum(done, 'wronglyDenied');
	const parts = COLUMNS.map(
		(column, i) => `${sum(done, column).toLocaleString('en-US')} ${TITLES[i]}`,
	);
	return `${done.length} runs: ${parts.join(', ')}; ${sum(done, 'lost')} lost, ${wrong} wrong`;
}

/** The whole matrix, one table a fault. */
export function table(done: readonly Done[]): string {
	const names = [...new Set(done.map(({ cell }) => cell.fault.name))];
	return names
		.map((name) => {
			const own = done.filter(({ cell }) => cell.fault.name === name);
			const lines = own.map(({ cell, figures }) =>
				row([
					cell.subject.name,
					cell.inFlight,
					...COLUMNS.map((column: Column) => count(figures?.[column] ?? NaN)),
				]),
			);
			const head = [row(['operation', 'in flight', ...TITLES]), rule(1, 1 + COLUMNS.length)];
			return [`## ${titleOf(name)}`, '', ...head, ...lines].join('\n');
		})
		.join('\n\n');
}

/** docs/faults.md */
export function page(done: readonly Done[]): string {
	return `${HEAD}\n**${totals(done)}.**\n\n${table(done)}\n`;
}

/** What is told of the items, for each run of the table that is the same every time. */
function outcomesIn(markdown: string, varying: ReadonlySet<string>): Map<string, string> {
	const found = new Map<string, string>();
	for (const section of markdown.split('\n## ').slice(1)) {
		const [title, ...lines] = section.split('\n');
		if (varying.has(title)) continue;
		for (const line of lines.filter((one) => /^\| .* \| \d /.test(one))) {
			const [, operation, inFlight, ...figures] = line.split('|').map((cell) => cell.trim());
			found.set(`${title}, ${operation}, ${inFlight} in flight`, figures.slice(0, 5).join(' '));
		}
	}
	return found;
}

/** Runs that the page tells otherwise, or not at all; requests and duplicates are not compared. */
export function differences(done: readonly Done[], markdown: string): string[] {
	const varying = new Set(
		done.filter(({ cell }) => cell.fault.varies).map(({ cell }) => titleOf(cell.fault.name)),
	);
	const now = outcomesIn(`\n${table(done)}`, varying);
	const told = outcomesIn(markdown, varying);
	return [...now]
		.filter(([run, outcomes]) => told.get(run) !== outcomes)
		.map(([run, outcomes]) => `${run}: now ${outcomes}, on the page ${told.get(run) ?? 'nothing'}`);
}
