const { TestEnvironment } = require('jest-environment-node');

// JavaScript because Stryker loads the environment without a transform.
/** Skips the rest of a test file after the first failure, because the mutant is caught. */
module.exports = class BailingEnvironment extends TestEnvironment {
	caught = false;

	/** @param {import('@jest/types').Circus.Event} event */
	handleTestEvent(event) {
		if (event.name === 'test_done') this.caught ||= event.test.errors.length > 0;
		if (event.name === 'test_start' && this.caught) event.test.mode = 'skip';
	}
};
