/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test starts another test file, as the slow suites run theirs */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const TEST = path.resolve(__dirname, '..');
const JEST = require.resolve('jest/bin/jest');
const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-harness-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a test file with a sandbox; `lines` are between its start and the end of all programs. */
function run(lines: string): { failed: boolean; output: string } {
	const file = path.join(folder, 'one.test.mts');
	writeFileSync(
		file,
		`import { endAll } from '${TEST}/harness/processes.mts';
import { startSandbox } from '${TEST}/harness/sandbox-process.mts';
const sandbox = await startSandbox();
const send = async (path: string) => await fetch(sandbox.url + path);
afterAll(endAll);
${lines}`,
	);
	const runner = path.join(TEST, 'support/process-runner.mjs');
	const config = JSON.stringify({ rootDir: folder, runner, testMatch: ['**/*.test.mts'] });
	const flags = ['--import', 'tsx', JEST, '--config', config, '--verbose', '--no-watchman'];
	const { status, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
	return { failed: status !== 0, output: stderr };
}

it('a suite whose requests are valid passes', () => {
	const { failed, output } = run(`test('sends', () => send('/_sandbox/state'));`);
	expect([failed, output]).toEqual([false, expect.stringContaining('✓ sends')]);
});

it('a request that the document doesn’t allow fails the test that sent it, and no later one', () => {
	const { failed, output } = run(
		`test('sends', () => send('/v1/nothing')); test('rests', () => {});`,
	);
	expect(failed).toBe(true);
	expect(output).toContain('Not allowed by sandbox/openapi.yaml');
	expect(output).toContain('sends > (afterEach)');
	expect(output).not.toContain('rests > (afterEach)');
	expect(output).toContain('✓ rests');
});

it('a request that the document doesn’t allow fails the suite, even if it is sent outside a test', () => {
	const { failed, output } = run(`await send('/v1/nothing'); test('rests', () => {});`);
	expect(output).toContain('Not allowed by sandbox/openapi.yaml');
	expect(failed).toBe(true);
});

it('stopping the sandbox in a test checks its requests', () => {
	const { failed, output } = run(
		`test('stops', async () => { await send('/v1/nothing'); await sandbox.stop(); });`,
	);
	expect(output).toContain('Not allowed by sandbox/openapi.yaml');
	expect(failed).toBe(true);
});
