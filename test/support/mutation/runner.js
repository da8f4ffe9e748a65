const { readFileSync, statSync } = require('node:fs');
const { default: TestRunner } = require('jest-runner');

/** Test files with random cases are slow. */
const SLOW = /from 'fast-check'/;

// JavaScript like environment.js, for a configuration that Stryker loads too.
/**
 * Runs the test files one after the other, fast ones first, and stops after the first failure,
 * because the mutant is caught. (Stryker turns Jest's own `bail` off, which doesn't work there.)
 */
module.exports = class BailingRunner extends TestRunner {
	/** @type {import('jest-runner').default['runTests']} */
	async runTests(tests, watcher, options) {
		let caught = false;
		this.on('test-file-success', ([, result]) => {
			caught ||= result.numFailingTests > 0;
		});
		this.on('test-file-failure', () => {
			caught = true;
		});
		for (const test of [...tests].sort((a, b) => weight(a.path) - weight(b.path))) {
			if (caught) return;
			await super.runTests([test], watcher, { ...options, serial: true });
		}
	}
};

/** @param {string} path */
function weight(path) {
	return statSync(path).size + (SLOW.test(readFileSync(path, 'utf8')) ? 1e6 : 0);
}
