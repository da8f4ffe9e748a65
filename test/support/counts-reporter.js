const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { printCounts } = require('./counts.js');

// JavaScript because Jest loads reporters without a transform.
/** Prints the sandbox's validation totals, and as the last line the counts, which a script can parse. */
module.exports = class CountsReporter {
	constructor() {
		this.folder = mkdtempSync(path.join(tmpdir(), 'sandbox-validation-'));
		this.file = path.join(this.folder, 'totals');
		// Tests run in this process or in workers that inherit its environment.
		process.env.SANDBOX_VALIDATION_LOG = this.file;
	}

	/** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
	onRunComplete(_contexts, results) {
		if (existsSync(this.file)) process.stdout.write(`\n${describeTotals(this.file)}\n`);
		rmSync(this.folder, { recursive: true, force: true });
		// A file that couldn't be loaded ran no tests, and must not count as "0 failed".
		const broken = results.numRuntimeErrorTestSuites;
		const failed = results.numFailedTests + broken;
		const skipped = results.numPendingTests + results.numTodoTests;
		// Jest's own summary follows.
		process.once('exit', () => printCounts(results.numPassedTests, failed, skipped));
	}
};

/** @param {string} file one line per sandbox */
function describeTotals(file) {
	const totals = readFileSync(file, 'utf8')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line));
	const sum = (/** @type {'requests' | 'responses'} */ of, /** @type {string} */ key) =>
		totals.reduce((total, entry) => total + entry[of][key], 0);
	return [
		`Sandbox: ${sum('requests', 'validated')} requests and ${sum('responses', 'validated')} responses validated,`,
		`${sum('requests', 'invalid') + sum('responses', 'invalid')} invalid;`,
		`${sum('requests', 'invalidOnPurpose')} requests invalid on purpose, ${sum('responses', 'faults')} injected faults`,
	].join(' ');
}
