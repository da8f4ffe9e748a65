import { createRunner } from 'jest-light-runner';

/** Longer than any test file takes, also on a slow machine. */
const FILE_LIMIT_MS = 20 * 60_000;

// JavaScript because Jest loads runners without a transform.
/**
 * Runs one file after the other, each in its own Node.js process, which has the flags of Jest's own. What
 * files leave behind can't reach others, and several n8n at a time would be slow.
 */
export default class ProcessRunner extends createRunner({ runtime: 'child_process' }) {
	constructor(globalConfig, ...rest) {
		// For two workers, the runner starts processes. The pool then gets only one.
		super({ ...globalConfig, maxWorkers: 2 }, ...rest);
		this._globalConfig = { ...globalConfig, maxWorkers: 1 };
	}

	async runTests(tests, ...rest) {
		for (const test of tests) await super.runTests([test], ...rest);
	}

	async _runTest(test) {
		const late = new Promise((_, fail) => {
			const problem = new Error(`${test.path} took longer than ${FILE_LIMIT_MS / 60_000} min`);
			setTimeout(() => fail(problem), FILE_LIMIT_MS).unref();
		});
		return await Promise.race([super._runTest(test), late]);
	}
}
