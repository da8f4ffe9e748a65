// JavaScript because Jest's reporter, which Jest loads without a transform, uses it too.
/**
 * Prints the last line of every suite, which a script can parse.
 *
 * @param {number} passed
 * @param {number} failed
 * @param {number} [skipped]
 */
exports.printCounts = (passed, failed, skipped = 0) => {
	process.stdout.write(
		`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
	);
};
