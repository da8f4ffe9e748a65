/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   a program of its own, no part of the package */
// Breaks the way to MoEngage in every manner, and asks what the node says of each item then.
import { heardSoFar } from './loud';

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { Engine, ROOT } from '../support/engine';
import { startSandbox } from '../support/sandbox';
import { check, finish } from '../soak/measure';
import { searchBadItems } from './badItems';
import type { Bench } from './cell';
import { searchEchoes } from './echo';
import { faults } from './faults';
import { Leaks } from './leaks';
import { cellsOf, runMatrix, type Done } from './matrix';
import { differences, page, table, totals } from './page';
import { FaultProxy } from './proxy.mjs';

/** The minute of every limit, at both ends: a wait for the limit is not what is asked here. */
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
		const only = process.argv.find((given) => given.startsWith('--only='))?.slice('--only='.length);
		const cells = cellsOf(() => `key-${randomBytes(12).toString('hex')}`).filter(
			({ fault, subject }) => only === undefined || `${fault.name} ${subject.name}`.includes(only),
		);
		const workspaces = cells.map(({ workspace, apiKey }) => ({ id: workspace, apiKey }));
		await sandbox.configure({ workspaces });
		const bench = { engine, sandbox, proxy };
		const done = await runMatrix(bench, cells);
		console.log(table(done));
		await report(done);
		await secrets(bench, done);
		if (process.argv.includes('--write') && only === undefined) {
			writeFileSync(PAGE, page(done));
			console.log('\nWritten: docs/faults.md');
		} else {
			await check('docs/faults.md says the same', async () => {
				const wrong = differences(done, readFileSync(PAGE, 'utf8'));
				assert.deepEqual(wrong, [], 'it does not; write it anew if that is right');
				return `${done.length} runs compared`;
			});
		}
		console.log(`\n${totals(done)}`);
	} finally {
		await proxy.close();
		await sandbox.stop();
	}
}

/** One check a fault. */
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

/** Nothing that any of the runs gave, nor those of servers that talk, holds what it must not. */
async function secrets(bench: Bench, done: readonly Done[]): Promise<void> {
	const leaks = new Leaks();
	const apiKey = `key-${randomBytes(12).toString('hex')}`;
	await check('Keys, bodies and other people in what the node gives', async () => {
		for (const { cell, run, bodies = [] } of done) {
			const { workspace: workspaceId, fault, subject } = cell;
			const hidden = { workspaceId, apiKey: cell.apiKey, bodies };
			if (run !== undefined) leaks.ofRun(run, hidden, `${fault.name}, ${subject.name}`);
		}
		const bad = await searchBadItems(bench, leaks, apiKey);
		const echoes = await searchEchoes(bench, leaks, apiKey);
		leaks.ofLog('n8n’s log at level debug', heardSoFar());
		return [
			`${done.length} runs with faults, ${bad} with bad items, ${echoes} with servers that say all they know`,
			...leaks.report(),
		];
	});
}

void main()
	.catch(
		async (problem: unknown) =>
			await check('The matrix came to its end', async () => await Promise.reject(problem)),
	)
	.finally(finish);
