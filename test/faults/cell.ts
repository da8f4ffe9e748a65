/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a test asserts; it isn't part of the package */
import assert from 'node:assert/strict';
import type { INodeExecutionData } from 'n8n-workflow';

import type { Engine, RunResult } from '../support/engine';
import type { SandboxHandle } from '../support/sandbox';
import type { Fault } from './faults';
import { WEBHOOK_SECRET } from './leaks';
import type { FaultProxy, Route } from './proxy.mts';
import { isUnsubscribed, type Subject } from './subjects';

/** The outcome that the node reports for an item. */
type Reported = 'accepted' | 'rejected' | 'unconfirmed' | 'notSent';

/** The counts of one cell of the matrix. */
export interface Counts extends Record<Reported, number> {
	items: number;
	requests: number;
	/** Records in more than one request that the server processed. */
	duplicates: number;
	/** Items whose users were left alone, because they are globally unsubscribed; not among the others. */
	leftAlone: number;
	/** Items without a reported outcome. */
	lost: number;
	/** Items reported as accepted that the server didn't apply. */
	wronglyAccepted: number;
	/** Items reported as rejected or not sent that the server applied. */
	wronglyDenied: number;
}

export interface Cell {
	fault: Fault;
	subject: Subject;
	/** Requests that may be in flight: 1, or the 5 with which the delivery engine starts. */
	inFlight: 1 | 5;
	workspace: string;
	apiKey: string;
}

/** What all cells share. */
export interface TestEnvironment {
	engine: Engine;
	sandbox: SandboxHandle;
	proxy: FaultProxy;
}

/** Batches of a list with 5 requests in flight; a single batch never has more than 1. */
const BATCHES = 10;
/** Requests that the node has in flight at most, once responses came clean. */
const IN_FLIGHT_MAX = 32;
/** Longer than a response takes, even on a busy machine. */
const TIMEOUT_MS = 60_000;
/** For runs that have to wait for it. */
const SHORT_TIMEOUT_MS = 3000;
/** Fewer attempts than by default, as a fault of every request never passes. */
const MAX_TRIES = 2;

/** Whether a request is faulty. With 5 in flight, the first one of a passing fault succeeds. */
function isFaulty({ fault, inFlight }: Cell, number: number): boolean {
	if (fault.everyRequest) return true;
	return inFlight === 1 ? number <= 2 : number >= 2 && number <= 5;
}

/** Whether all places have to be in use at first. Lookups and changes each fill their own. */
const isFilled = ({ fault, subject }: Cell) => fault.fills === true && !subject.looksUp;

/** Runs one cell and checks what every cell has to fulfill. */
export async function runCell(
	environment: TestEnvironment,
	cell: Cell,
): Promise<{ counts: Counts; run: RunResult; bodies: string[] }> {
	const { fault, subject, workspace, apiKey, inFlight } = cell;
	const count = inFlight === 1 ? subject.batch : subject.batch * BATCHES;
	await subject.seed?.(environment.sandbox, workspace, count);
	const filled = isFilled(cell) ? { gather: inFlight } : {};
	const route = environment.proxy.open(workspace, (number) =>
		isFaulty(cell, number) ? { ...fault.action(number), ...filled } : {},
	);
	const options = {
		timeout: fault.hangs ? SHORT_TIMEOUT_MS : TIMEOUT_MS,
		...(fault.everyRequest && fault.expected !== 'all accepted' && { maxTries: MAX_TRIES }),
		...(subject.batch > 1 && { batchSize: subject.batch }),
	};
	const run = await environment.engine.run({
		parameters: { ...subject.parameters, options },
		items: Array.from({ length: count }, (_, index) => subject.item(index)),
		credential: {
			workspaceId: workspace,
			apiKey,
			dataCenter: 'custom',
			baseUrl: route.url,
			projectCode: '',
			webhookSecret: WEBHOOK_SECRET,
		},
		onError: 'continueErrorOutput',
	});
	const counts = await judge(environment, cell, route, count, run);
	return { counts, run, bodies: route.requests.map(({ body }) => body) };
}

async function judge(
	{ sandbox }: TestEnvironment,
	cell: Cell,
	route: Route,
	count: number,
	run: RunResult,
): Promise<Counts> {
	const { fault, subject, inFlight, workspace } = cell;
	assert.equal(run.error, undefined, 'the workflow stopped');
	assert.notEqual(run.hint, '', 'the run has a summary');
	const state = await sandbox.state({ workspace });
	const reported = outcomes(run, subject, count);
	const processed = countProcessed(route, subject);
	const counts: Counts = {
		items: count,
		accepted: 0,
		rejected: 0,
		unconfirmed: 0,
		notSent: 0,
		requests: route.requests.length,
		duplicates: 0,
		leftAlone: 0,
		lost: reported.filter((one) => one === undefined).length,
		wronglyAccepted: 0,
		wronglyDenied: 0,
	};
	for (const [index, one] of reported.entries()) {
		const responses = processed.get(subject.user(index)) ?? 0;
		const times = subject.hasKeys ? Math.min(responses, 1) : responses;
		const { changes, isAsRequested } = subject.stateOf(state, index);
		if (!subject.reads)
			assert.equal(changes, times, 'the proxy and the sandbox have the same count');
		if (times > 1) counts.duplicates += 1;
		if (one === undefined) continue;
		if (subject.looksUp && isUnsubscribed(index)) {
			assert.equal(times, 0, 'changes of a globally unsubscribed user');
			assert.notEqual(one, 'accepted', 'the outcome of a globally unsubscribed user');
			if (one === 'rejected') {
				counts.leftAlone += 1;
				continue;
			}
		}
		counts[one] += 1;
		const inEffect = subject.reads ? times > 0 : times > 0 && isAsRequested;
		if (one === 'accepted' && !inEffect) counts.wronglyAccepted += 1;
		const denied = one === 'rejected' || one === 'notSent';
		if (denied && !subject.reads && times > 0) counts.wronglyDenied += 1;
	}
	const most = route.mostInFlight();
	const allowed = fault.splits || inFlight > 1 ? IN_FLIGHT_MAX : inFlight;
	assert.ok(most <= allowed, `${most} requests in flight at once`);
	if (isFilled(cell)) assert.equal(route.mostAtFirst(), inFlight, 'requests in flight at first');
	checkSummary(run, counts);
	counts.items -= counts.leftAlone;
	return counts;
}

/** The outcome of each item, which has to be reported once, for the right item, in the items' order. */
function outcomes(run: RunResult, subject: Subject, count: number): Array<Reported | undefined> {
	const reported = new Array<Reported | undefined>(count).fill(undefined);
	const take = (item: INodeExecutionData, verdict: (index: number) => Reported) => {
		const { item: index } = item.pairedItem as { item: number };
		assert.ok(index >= 0 && index < count, `paired with item ${index}, which doesn't exist`);
		assert.equal(reported[index], undefined, `item ${index} has two outcomes`);
		reported[index] = verdict(index);
		return index;
	};
	const good = run.main.map((item) =>
		take(item, (index) => {
			assert.equal(item.json.status, subject.reads ? 'found' : 'accepted');
			if (subject.found) assert.ok(subject.found(item.json, index), `another user's preferences`);
			return 'accepted';
		}),
	);
	const bad = run.errors.map((item) => take(item, () => outcomeOf(item.json.error as string)));
	for (const list of [good, bad])
		assert.deepEqual(
			list,
			[...list].sort((a, b) => a - b),
			'out of order',
		);
	return reported;
}

/** The outcome that an error begins with. */
function outcomeOf(error: string): Reported {
	if (error.startsWith('Rejected: ')) return 'rejected';
	if (error.startsWith('Unconfirmed: ')) return 'unconfirmed';
	if (error.startsWith('Not sent: ')) return 'notSent';
	throw new Error(`No outcome at the start of: ${error}`);
}

/** How often the server processed a request for each user. */
function countProcessed(route: Route, subject: Subject): Map<string, number> {
	const times = new Map<string, number>();
	for (const request of route.requests) {
		if (request.serverStatus === null || request.serverStatus >= 300) continue;
		for (const user of subject.usersOf(request)) times.set(user, (times.get(user) ?? 0) + 1);
	}
	return times;
}

/** The summary has the same counts as the items. */
function checkSummary({ hint }: RunResult, counts: Counts): void {
	const { accepted, leftAlone, notSent, unconfirmed } = counts;
	const rejected = counts.rejected + leftAlone;
	assert.deepEqual(
		countsIn(hint),
		{ accepted, rejected, notSent, unconfirmed },
		`the hint is: ${hint}`,
	);
}

/** The counts that a hint states, one by one or by the reason that all items share. */
function countsIn(message: string): Record<Reported, number> {
	const numberIn = (pattern: RegExp) => Number(pattern.exec(message)?.[1]?.replace(',', '') ?? 0);
	const none = { accepted: 0, rejected: 0, notSent: 0, unconfirmed: 0 };
	if (/^(Rejected|Not sent|Unconfirmed): /.test(message)) {
		const all = numberIn(/This is the reason for all (\d[\d,]*) items\.$/);
		return { ...none, [outcomeOf(message)]: all === 0 ? 1 : all };
	}
	return {
		accepted: numberIn(/^MoEngage (?:accepted|returned) (\d[\d,]*) /),
		rejected: numberIn(/(\d[\d,]*) items? w\w+ rejected/),
		notSent: numberIn(/(\d[\d,]*) items? w\w+ not sent/),
		unconfirmed: numberIn(/(\d[\d,]*) items? (?:is|are) unconfirmed/),
	};
}
