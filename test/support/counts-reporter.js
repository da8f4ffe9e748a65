/** Ends a suite with one plain line that a script can read. */
module.exports = class CountsReporter {
	/** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
	onRunComplete(_contexts, results) {
		// A file that could not be loaded ran no test at all: it must not pass for "0 failed".
		const broken = results.numRuntimeErrorTestSuites;
		const failed = results.numFailedTests + broken;
		const skipped = results.numPendingTests + results.numTodoTests;
		process.stdout.write(
			`\n${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
		);
	}
};
