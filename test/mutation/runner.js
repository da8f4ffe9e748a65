const { readdirSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');
const { default: TestRunner } = require('jest-runner');

/** Test files with random cases are slow. */
const SLOW = /from 'fast-check'/;
/** How Stryker marks a mutant's place in the code, and names the active one. */
const MUTANT = /stryMutAct_\w+\("(\d+)"\)/g;
const ACTIVE = '__STRYKER_ACTIVE_MUTANT__';

/** @type {Map<string, string> | undefined} name of the mutated file by mutant */
let files;

// JavaScript like environment.js, for a configuration that Stryker loads too.
/**
 * Runs the test files one after the other and stops after the first failure, because the mutant is
 * caught. (Stryker turns Jest's own `bail` off, which doesn't work there.) The mutated file's own
 * tests go first, then fast ones.
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
		files ??= mutatedFiles(path.resolve(this._globalConfig.rootDir, 'nodes'));
		const mutated = files.get(process.env[ACTIVE] ?? '');
		for (const test of [...tests].sort(
			(a, b) => weight(a.path, mutated) - weight(b.path, mutated),
		)) {
			if (caught) return;
			await super.runTests([test], watcher, { ...options, serial: true });
		}
	}
};

/** @param {string} folder */
function mutatedFiles(folder) {
	/** @type {Map<string, string>} */
	const found = new Map();
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		if (!name.endsWith('.ts')) continue;
		const code = readFileSync(path.join(folder, name), 'utf8');
		for (const [, id] of code.matchAll(MUTANT)) found.set(id, path.basename(name, '.ts'));
	}
	return found;
}

/**
 * @param {string} file
 * @param {string | undefined} mutated
 */
function weight(file, mutated) {
	if (path.basename(file).startsWith(`${mutated}.`)) return 0;
	return statSync(file).size + (SLOW.test(readFileSync(file, 'utf8')) ? 1e6 : 0);
}
