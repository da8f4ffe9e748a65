/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   a separate program, not part of the package */
// Injects network and server faults and checks the outcome that the node reports for each item.
import { capturedOutput } from './log-capture';

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Engine, ROOT } from '../support/engine';
import { startSandbox } from '../support/sandbox';
import { check, finish } from '../soak/measure';
import { scanInputErrors } from './inputErrors';
import type { TestEnvironment } from './cell';
import { scanEchoes } from './echo';
import { faults } from './faults';
import { Leaks } from './leaks';
import { cellsOf, runMatrix, type Done } from './matrix';
import { differences, page, table, totals } from './page';
import { FaultProxy } from './proxy.mts';

/** Shortens the window of every limit in the node and the sandbox, as this suite doesn't test waiting. */
const WINDOW_MS = 2000;
const PAGE = path.join(ROOT, 'docs/faults.md');

async function main(): Promise<void> {
	const [engine, sandbox] = await Promise.all([
		Engine.load(),
		startSandbox(['--window-ms', String(WINDOW_MS), '--accept-any-user']),
	]);
	engine.scaleWindows(WINDOW_MS);
	const proxy = new FaultProxy(sandbox.url);
	await proxy.listen();
	try {
		const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
		const cells = cellsOf(() => `key-${randomBytes(12).toString('hex')}`).filter(
			({ fault, subject }) => only === undefined || `${fault.name} ${subject.name}`.includes(only),
		);
		const workspaces = cells.map(({ workspace, apiKey }) => ({ id: workspace, apiKey }));
		await sandbox.configure({ workspaces });
		const environment = { engine, sandbox, proxy };
		const done = await runMatrix(environment, cells);
		console.log(table(done));
		await report(done);
		await secrets(environment, done);
		if (process.argv.includes('--write') && only === undefined) {
			writeFileSync(PAGE, page(done));
			console.log('\nWritten: docs/faults.md');
		} else {
			await check('docs/faults.md has the same outcomes', async () => {
				const wrong = differences(done, readFileSync(PAGE, 'utf8'));
				assert.deepEqual(wrong, [], 'they differ; run with --write if the new ones are right');
				return `${done.length} runs compared`;
			});
		}
		console.log(`\n${totals(done)}`);
	} finally {
		await proxy.close();
		await sandbox.stop();
	}
}

/** One check per fault. */
async function report(done: readonly Done[]): Promise<void> {
	for (const { name } of faults) {
		const own = done.filter(({ cell }) => cell.fault.name === name);
		if (own.length === 0) continue;
		await check(name, async () => {
			const wrong = own.filter(({ problem }) => problem !== '');
			if (wrong.length === 0) return totals(own);
			const lines = wrong.map(
				({ cell, problem }) => `${cell.subject.name}, ${cell.inFlight} in flight: ${problem}`,
			);
			throw new Error(lines.join('\n  '));
		});
	}
}

/** No output of any run, including those against echoing servers, contains a secret or another user. */
async function secrets(environment: TestEnvironment, done: readonly Done[]): Promise<void> {
	const leaks = new Leaks();
	const apiKey = `key-${randomBytes(12).toString('hex')}`;
	await check('No secret, body or other user in the node’s output', async () => {
		for (const { cell, run, bodies = [] } of done) {
			const { workspace: workspaceId, fault, subject } = cell;
			const hidden = { workspaceId, apiKey: cell.apiKey, bodies };
			if (run !== undefined) leaks.ofRun(run, hidden, `${fault.name}, ${subject.name}`);
		}
		const bad = await scanInputErrors(environment, leaks, apiKey);
		const echoes = await scanEchoes(environment, leaks, apiKey);
		leaks.ofLog('n8n’s log at level debug', capturedOutput());
		return [
			`${done.length} runs with faults, ${bad} with invalid items, ${echoes} with servers that echo the request`,
			...leaks.report(),
		];
	});
}

void main()
	.catch(
		async (problem: unknown) =>
			await check('The matrix completes', async () => {
				throw problem;
			}),
	)
	.finally(finish);
