// npm test runs the fast suites; npm test -- suite … [pattern …] runs the given ones, or those of their
// files whose paths contain one of the patterns.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { ensureN8n } from './harness/n8n-install.mts';
import { log, UserError } from './harness/log.mts';
import { requireServices } from './queue/services.mts';
import { printCounts } from './support/counts.js';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');
const FAST = ['unit', 'engine', 'sandbox', 'adversary'];
/** What takes long is prepared before the first test, so that its progress is seen. */
const SLOW: Record<string, () => Promise<unknown>> = {
	faults: async () => {},
	soak: async () => {},
	e2e: () => ensureN8n(),
	versions: async () => {},
	queue: async () => {
		await requireServices();
		await ensureN8n();
	},
};

const args = process.argv.slice(2);
const isSuite = (arg: string) => arg in SLOW || FAST.includes(arg);
const firstOther = args.findIndex((arg) => !isSuite(arg));
const named = args.splice(0, firstOther === -1 ? args.length : firstOther);
const slow = named.filter((suite) => suite in SLOW);
try {
	for (const suite of slow) await SLOW[suite]?.();
} catch (problem) {
	log(problem instanceof UserError ? problem.message : String(problem));
	printCounts(0, 1);
	process.exit(1);
}
const suites = named.length > 0 ? named : FAST;
/** Slow suites load TypeScript by tsx and measure memory. Jest's processes inherit flags and environment. */
const flags = slow.length === 0 ? [] : ['--import', 'tsx', '--expose-gc'];
const more = slow.length === 0 ? [] : ['--verbose'];
// Otherwise, Jest sets it to “test”, with which n8n doesn't start.
const env = { ...process.env, ...(slow.length > 0 && { NODE_ENV: 'production' }) };
// Ctrl-C also reaches Jest, which ends its tests.
process.on('SIGINT', () => {});
spawn(process.execPath, [...flags, JEST, ...more, ...args, '--selectProjects', ...suites], {
	env,
	stdio: 'inherit',
}).once('close', (code) => (process.exitCode = code ?? 1));
