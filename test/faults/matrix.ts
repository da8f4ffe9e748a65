/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test asserts; it is no part of the package */
import assert from 'node:assert/strict';

import type { RunResult } from '../support/engine';
import { runCell, type Bench, type Cell, type Figures } from './cell';
import { faults, type Expected, type Fault } from './faults';
import { subjects, type Subject } from './subjects';

/** Cells that run at once: they wait most of the time. */
const AT_ONCE = 16;

/** What a cell came to. */
export interface Done {
	cell: Cell;
	figures?: Figures;
	run?: RunResult;
	/** Of the requests that the node sent. */
	bodies?: string[];
	/** What is wrong; empty where all is as it has to be. */
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

/** Runs the cells, a few at once; each has a workspace and an address of its own, thus its own limits. */
export async function runMatrix(bench: Bench, cells: readonly Cell[]): Promise<Done[]> {
	const done = new Array<Done>(cells.length);
	let next = 0;
	const worker = async () => {
		while (next < cells.length) {
			const index = next++;
			done[index] = await judged(bench, cells[index]);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return done;
}

async function judged(bench: Bench, cell: Cell): Promise<Done> {
	const done: Done = { cell, problem: '' };
	try {
		Object.assign(done, await runCell(bench, cell));
		holds(cell, done.figures!);
	} catch (problem) {
		done.problem = problem instanceof Error ? problem.message : String(problem);
	}
	return done;
}

/** What holds for every cell, and what its fault asks for. */
function holds({ fault, subject }: Cell, figures: Figures): void {
	const { accepted, refused, unknown, notSent, items, lost } = figures;
	assert.equal(lost, 0, 'items got lost');
	assert.equal(accepted + refused + unknown + notSent, items, 'every item has one outcome');
	assert.equal(figures.wronglyAccepted, 0, 'called accepted, and not so at the server');
	assert.equal(figures.wronglyDenied, 0, 'called refused or not sent, and in effect at the server');
	if (!fault.duplicates) assert.equal(figures.duplicates, 0, 'sent again though its answer came');
	expect[expectation(fault, subject)](figures, subject);
}

function expectation(fault: Fault, { reads }: Subject): Expected {
	return reads ? (fault.expectedOfReads ?? fault.expected) : fault.expected;
}

const expect: Record<Expected, (figures: Figures, subject: Subject) => void> = {
	'all accepted': ({ accepted, items }) => assert.equal(accepted, items, 'accepted'),
	'none accepted, some unknown'({ accepted, refused, unknown }) {
		assert.deepEqual([accepted, refused], [0, 0], 'accepted and refused');
		assert.ok(unknown > 0, 'unknown');
	},
	stops({ refused, unknown, notSent }) {
		assert.deepEqual([refused, unknown], [0, 0], 'refused and unknown');
		assert.ok(notSent > 0, 'not sent');
	},
	// Where a request carries many, the parts of a refused one get through.
	refused({ accepted, refused, unknown, notSent, items }, { batch }) {
		assert.deepEqual([unknown, notSent], [0, 0], 'unknown and not sent');
		if (batch > 1) assert.equal(accepted, items, 'accepted');
		else assert.ok(refused > 0, 'refused');
	},
};
