import { readFileSync } from 'node:fs';
import { createRunner } from 'jest-light-runner';

/** Longer than any test file takes, also on a slow machine. */
const FILE_LIMIT_MS = 20 * 60_000;
/** The comment at the top of files that measure times, or what a machine is left with. */
const ALONE = /^\/\/ Runs alone: /m;

/** @param {import('jest-runner').Test} test */
const runsAlone = ({ path }) => ALONE.test(readFileSync(path, 'utf8'));

/** Runs a file in a Node.js process that has the flags of Jest's own. */
class FileRunner extends createRunner({ runtime: 'child_process' }) {
	constructor(globalConfig, ...rest) {
		// For two workers, the runner starts processes. The pool then gets only one.
		super({ ...globalConfig, maxWorkers: 2 }, ...rest);
		this._globalConfig = { ...globalConfig, maxWorkers: 1 };
	}

	async _runTest(test) {
		const late = new Promise((_, fail) => {
			const problem = new Error(`${test.path} took longer than ${FILE_LIMIT_MS / 60_000} min`);
			setTimeout(() => fail(problem), FILE_LIMIT_MS).unref();
		});
		return await Promise.race([super._runTest(test), late]);
	}
}

// JavaScript because Jest loads runners without a transform.
/** Runs each file in its own process, so that what it leaves behind can't reach others, and two at once. */
export default class ProcessRunner {
	constructor(...args) {
		this.args = args;
	}

	async runTests(tests, ...rest) {
		const run = async (test) => await new FileRunner(...this.args).runTests([test], ...rest);
		const others = tests.filter((test) => !runsAlone(test));
		const takeTurns = async () => {
			for (let test = others.shift(); test !== undefined; test = others.shift()) await run(test);
		};
		await Promise.all([takeTurns(), takeTurns()]);
		for (const test of tests.filter(runsAlone)) await run(test);
	}
}
