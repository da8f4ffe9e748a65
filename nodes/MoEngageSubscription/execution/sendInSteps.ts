import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import type { Reason } from '../api/errors';
import type { UserResponse } from '../api/schemas';
import type { AcceptedResponse } from '../api/transport';
import { openRun, realClock, type DeliveryRecord, type OpenRun, type Outcome } from '../delivery';
import { ResultWaits } from './awaitResult';
import { endpointRequest, presented } from './endpointRequest';
import { objection, OwnOptOuts } from './guard';
import { stepNotes } from './guardSummary';
import type { Delivered } from './itemResult';
import { Lookups } from './lookups';
import { progressReporter } from './progress';
import { UserOrder } from './userOrder';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import type { UserLookup } from '../operations/shared/userIdentifier';

/**
 * Requests' worth of users that are looked up or wait for their change at once. More would let
 * lookups get ahead of the changes, so that an opt-out in between would be overwritten.
 */
const USERS_AHEAD = 2;
/** The same for changes with one user per request: enough to keep both endpoints busy. */
const SINGLE_USERS_AHEAD = 20;
/**
 * How long to wait until an opt-out is seen in force before users are changed who are identified
 * another way. The first check comes soon, because all others wait for it.
 */
const OPT_OUT_SEEN = { waitMs: 30_000, firstMs: 200 };
/** Wait before a result is first checked, in milliseconds. */
const FIRST_CHECK_MS = 1_000;
/** How long a change waits for others that can share its request, in milliseconds. */
const GATHER_MS = 2_000;

interface Steps {
	context: IExecuteFunctions;
	operation: AnyOperation;
	account: Account;
	options: RunOptions;
	records: readonly DeliveryRecord<unknown>[];
	/** For each record, the lookup that must come before it, if any. */
	lookups: ReadonlyArray<UserLookup | undefined>;
}

/** Sends records that must be looked up first, or whose results are waited for. */
export async function sendInSteps(steps: Steps): Promise<Delivered> {
	return await new StepRun(steps).run();
}

type Result = Outcome<AcceptedResponse<unknown>, Reason>;

/**
 * One run in steps: lookup, change, wait for the result. The steps of different users overlap; those
 * of one user don't.
 */
class StepRun {
	private readonly order: UserOrder;
	private readonly lookups: Lookups;
	private readonly changes: OpenRun<unknown, AcceptedResponse<unknown>, Reason>;
	private readonly waits: ResultWaits;
	private readonly optOutWaits: ResultWaits;
	private readonly optOuts = new OwnOptOuts();
	private readonly report: (done: number) => void;
	private readonly outcomes: Result[] = [];
	private readonly applied = new Set<number>();
	/** Records to look up, and those of them that have been. */
	private readonly backlog: number[] = [];
	private lookedUp = 0;
	/** Lookups in progress, and users whose change has no outcome after one. */
	private inLookup = 0;
	private ahead = 0;
	private askedCount = 0;
	/** Looked up, and about to be sent. */
	private cleared: number[] = [];
	private cancelGathering?: () => void;
	/** For each record of the open run of changes, its index here. */
	private readonly sent: number[] = [];
	/** The last record to look up. */
	private readonly lastLookup: number;
	private open: number;
	private isPumping = false;

	constructor(private readonly steps: Steps) {
		const { context, operation, account, options, records } = steps;
		const signal = context.getExecutionCancelSignal();
		this.open = records.length;
		this.lastLookup = steps.lookups.map((lookup) => lookup !== undefined).lastIndexOf(true);
		this.order = new UserOrder(records);
		this.lookups = new Lookups(context, account, options);
		const waited = { waitMs: options.waitMs, firstMs: FIRST_CHECK_MS };
		this.waits = new ResultWaits(this.lookups, waited, signal);
		this.optOutWaits = new ResultWaits(this.lookups, OPT_OUT_SEEN, signal);
		this.changes = openRun({
			...endpointRequest(context, operation, account, options),
			signal,
			onOutcome: (index, outcome) => this.onChange(this.sent[index] as number, outcome),
		});
		const reportProgress = progressReporter(context);
		const { limit, windowMs } = operation.endpoint;
		this.report = (done) => {
			const total = records.length;
			const msLeft = ((total - done) / limit) * windowMs;
			reportProgress({ done, total, requests: this.askedCount + this.sent.length, msLeft });
		};
	}

	async run(): Promise<Delivered> {
		this.start(this.order.first());
		this.pump();
		const [lookupRequests, changes] = await Promise.all([
			this.lookupRequests(),
			this.changes.report,
		]);
		const { operation, options, records } = this.steps;
		const accepted = this.outcomes.filter(({ status }) => status === 'accepted').length;
		const pending = options.waitMs > 0 ? accepted - this.applied.size : 0;
		return {
			report: { ...changes, outcomes: this.outcomes, serialized: this.order.serialized },
			present: (index, outcome) =>
				presented(
					operation,
					records[index]?.value,
					outcome,
					options.waitMs > 0 && this.applied.has(index),
				),
			notes: stepNotes(lookupRequests, pending),
		};
	}

	/** Resolves once all records have their outcome, because the last of them closes the runs. */
	private async lookupRequests(): Promise<number> {
		await this.changes.report;
		return await this.lookups.close();
	}

	private start(indexes: readonly number[]): void {
		const free = indexes.filter((index) => this.steps.lookups[index] === undefined);
		for (const index of indexes)
			if (this.steps.lookups[index] !== undefined) this.backlog.push(index);
		this.send(free);
	}

	/** Moves on whatever can go to its next step. */
	private pump(): void {
		if (this.isPumping) return;
		this.isPumping = true;
		while (this.lookedUp < this.backlog.length && this.ahead < this.mostAhead) {
			const index = this.backlog[this.lookedUp] as number;
			this.lookedUp += 1;
			this.lookUp(index);
		}
		const isLast = this.inLookup === 0;
		if (isLast || this.cleared.length >= this.steps.operation.endpoint.batchSize) this.flush();
		else if (this.cleared.length > 0)
			this.cancelGathering ??= realClock.after(GATHER_MS, () => this.flush());
		this.isPumping = false;
		if (this.open === 0) this.end();
	}

	private get mostAhead(): number {
		const { batchSize } = this.steps.operation.endpoint;
		return Math.max(USERS_AHEAD * batchSize, SINGLE_USERS_AHEAD);
	}

	private lookUp(index: number): void {
		const { lookups, records, context } = this.steps;
		const { partitionKey, kind } = records[index] as DeliveryRecord<unknown>;
		const known = this.optOuts.objection(this.order.userOf(index), kind);
		if (known !== undefined) return this.finish(index, known);
		this.ahead += 1;
		// After a fatal response the change can't be sent, so its lookup would be one request too many.
		if (this.changes.stopped !== undefined) return this.send([index]);
		this.inLookup += 1;
		this.askedCount += 1;
		this.lookups.ask(lookups[index] as UserLookup, partitionKey, (outcome) => {
			this.inLookup -= 1;
			const isStopped = context.getExecutionCancelSignal()?.aborted ?? false;
			const left = objection(outcome, isStopped);
			if (left === undefined) this.cleared.push(index);
			else {
				this.ahead -= 1;
				this.finish(index, left);
			}
			this.pump();
		});
	}

	private flush(): void {
		this.cancelGathering?.();
		this.cancelGathering = undefined;
		this.send(this.cleared);
		this.cleared = [];
	}

	private send(indexes: readonly number[]): void {
		if (indexes.length === 0) return;
		this.sent.push(...indexes);
		this.changes.add(indexes.map((index) => this.steps.records[index] as DeliveryRecord<unknown>));
	}

	private onChange(index: number, outcome: Result): void {
		const { lookups, operation, records, options } = this.steps;
		const { value, kind } = records[index] as DeliveryRecord<unknown>;
		if (lookups[index] !== undefined) this.ahead -= 1;
		const isOptOut = operation.guard !== undefined && operation.guard.lookup(value) === undefined;
		this.optOuts.note(this.order.userOf(index), isOptOut, outcome);
		const mustBeSeen = isOptOut && this.isLookedUpAnotherWay(index);
		if (mustBeSeen && outcome.status === 'unconfirmed') this.optOuts.noteUnseen(kind);
		if (outcome.status !== 'accepted') this.finish(index, outcome);
		else if (mustBeSeen)
			this.await(this.optOutWaits, index, outcome, (isApplied) => {
				if (!isApplied) this.optOuts.noteUnseen(kind);
			});
		else if (options.waitMs > 0) this.await(this.waits, index, outcome);
		else this.finish(index, outcome);
		this.pump();
	}

	/** Whether a later record's lookup may be of the same user, identified another way. */
	private isLookedUpAnotherWay(index: number): boolean {
		return this.order.precedesOtherKind(index) && index < this.lastLookup;
	}

	private await(
		waits: ResultWaits,
		index: number,
		outcome: Result,
		onEnd?: (isApplied: boolean) => void,
	): void {
		const { value, partitionKey } = this.steps.records[index] as DeliveryRecord<unknown>;
		const { result } = this.steps.operation;
		if (result === undefined) return this.finish(index, outcome);
		waits.start({
			lookup: result.lookup(value),
			partitionKey,
			isApplied: (preferences: UserResponse['data']) => result.isApplied(value, preferences),
			onEnd: (isApplied) => {
				if (isApplied) this.applied.add(index);
				onEnd?.(isApplied);
				this.finish(index, outcome);
				this.pump();
			},
		});
	}

	private finish(index: number, outcome: Result): void {
		this.outcomes[index] = outcome;
		this.open -= 1;
		this.report(this.steps.records.length - this.open);
		this.start(this.order.done(index));
	}

	private end(): void {
		this.waits.close();
		this.optOutWaits.close();
		this.changes.close();
	}
}
