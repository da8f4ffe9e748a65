// Runs a suite on Node's own test runner: its files one after the other, and the counts at the end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { endAll } from '../harness/processes.mts';
import { log, UserError } from '../harness/log.mts';
import { printCounts } from './counts.js';

/**
 * @param place URL of a file in the suite's folder
 * @param ending of the names of its test files
 * @param prepare what takes long: done here its progress is seen, and no
 *   test's time runs out over it
 */
export async function runSuite(place: string, ending: string, prepare: () => Promise<unknown>) {
	const folder = fileURLToPath(new URL('.', place));
	const wanted = process.argv[2] ?? '';
	const files = readdirSync(folder)
		.filter((name) => name.endsWith(ending) && name.includes(wanted))
		.sort()
		.map((name) => join(folder, name));

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => void endAll().then(() => process.exit(1)));
	}
	try {
		await prepare();
	} catch (problem) {
		log(problem instanceof UserError ? problem.message : String(problem));
		printCounts(0, 1);
		process.exit(1);
	}

	let passed = 0;
	let failed = 0;
	const tests = run({ files, concurrency: 1, timeout: 600_000 });
	tests.on('test:pass', ({ details, skip }) => {
		if (details.type === 'suite') return;
		// A skipped test has shown nothing.
		if (skip === undefined) passed++;
		else failed++;
	});
	tests.on('test:fail', ({ name, details }) => {
		if (details.type !== 'suite') failed++;
		// A file that ended in the middle of its tests: the reporter leaves out how.
		const { exitCode, signal } = details.error as { exitCode?: number; signal?: string };
		if (exitCode !== undefined) log(`${name} ended with ${signal ?? `exit code ${exitCode}`}`);
	});
	tests.once('end', () => {
		// The reporter's last lines are still on their way.
		setTimeout(() => {
			if (passed === 0) failed++;
			printCounts(passed, failed);
			process.exitCode = failed === 0 ? 0 : 1;
		}, 200);
	});
	// Node's types call the reporter a class in one version and a stream in the next.
	tests.compose<NodeJS.ReadWriteStream>(spec as never).pipe(process.stdout);
}
