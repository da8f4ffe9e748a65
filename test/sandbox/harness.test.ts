/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test starts another test file on Node's own runner, as the end-to-end suites do */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const HARNESS = path.resolve(__dirname, '../harness');
const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-harness-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a test file with a sandbox; `lines` are between its start and the end of all programs. */
function run(lines: string): { failed: boolean; output: string } {
	const file = path.join(folder, 'one.test.mts');
	writeFileSync(
		file,
		`import { after, test } from 'node:test';
import { endAll } from '${HARNESS}/processes.mts';
import { startSandbox } from '${HARNESS}/sandbox-process.mts';
const sandbox = await startSandbox();
const send = async (path: string) => await fetch(sandbox.url + path);
after(endAll);
${lines}`,
	);
	const flags = ['--import', 'tsx', '--test', '--test-reporter', 'tap', file];
	const { status, stdout } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
	return { failed: status !== 0, output: stdout };
}

it('a suite whose requests are valid passes', () => {
	const { failed, output } = run(`test('sends', () => send('/_sandbox/state'));`);
	expect([failed, output]).toEqual([false, expect.stringContaining('# pass 1')]);
});

it('a request that the document doesn’t allow fails the test that sent it, and no later one', () => {
	const { failed, output } = run(
		`test('sends', () => send('/v1/nothing')); test('rests', () => {});`,
	);
	expect(failed).toBe(true);
	expect(output).toContain('Not allowed by sandbox/openapi.yaml');
	expect(output).toMatch(/not ok 1 - sends[\s\S]*\nok 2 - rests/);
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
