/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   a test suite in its own process, not part of the package */
// Injects network and server faults and checks the outcome that the node reports for each item.
// WRITE=1 writes docs/faults.md; ONLY="connection" runs the faults and operations with this in their names.
import { capturedOutput } from './log-capture';

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Engine, ROOT } from '../support/engine';
import { startSandbox } from '../support/sandbox';
import type { TestEnvironment } from './cell';
import { scanEchoes } from './echo';
import { faults } from './faults';
import { scanInputErrors } from './inputErrors';
import { Leaks } from './leaks';
import { cellsOf, runMatrix, type Done } from './matrix';
import { differences, page, table, totals } from './page';
import { FaultProxy } from './proxy.mts';

/** Shortens the window of every limit in the node and the sandbox, as this suite doesn't test waiting. */
const WINDOW_MS = 2000;
const PAGE = path.join(ROOT, 'docs/faults.md');
const { ONLY = '', WRITE } = process.env;

const newKey = () => `key-${randomBytes(12).toString('hex')}`;
const cells = cellsOf(newKey).filter(({ fault, subject }) =>
	`${fault.name} ${subject.name}`.includes(ONLY),
);
let environment: TestEnvironment;
let done: Done[] = [];

beforeAll(async () => {
	const [engine, sandbox] = await Promise.all([
		Engine.load(),
		startSandbox(['--window-ms', String(WINDOW_MS), '--accept-any-user']),
	]);
	engine.scaleWindows(WINDOW_MS);
	const proxy = new FaultProxy(sandbox.url);
	await proxy.listen();
	environment = { engine, sandbox, proxy };
	const workspaces = cells.map(({ workspace, apiKey }) => ({ id: workspace, apiKey }));
	await sandbox.configure({ workspaces });
	done = await runMatrix(environment, cells);
	console.log(table(done));
});
afterAll(async () => {
	console.log(`\n${totals(done)}`);
	await environment.proxy.close();
	await environment.sandbox.stop();
});

test.each(faults.filter((fault) => cells.some((cell) => cell.fault === fault)))(
	'$name',
	({ name }) => {
		const own = done.filter(({ cell }) => cell.fault.name === name);
		assert.ok(own.length > 0, 'nothing ran');
		const wrong = own
			.filter(({ problem }) => problem !== '')
			.map(({ cell, problem }) => `${cell.subject.name}, ${cell.inFlight} in flight: ${problem}`);
		assert.deepEqual(wrong, []);
	},
);

test('no output contains a secret, a request body, or another user', async () => {
	const leaks = new Leaks();
	const apiKey = newKey();
	for (const { cell, run, bodies = [] } of done) {
		const { workspace: workspaceId, fault, subject } = cell;
		const hidden = { workspaceId, apiKey: cell.apiKey, bodies };
		if (run !== undefined) leaks.ofRun(run, hidden, `${fault.name}, ${subject.name}`);
	}
	const bad = await scanInputErrors(environment, leaks, apiKey);
	const echoes = await scanEchoes(environment, leaks, apiKey);
	leaks.ofLog('n8n’s log at level debug', capturedOutput());
	console.log(
		`${done.length} runs with faults, ${bad} with invalid items, ${echoes} with servers that echo the request`,
	);
	for (const line of leaks.report()) console.log(`  ${line}`);
});

test('docs/faults.md has the same outcomes', () => {
	if (WRITE !== undefined) {
		assert.equal(ONLY, '', 'the page has all faults');
		writeFileSync(PAGE, page(done));
	}
	const wrong = differences(done, readFileSync(PAGE, 'utf8'));
	assert.deepEqual(wrong, [], 'if the new ones are right, run it with WRITE=1');
});
