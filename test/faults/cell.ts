/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test asserts; it is no part of the package */
import assert from 'node:assert/strict';
import type { INodeExecutionData } from 'n8n-workflow';

import type { Engine, RunResult } from '../support/engine';
import type { SandboxHandle } from '../support/sandbox';
import type { Fault } from './faults';
import type { FaultProxy, Passageway } from './proxy.mjs';
import type { Subject } from './subjects';

/** What the node says of an item. */
export type Told = 'accepted' | 'refused' | 'unknown' | 'notSent';

/** One cell of the matrix, in figures. */
export interface Figures extends Record<Told, number> {
	items: number;
	requests: number;
	/** Records in more than one request that the server processed. */
	duplicates: number;
	/** Items of which nothing is told. */
	lost: number;
	/** Items that are called accepted and are not in effect at the server. */
	wronglyAccepted: number;
	/** Items that are called refused or not sent and are in effect at the server. */
	wronglyDenied: number;
}

export interface Cell {
	fault: Fault;
	subject: Subject;
	/** Requests that may be under way at once: 1, or the delivery engine's 5. */
	inFlight: 1 | 5;
	workspace: string;
	apiKey: string;
}

export interface Bench {
	engine: Engine;
	sandbox: SandboxHandle;
	proxy: FaultProxy;
}

/** Batches of a list that has 5 in flight; one batch has never more than 1. */
const BATCHES = 10;
/** Requests that the node has in flight at most. */
const IN_FLIGHT_MAX = 5;
/** Far above what an answer takes, also on a busy machine. */
const TIMEOUT_MS = 3000;
/** A storm is not waited for as long as a fault that passes. */
const STORM_TRIES = 2;

/** The requests that a passing fault strikes: with 5 in flight the first one gets through. */
function isStruck({ fault, inFlight }: Cell, number: number): boolean {
	if (fault.storm) return true;
	return inFlight === 1 ? number <= 2 : number >= 2 && number <= 5;
}

/** Runs one cell and asks of it what holds for all. */
export async function runCell(
	bench: Bench,
	cell: Cell,
): Promise<{ figures: Figures; run: RunResult; bodies: string[] }> {
	const { fault, subject, workspace, apiKey, inFlight } = cell;
	const count = inFlight === 1 ? subject.batch : subject.batch * BATCHES;
	await subject.seed?.(bench.sandbox, workspace, count);
	const way = bench.proxy.open(workspace, (number) =>
		isStruck(cell, number) ? fault.action(number) : {},
	);
	const options = {
		timeout: TIMEOUT_MS,
		...(fault.storm && fault.expected !== 'all accepted' && { maxTries: STORM_TRIES }),
		...(subject.batch > 1 && { batchSize: subject.batch }),
	};
	const run = await bench.engine.run({
		parameters: { ...subject.parameters, options },
		items: Array.from({ length: count }, (_, index) => subject.item(index)),
		credential: {
			workspaceId: workspace,
			apiKey,
			dataCenter: 'custom',
			baseUrl: way.url,
			projectCode: '',
		},
		onError: 'continueErrorOutput',
	});
	const figures = await judge(bench, cell, way, count, run);
	return { figures, run, bodies: way.passages.map(({ body }) => body) };
}

async function judge(
	{ sandbox }: Bench,
	cell: Cell,
	way: Passageway,
	count: number,
	run: RunResult,
): Promise<Figures> {
	const { fault, subject, inFlight, workspace } = cell;
	assert.equal(run.error, undefined, 'the workflow stopped');
	assert.equal(run.hints.length, 1, 'the run has one hint that sums it up');
	const state = await sandbox.state({ workspace });
	const told = outcomes(run, subject, count);
	const served = processed(way, subject);
	const figures: Figures = {
		items: count,
		accepted: 0,
		refused: 0,
		unknown: 0,
		notSent: 0,
		requests: way.passages.length,
		duplicates: 0,
		lost: told.filter((one) => one === undefined).length,
		wronglyAccepted: 0,
		wronglyDenied: 0,
	};
	for (const [index, one] of told.entries()) {
		const times = served.get(subject.person(index)) ?? 0;
		const { changes, asAsked } = subject.standing(state, index);
		if (!subject.reads) assert.equal(changes, times, 'the proxy and the sandbox count alike');
		if (times > 1) figures.duplicates += 1;
		if (one === undefined) continue;
		figures[one] += 1;
		const inEffect = subject.reads ? times > 0 : times > 0 && asAsked;
		if (one === 'accepted' && !inEffect) figures.wronglyAccepted += 1;
		const denied = one === 'refused' || one === 'notSent';
		if (denied && !subject.reads && times > 0) figures.wronglyDenied += 1;
	}
	const most = way.mostInFlight();
	const allowed = fault.splits ? IN_FLIGHT_MAX : inFlight;
	assert.ok(most <= allowed, `${most} requests in flight at once`);
	if (fault.fills) assert.equal(most, inFlight, 'requests in flight at once');
	saysTheSame(run, figures);
	return figures;
}

/** What is told of each item, which has to be told once, of the right item, in the items' order. */
function outcomes(run: RunResult, subject: Subject, count: number): Array<Told | undefined> {
	const told = new Array<Told | undefined>(count).fill(undefined);
	const take = (item: INodeExecutionData, verdict: (index: number) => Told) => {
		const { item: index } = item.pairedItem as { item: number };
		assert.ok(index >= 0 && index < count, `paired with item ${index}, which is none`);
		assert.equal(told[index], undefined, `item ${index} has two outcomes`);
		told[index] = verdict(index);
		return index;
	};
	const good = run.main.map((item) =>
		take(item, (index) => {
			assert.equal(item.json.status, subject.reads ? 'found' : 'accepted');
			if (subject.found) assert.ok(subject.found(item.json, index), `somebody else's preferences`);
			return 'accepted';
		}),
	);
	const bad = run.errors.map((item) => take(item, () => toldBy(String(item.json.error))));
	for (const list of [good, bad])
		assert.deepEqual(
			list,
			[...list].sort((a, b) => a - b),
			'out of order',
		);
	return told;
}

/** By the outcome that each error starts with. */
function toldBy(error: string): Told {
	if (error.startsWith('Rejected: ')) return 'refused';
	if (error.startsWith('Unconfirmed: ')) return 'unknown';
	if (error.startsWith('Not sent: ')) return 'notSent';
	throw new Error(`No outcome in front of: ${error}`);
}

/** How often each person stood in a request that the server processed. */
function processed(way: Passageway, subject: Subject): Map<string, number> {
	const times = new Map<string, number>();
	for (const passage of way.passages) {
		if (passage.served === null || passage.served >= 300) continue;
		for (const who of subject.people(passage)) times.set(who, (times.get(who) ?? 0) + 1);
	}
	return times;
}

/** The hint that sums the run up counts what was told of the items. */
function saysTheSame({ hints: [{ message }] }: RunResult, figures: Figures): void {
	const said = (pattern: RegExp) => Number(pattern.exec(message)?.[1]?.replace(',', '') ?? 0);
	assert.deepEqual(
		[
			said(/^(\d[\d,]*) /),
			said(/(\d[\d,]*) rejected/),
			said(/(\d[\d,]*) not sent/),
			said(/(\d[\d,]*) unknown/),
		],
		[figures.accepted, figures.refused, figures.notSent, figures.unknown],
		`the hint says: ${message}`,
	);
}
