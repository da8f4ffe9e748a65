const { availableParallelism } = require('node:os');

// npm test -- e2e selects a project by name.

/**
 * Many files at a time, each with its own globals.
 *
 * @param {string} name
 * @returns {import('jest').Config}
 */
const fast = (name) => ({
	displayName: name,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	transform: {
		'^.+\\.m?ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
});

/**
 * Each file in its own Node.js process, which process-runner.mjs starts.
 *
 * @param {string} name
 * @returns {import('jest').Config}
 */
const slow = (name) => ({
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.{ts,mts}`],
	runner: '<rootDir>/test/support/process-runner.mjs',
	modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
});

/** @type {import('jest').Config} */
module.exports = {
	// A busy machine is slow, which is no reason to fail.
	testTimeout: 120_000,
	// One more than cores, as many tests wait.
	maxWorkers: availableParallelism() + 1,
	// What n8n's engine leaves in a process would slow down the garbage collection for all later files.
	workerIdleMemoryLimit: '500MB',
	reporters: ['default', '<rootDir>/test/support/counts-reporter.js'],
	projects: [
		...['unit', 'engine', 'sandbox', 'adversary'].map(fast),
		...['faults', 'soak', 'e2e', 'versions', 'queue'].map(slow),
	],
};
