// npm run lint [-- part …] [-- --fix] runs all checks of the sources, or the given parts, and lists those
// that failed. --fix lets those that can change files do so.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIX = process.argv.includes('--fix');
const fix = FIX ? ' --fix' : '';

const PARTS: Record<string, string[]> = {
	n8n: [`n8n-node lint${fix}`],
	style: [`prettier ${FIX ? '--write' : '--check'} .`],
	types: ['tsc --noEmit', 'tsc -p test'],
	workshop: [`eslint --config eslint.workshop.config.mjs${fix} sandbox demo test scripts bench`],
	imports: ['depcruise nodes credentials sandbox'],
	unused: ['knip --no-progress'],
	words: ['cspell lint --no-progress --no-summary .', 'node --import tsx scripts/prose.mts'],
};

const asked = process.argv.slice(2).filter((arg) => arg !== '--fix');
const unknown = asked.filter((part) => !(part in PARTS));
if (unknown.length > 0) {
	console.log(
		`There's no part ${unknown.join(', ')}. Choose from ${Object.keys(PARTS).join(', ')}.`,
	);
	process.exit(1);
}

const env = {
	...process.env,
	PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
};
const failed: string[] = [];
for (const part of asked.length > 0 ? asked : Object.keys(PARTS)) {
	for (const command of PARTS[part] ?? []) {
		console.log(`\n${part}: ${command}`);
		const { status } = spawnSync(command, { cwd: ROOT, env, shell: true, stdio: 'inherit' });
		if (status !== 0) failed.push(part);
	}
}
console.log(failed.length === 0 ? '\nNo problems found.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
