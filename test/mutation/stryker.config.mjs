/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
	mutate: [
		'nodes/MoEngageSubscription/delivery/**/*.ts',
		'!nodes/MoEngageSubscription/delivery/{clock,deliver,index,tuning,types}.ts',
		'!nodes/MoEngageSubscription/delivery/response/effects.ts',
		'nodes/MoEngageSubscription/api/verdict.ts',
	],
	testRunner: 'jest',
	// All tests reach all of the engine: searching for related tests only costs time.
	jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
	coverageAnalysis: 'perTest',
	reporters: ['clear-text', 'progress-append-only', 'json'],
	jsonReporter: { fileName: 'reports/mutation.json' },
	clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
	tempDirName: '.stryker-tmp',
	ignorePatterns: ['bench', 'demo', 'dist', 'docs', 'reports', 'sandbox', 'scripts'],
	concurrency: 2,
	timeoutMS: 5_000,
	// A busy machine must not turn an undetected change into a timeout.
	timeoutFactor: 4,
	thresholds: { high: 98, low: 95, break: 95 },
};
