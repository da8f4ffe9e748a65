// npm start: sends a contact list through the built node on n8n's engine to a MoEngage sandbox on this
// machine, and checks the result against the file. The exit code is 0 if they match.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { ContactFile } from '../test/harness/contact-file.mts';
import type { Columns } from '../test/harness/expected.mts';
import {
	checkResult,
	printCheck,
	printCounts,
	printResult,
	printRows,
	usersMatch,
	type JobResult,
} from '../test/harness/job-report.mts';
import { duration, log, UserError } from '../test/harness/log.mts';
import { withProgress } from '../test/harness/progress.mts';
import { EXPORT_COLUMNS, readExport } from '../test/harness/main-job.mts';
import { buildIfChanged } from '../test/harness/package.mts';
import { endAll } from '../test/harness/processes.mts';
import { startSandbox, type SandboxProcess } from '../test/harness/sandbox-process.mts';
import { LIMIT, loadEngine, plannedRequests, SendProgress, sendContacts } from './headless.mts';
import { HELP, readOptions, type StartOptions } from './options.mts';
import { columnsOf, describeColumns, openContactFile } from './own-file.mts';

/** Milliseconds that the sandbox takes for a response, like a server on the internet. */
const RESPONSE_MS = 200;

interface Job {
	file: ContactFile;
	columns: Columns;
	preview: boolean;
	/** Whether it's a file of the user. */
	own: boolean;
}

/** Returns what to send, or null if the options only ask for information. */
function readJob(options: StartOptions): Job | null {
	const { file: path, id, categories, preview } = options;
	if (options.help) {
		log(HELP);
		return null;
	}
	if (path === undefined) {
		return { file: readExport(), columns: EXPORT_COLUMNS, preview, own: false };
	}
	const file = openContactFile(path);
	if (id === undefined || categories.length === 0) {
		log(describeColumns(path, file));
		process.exitCode = 1;
		return null;
	}
	return { file, columns: columnsOf(file, { ...options, id }), preview, own: true };
}

/** @returns whether the result matches the file */
async function perform({ file, columns, preview, own }: Job, folder: string): Promise<boolean> {
	await withProgress('Build the package', () => '', buildIfChanged);
	const sandbox = await startSandbox(
		own ? { categories: columns.categories.map((name) => name.trim()) } : {},
	);
	await sandbox.control('/rules', { rules: [{ do: 'delay', delayMs: RESPONSE_MS }] });
	const engine = await withProgress(
		"Load n8n's engine",
		() => '',
		() => loadEngine(folder),
	);
	const planned = await withProgress(
		'Read the contacts',
		() => '',
		() => sendContacts(engine, sandbox, file, columns, true),
	);
	if (preview) return await reportPreview(file, columns, sandbox, planned);
	const progress = new SendProgress(sandbox, plannedRequests(planned));
	const result = await withProgress(
		'Send them',
		() => progress.line(),
		() => sendContacts(engine, sandbox, file, columns, false).finally(() => progress.stop()),
	);
	printResult(file, result);
	log(`\n  In MoEngage, this list takes ${timeInMoEngage(result.requests.length)}.`);
	const wrong = await checkResult(file, columns, sandbox, result);
	printCheck(usersMatch(result), wrong);
	return wrong.length === 0;
}

async function reportPreview(
	file: ContactFile,
	columns: Columns,
	sandbox: SandboxProcess,
	planned: JobResult,
): Promise<boolean> {
	const requests = plannedRequests(planned);
	log();
	printCounts([
		['Contacts in the export', file.rows.length.toLocaleString('en')],
		['Would be sent', planned.accepted.length.toLocaleString('en')],
		['Would be rejected', planned.rejected.length.toLocaleString('en')],
		['Requests', `${requests.toLocaleString('en')} (up to ${LIMIT.users} users per request)`],
		['Time in MoEngage', timeInMoEngage(requests)],
	]);
	printRows(file, planned);
	const wrong = await checkResult(file, columns, sandbox, planned, true);
	printCheck('nothing was sent, and the rejected rows match the file', wrong);
	return wrong.length === 0;
}

/** Each request above the limit waits for the next minute. */
function timeInMoEngage(requests: number): string {
	const minutes = Math.max(0, Math.ceil(requests / LIMIT.requests) - 1);
	const time = minutes === 0 ? 'less than a minute' : `about ${minutes.toLocaleString('en')} min`;
	return `${time}, with ${LIMIT.requests} requests per minute`;
}

function suggestNextSteps({ own, preview }: Job) {
	const steps: Array<[string, string]> = [];
	if (!own) steps.push(['npm start -- --file <file>', 'does the same with your own CSV file']);
	else if (preview) steps.push(['the same without --preview', 'sends your list to the sandbox']);
	steps.push(['npm run dev', "opens n8n's editor with this node and the example workflows"]);
	log('\n  Next:');
	printCounts(steps);
}

async function main() {
	const job = readJob(readOptions(process.argv.slice(2)));
	if (job === null) return;
	const started = Date.now();
	log('MoEngage for n8n. Everything runs on this machine, and nothing is sent to MoEngage.');
	const folder = mkdtempSync(join(tmpdir(), 'moengage-start-'));
	const close = async () => {
		await endAll();
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => void close().finally(() => process.exit(130)));
	}
	try {
		const right = await perform(job, folder);
		suggestNextSteps(job);
		log(`\nDone in ${duration(Date.now() - started)}.`);
		process.exitCode = right ? 0 : 1;
	} finally {
		await close();
	}
	// n8n's engine keeps timers that would delay the end.
	process.exit();
}

await main().catch((problem: unknown) => {
	const known = problem instanceof UserError;
	console.error(
		known ? problem.message : `Unexpected error. Please report it:\n${inspect(problem)}`,
	);
	process.exit(1);
});
