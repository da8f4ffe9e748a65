// npm start: sends a contact list through the built node on n8n's engine to a MoEngage sandbox on this
// machine, and checks the result against the file. The exit code is 0 if they match.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { duration, log, UserError } from '../test/harness/log.mts';
import { withProgress } from '../test/harness/progress.mts';
import { EXPORT_COLUMNS, readExport } from '../test/harness/main-job.mts';
import { buildIfChanged } from '../test/harness/package.mts';
import { endAll } from '../test/harness/processes.mts';
import { startSandbox } from '../test/harness/sandbox-process.mts';
import { LIMIT, loadEngine, plannedRequests, SendProgress, sendContacts } from './headless.mts';
import { HELP, readOptions, type StartOptions } from './options.mts';
import { columnsOf, describeColumns, openContactFile } from './own-file.mts';
import {
	reportPreview,
	reportResult,
	suggestNextSteps,
	timeInMoEngage,
	type Job,
} from './report.mts';

/** Milliseconds that the sandbox takes for a response, like a server on the internet. */
const RESPONSE_MS = 200;

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
		return null;
	}
	return { file, columns: columnsOf(file, { ...options, id }), preview, own: true };
}

/** @returns whether the result matches the file */
async function perform(job: Job, folder: string): Promise<boolean> {
	const { file, columns, preview, own } = job;
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
	if (preview) return await reportPreview(job, sandbox, planned);
	const requests = plannedRequests(planned);
	if (requests > LIMIT.requests) {
		log(`  This list takes ${timeInMoEngage(requests)}; --preview doesn't send it.`);
	}
	const progress = new SendProgress(sandbox, requests);
	const result = await withProgress(
		'Send the contacts',
		() => progress.line(),
		() => sendContacts(engine, sandbox, file, columns, false).finally(() => progress.stop()),
	);
	return await reportResult(job, sandbox, result);
}

/** Removes everything that a run leaves, once. */
function closer(folder: string): () => Promise<void> {
	let closing: Promise<void> | undefined;
	return () =>
		(closing ??= endAll().then(() =>
			rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
		));
}

async function main(): Promise<number> {
	const options = readOptions(process.argv.slice(2));
	const job = readJob(options);
	if (job === null) return options.help ? 0 : 1;
	const started = Date.now();
	log('MoEngage for n8n. Everything runs on this machine, and nothing is sent to MoEngage.');
	const folder = mkdtempSync(join(tmpdir(), 'moengage-start-'));
	const close = closer(folder);
	let stopped = false;
	for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 143 })) {
		process.on(signal, () => {
			stopped = true;
			void close().finally(() => process.exit(code));
		});
	}
	try {
		const right = await perform(job, folder);
		suggestNextSteps(job);
		log(`\nDone in ${duration(Date.now() - started)}.`);
		return right ? 0 : 1;
	} catch (problem) {
		// A run that is stopped fails, too. The signal's handler ends this process.
		if (stopped) await new Promise(() => {});
		throw problem;
	} finally {
		await close();
	}
}

try {
	// n8n's engine keeps timers that would delay the end.
	process.exit(await main());
} catch (problem) {
	const known = problem instanceof UserError;
	console.error(
		known ? problem.message : `Unexpected error. Please report it:\n${inspect(problem)}`,
	);
	process.exit(1);
}
