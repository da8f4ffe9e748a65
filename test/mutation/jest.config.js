/**
 * The tests that mutations of the delivery engine and of the verdict have to get past. Properties
 * run with few cases and always the same seed, so that a survivor can be looked at again. Tests that
 * measure long lists and long waits take most of the time and are left out.
 */
process.env.RUNS ??= '10';
process.env.ROUNDS ??= '100';
process.env.SEED ??= '20261123';
// A mutant that never ends is caught by the steps of virtual time long before it costs real time.
process.env.STEPS ??= '50000';
process.env.SHRINK ??= 'no';

const { maxWorkers, testTimeout, projects } = require('../../jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
	.../** @type {import('jest').Config} */ (projects?.[0]),
	maxWorkers,
	testTimeout,
	// The repository, or Stryker's copy of it.
	rootDir: '../..',
	roots: ['<rootDir>/nodes', '<rootDir>/test'],
	testMatch: [
		'<rootDir>/test/unit/delivery/**/!(burst|speed|storm|workers).test.ts',
		'<rootDir>/test/adversary/**/!(alternating-kinds|bisecting-wait|hanging|run-limit).test.ts',
		'<rootDir>/test/unit/api/verdict*.test.ts',
	],
	testEnvironment: require.resolve('./environment.js'),
	runner: '<rootDir>/test/mutation/runner.js',
	modulePathIgnorePatterns: [],
	reporters: [],
};
