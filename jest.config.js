/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	// A busy machine is slow, which is no reason to fail.
	testTimeout: 30_000,
	// Jest leaves a core free by default: with two cores, all tests would share one process.
	maxWorkers: '100%',
	testMatch: ['<rootDir>/test/{unit,engine,sandbox,adversary}/**/*.test.ts'],
	transform: {
		'^.+\\.m?ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
	},
	modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp'],
	reporters: ['default', '<rootDir>/test/support/counts-reporter.js'],
};
