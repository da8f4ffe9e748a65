/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test asserts; it isn't part of the package */
import assert from 'node:assert/strict';

import type { RunResult } from '../support/engine';
import { runCell, type Cell, type Counts, type TestEnvironment } from './cell';
import { faults, type Expected, type Fault } from './faults';
import { subjects, type Subject } from './subjects';

/** Cells that run in parallel; they wait most of the time. */
const AT_ONCE = 16;

/** The result of a cell. */
export interface Done {
	cell: Cell;
	counts?: Counts;
	run?: RunResult;
	/** The bodies of the requests that the node sent. */
	bodies?: string[];
	/** What is wrong; empty if the cell passed. */
	problem: string;
}

/** Every fault with every operation, with one request in flight and with five. */
export function cellsOf(apiKey: (workspace: string) => string): Cell[] {
	return faults.flatMap((fault, row) =>
		subjects.flatMap((subject, column) =>
			([1, 5] as const).map((inFlight) => {
				const workspace = `FAULT_${row}_${column}_${inFlight}`;
				return { fault, subject, inFlight, workspace, apiKey: apiKey(workspace) };
			}),
		),
	);
}

/** Runs the cells in parallel; each has a separate workspace and URL, and so its own limits. */
export async function runMatrix(
	environment: TestEnvironment,
	cells: readonly Cell[],
): Promise<Done[]> {
	const done = new Array<Done>(cells.length);
	let next = 0;
	const worker = async () => {
		while (next < cells.length) {
			const index = next++;
			done[index] = await judged(environment, cells[index]);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return done;
}

async function judged(environment: TestEnvironment, cell: Cell): Promise<Done> {
	const done: Done = { cell, problem: '' };
	try {
		Object.assign(done, await runCell(environment, cell));
		checkCell(cell, done.counts!);
	} catch (problem) {
		done.problem = problem instanceof Error ? problem.message : String(problem);
	}
	return done;
}

/** Checks what every cell has to fulfill, and what its fault expects. */
function checkCell({ fault, subject }: Cell, counts: Counts): void {
	const { accepted, rejected, unconfirmed, notSent, items, lost } = counts;
	assert.equal(lost, 0, 'items without an outcome');
	assert.equal(accepted + rejected + unconfirmed + notSent, items, 'every item has one outcome');
	assert.equal(counts.wronglyAccepted, 0, 'reported as accepted, but not applied');
	assert.equal(counts.wronglyDenied, 0, 'reported as rejected or not sent, but applied');
	if (!fault.duplicates) assert.equal(counts.duplicates, 0, 'resent although its response arrived');
	expect[expectation(fault, subject)](counts, subject);
}

/** If a lookup meets the fault in every request, no change is ever sent. */
function expectation(fault: Fault, { reads, looksUp }: Subject): Expected {
	const onlyReads = reads || (looksUp && fault.everyRequest);
	return onlyReads ? (fault.expectedOfReads ?? fault.expected) : fault.expected;
}

const expect: Record<Expected, (counts: Counts, subject: Subject) => void> = {
	'all accepted': ({ accepted, items }) => assert.equal(accepted, items, 'accepted'),
	'none accepted, some unconfirmed'({ accepted, rejected, unconfirmed }) {
		assert.deepEqual([accepted, rejected], [0, 0], 'accepted and rejected');
		assert.ok(unconfirmed > 0, 'unconfirmed');
	},
	stops({ rejected, unconfirmed, notSent }) {
		assert.deepEqual([rejected, unconfirmed], [0, 0], 'rejected and unconfirmed');
		assert.ok(notSent > 0, 'not sent');
	},
	// If a request has several items, the parts of a rejected one are accepted.
	rejected({ accepted, rejected, unconfirmed, notSent, items }, { batch }) {
		assert.deepEqual([unconfirmed, notSent], [0, 0], 'unconfirmed and not sent');
		if (batch > 1) assert.equal(accepted, items, 'accepted');
		else assert.ok(rejected > 0, 'rejected');
	},
};
