// npm test runs the fast suites; npm test -- suite … [pattern …] runs the given ones, or those of their
// files whose paths contain one of the patterns.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { log, UserError } from './harness/log.mts';
import { ensureN8n } from './harness/n8n-install.mts';
import { buildIfChanged, shareTarball } from './harness/package.mts';
import { endAll } from './harness/processes.mts';
import { withProgress } from './harness/progress.mts';
import { shareN8n, startN8n } from './harness/running-n8n.mts';
import { requireServices } from './queue/services.mts';
import { printCounts } from './support/counts.js';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');
const FAST = ['unit', 'engine', 'sandbox', 'adversary'];
const WITH_N8N = ['e2e', 'versions', 'queue'];
const SLOW = ['faults', 'soak', ...WITH_N8N];

const args = process.argv.slice(2);
const isSuite = (arg: string) => [...FAST, ...SLOW].includes(arg);
const firstOther = args.findIndex((arg) => !isSuite(arg));
const named = args.splice(0, firstOther === -1 ? args.length : firstOther);
const slow = named.filter((suite) => SLOW.includes(suite));
const folder = mkdtempSync(join(tmpdir(), 'test-'));
let removeUserFolder = () => {};

/** What takes long is prepared before the first test, so that its progress is seen. */
async function prepare() {
	await withProgress('Build the package', () => '', buildIfChanged);
	if (slow.includes('queue')) await requireServices();
	if (!slow.some((suite) => WITH_N8N.includes(suite))) return;
	await ensureN8n();
	await shareTarball(folder);
	// A few files rather have their own, as starting it takes longer than most of them do.
	if (!slow.includes('e2e') || args.length > 0) return;
	shareN8n(await startN8n({ built: true }, ({ remove }) => (removeUserFolder = remove)));
}

async function close() {
	await endAll();
	removeUserFolder();
	rmSync(folder, { recursive: true, force: true });
}

let jest: ChildProcess | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (jest === null) void close().then(() => process.exit(1));
		// Ctrl-C also reaches Jest, which ends its tests.
		else if (signal !== 'SIGINT') jest.kill(signal);
	});
}

try {
	await prepare();
} catch (problem) {
	log(problem instanceof UserError ? problem.message : String(problem));
	printCounts(0, 1);
	await close();
	process.exit(1);
}
const suites = named.length > 0 ? named : FAST;
/** Slow suites load TypeScript by tsx and measure memory. Jest's processes inherit flags and environment. */
const flags = slow.length === 0 ? [] : ['--import', 'tsx', '--expose-gc'];
const more = slow.length === 0 ? [] : ['--verbose'];
// Otherwise, Jest sets it to “test”, with which n8n doesn't start.
const env = { ...process.env, ...(slow.length > 0 && { NODE_ENV: 'production' }) };
jest = spawn(process.execPath, [...flags, JEST, ...more, ...args, '--selectProjects', ...suites], {
	env,
	stdio: 'inherit',
}).once('close', (code) => {
	process.exitCode = code ?? 1;
	void close();
});
