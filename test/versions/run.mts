// npm run test:versions [-- oldest 2.8.4 …] checks the packed package in every supported n8n version, or
// in the given ones.
//
// A recipe is a folder with a package.json and the lock file that npm creates for it with
// --package-lock-only, on one line and without licenses. Older n8n versions get their spreadsheet
// library from its author's site; the recipes replace it with the copy on npm.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureN8n } from '../harness/n8n-install.mts';
import { build } from '../harness/package.mts';
import { endAll, run } from '../harness/processes.mts';
import { log, UserError } from '../harness/log.mts';
import { printCounts } from '../support/counts.js';
import { CHECKS } from './checks.mts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const NEWEST = fileURLToPath(new URL('../../demo/n8n/', import.meta.url));
/** Time limit for one version: its start and the checks, without the install. */
const TIME_LIMIT_MS = 15 * 60_000;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => void endAll().then(() => process.exit(1)));
}

/** Folders of the recipes, the newest n8n first. */
const older = readdirSync(HERE)
	.filter((name) => /^\d/.test(name))
	.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
const recipes = [NEWEST, ...older.map((version) => join(HERE, version))];
const named = process.argv.slice(2);

function recipeOf(name: string) {
	const found =
		{ newest: recipes[0], oldest: recipes.at(-1) }[name] ?? recipes[older.indexOf(name) + 1];
	if (found !== undefined && (found !== NEWEST || name === 'newest')) return found;
	throw new UserError(
		`There's no recipe for ${name}. Choose from newest, oldest, ${older.join(', ')}.`,
	);
}

async function check(recipe: string) {
	const began = Date.now();
	const n8n = await ensureN8n(recipe);
	const installed = Date.now();
	const seconds = (from: number, to: number) => Math.round((to - from) / 1000);
	let passed: Record<string, boolean> = {};
	log(`\nn8n ${n8n.version} on Node.js ${n8n.nodeVersion}`);
	const onText = (text: string) => {
		if (!text.startsWith('{')) process.stdout.write(text);
	};
	const one = run(process.execPath, ['--import', 'tsx', join(HERE, 'one.mts'), recipe], { onText });
	const watch = setTimeout(() => void endAll(), TIME_LIMIT_MS);
	const { output } = await one;
	clearTimeout(watch);
	const line = output.trim().split('\n').at(-1) ?? '';
	if (line.startsWith('{')) passed = JSON.parse(line).passed;
	return {
		version: n8n.version,
		node: n8n.nodeVersion,
		passed,
		install: seconds(began, installed),
		checks: seconds(installed, Date.now()),
	};
}

const pad = (cell: unknown) => String(cell).padEnd(14);
try {
	const wanted = named.length === 0 ? recipes : [...new Set(named.map(recipeOf))];
	await build();
	const rows = [];
	for (const recipe of wanted) rows.push(await check(recipe));

	log(`\n${['n8n', 'Node.js', ...CHECKS, 'install', 'checks'].map(pad).join('')}`);
	let passed = 0;
	for (const row of rows) {
		const results = CHECKS.map((name) => (row.passed[name] ? 'ok' : 'NOT OK'));
		const times = [`${row.install} s`, `${row.checks} s`];
		log([row.version, row.node, ...results, ...times].map(pad).join(''));
		passed += CHECKS.filter((name) => row.passed[name]).length;
	}
	const failed = rows.length * CHECKS.length - passed;
	printCounts(passed, failed);
	process.exitCode = failed === 0 ? 0 : 1;
} catch (problem) {
	log(problem instanceof UserError ? problem.message : String(problem));
	printCounts(0, 1);
	process.exitCode = 1;
}
