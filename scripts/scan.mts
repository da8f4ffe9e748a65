// Runs n8n's own package scanner without its downloads: on the sources that it would fetch from the
// repository, then on the tarball that it would fetch from npm.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfChanged, pack, ROOT } from '../test/harness/package.mts';
import { run } from '../test/harness/processes.mts';
import { log } from '../test/harness/log.mts';

const MAX_BYTES = 150_000;
const WANTED = ['package.json', 'README.md', 'LICENSE.md'];

type Finding = { passed: boolean; message?: string; details?: string };

/** The package has no types. */
interface Scanner {
	analyzePackage: (folder: string, patterns: string[]) => Promise<Finding>;
	SOURCE_FILE_PATTERNS: string[];
}
const SCANNER = '@n8n/scan-community-package/scanner/scanner.mjs';
const { analyzePackage, SOURCE_FILE_PATTERNS }: Scanner = await import(SCANNER);

let passed = 0;
let failed = 0;

function report(what: string, problems: string[]) {
	if (problems.length === 0) passed++;
	else failed++;
	log(`${problems.length === 0 ? 'ok    ' : 'not ok'} ${what}`);
	for (const problem of problems) log(problem);
}

async function scan(what: string, folder: string, patterns: string[]) {
	const { passed, message = '', details = '' } = await analyzePackage(folder, patterns);
	// The scanner passes if it finds no files, but then nothing was checked.
	report(`${what} (${patterns.join(', ')})`, passed && message === '' ? [] : [message, details]);
}

const folder = mkdtempSync(join(tmpdir(), 'scan-'));
try {
	await buildIfChanged();
	const tarball = await pack(folder);
	const unpacked = join(folder, 'package');
	mkdirSync(unpacked);
	const tar = await run('tar', ['-xzf', tarball.path, '-C', unpacked, '--strip-components=1']);
	if (tar.code !== 0) throw new Error(tar.output);

	await scan('Sources', ROOT, SOURCE_FILE_PATTERNS);
	await scan('Tarball, compiled', unpacked, ['**/*.js']);
	await scan('Tarball, package.json', unpacked, ['package.json']);

	const strangers = tarball.files.filter(
		(file) => !file.startsWith('dist/') && !WANTED.includes(file),
	);
	const missing = WANTED.filter((file) => !tarball.files.includes(file));
	report(
		`Tarball holds dist, ${WANTED.join(', ')} and nothing else (${tarball.files.length} files)`,
		[
			...strangers.map((file) => `  too much: ${file}`),
			...missing.map((file) => `  missing: ${file}`),
		],
	);
	const outsiders = tarball.files.filter((file) =>
		/(^|\/)(test|sandbox|demo|scripts|bench|docs)\//.test(file),
	);
	report(
		'Tarball holds no tests, sandbox, demo or documentation pictures',
		outsiders.map((file) => `  ${file}`),
	);
	const { size } = statSync(tarball.path);
	report(
		`Tarball is ${(size / 1000).toFixed(1)} kB packed, ${MAX_BYTES / 1000} kB at most`,
		size <= MAX_BYTES ? [] : ['  too large'],
	);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
log();
log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
