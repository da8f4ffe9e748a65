// npm run test:e2e: every *.e2e.mjs of this folder, one after the other, and the counts at the end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { ensureN8n } from '../../demo/lib/n8n-install.mjs';
import { build } from '../../demo/lib/package.mjs';
import { endAll } from '../../demo/lib/processes.mjs';
import { say, Trouble } from '../../demo/lib/say.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv[2] ?? '';
const files = readdirSync(folder)
	.filter((name) => name.endsWith('.e2e.mjs') && name.includes(wanted))
	.sort()
	.map((name) => join(folder, name));

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
	process.on(signal, () => void endAll().then(() => process.exit(1)));
}
try {
	// Both here, where their progress is seen and no test's time runs out over them.
	await ensureN8n();
	await build();
} catch (problem) {
	say(problem instanceof Trouble ? problem.message : String(problem));
	say('\n0 passed, 1 failed');
	process.exit(1);
}

let passed = 0;
let failed = 0;
const tests = run({ files, concurrency: 1, timeout: 600_000 });
tests.on('test:pass', ({ details, skip }) => {
	if (details.type === 'suite') return;
	// A skipped test has shown nothing.
	if (skip === undefined) passed++;
	else failed++;
});
tests.on('test:fail', ({ name, details }) => {
	if (details.type !== 'suite') failed++;
	// A file that ended in the middle of its tests: the reporter leaves out how.
	const { exitCode, signal } = /** @type {any} */ (details.error);
	if (exitCode !== undefined) say(`${name} ended with ${signal ?? `exit code ${exitCode}`}`);
});
tests.once('end', () => {
	// The reporter's last lines are still on their way.
	setTimeout(() => {
		if (passed === 0) failed++;
		say(`\n${passed} passed, ${failed} failed`);
		process.exitCode = failed === 0 ? 0 : 1;
	}, 200);
});
// Node's types call the reporter a class in one version and a stream in the next.
tests.compose(/** @type {any} */ (spec)).pipe(process.stdout);
