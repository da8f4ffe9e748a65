/**
 * The tests that mutations of the delivery engine and of the verdict have to get past. Properties
 * run with fewer cases and always the same seed, so that a survivor can be looked at again.
 */
process.env.RUNS ??= '60';
process.env.SEED ??= '20261123';

/** @type {import('jest').Config} */
module.exports = {
	...require('./jest.config.js'),
	testMatch: ['<rootDir>/test/unit/{delivery,api}/**/*.test.ts'],
	modulePathIgnorePatterns: [],
	reporters: [],
};
