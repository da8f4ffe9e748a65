import { CircuitBreaker } from './policy/circuitBreaker';
import type { Limiter } from './rateLimit/limiter';
import { SlidingWindowLog } from './rateLimit/slidingWindowLog';
import {
	DEFAULT_TRIES,
	DENIALS_MAX,
	MANY_BISECTED,
	MANY_REJECTED_SHARE,
	RETRY_BUDGET,
	RETRY_TOKEN_RATIO,
	SUSPICIOUS_BATCHES,
	SUSPICIOUS_RECORDS,
} from './tuning';
import type { DeliveryReport, DeliveryRequest, NotSentCause, OpenRequest, Outcome } from './types';

export type AnyRequest = DeliveryRequest<unknown, unknown, unknown> &
	Pick<OpenRequest<unknown, unknown, unknown>, 'gathers' | 'expected'>;
export type AnyOutcome = Outcome<unknown, unknown>;

/** Why a run must not send any more. */
export interface Stopped {
	cause: NotSentCause;
	reason?: unknown;
}

/** One execution's delivery: its outcomes, its settings and its budgets. */
export class Run {
	readonly maxTries: number;
	readonly isolates: boolean;
	readonly signal: AbortSignal;
	/** Requests per window that the run set for itself, if any. */
	readonly limit?: number;
	stopped?: Stopped;
	/** MoEngage's latest rejection, in a form that fits every record. */
	lastRejection?: unknown;
	requests = 0;
	throttled = 0;
	merged = 0;
	serialized = 0;
	batches = 0;
	/** Requests of the run in flight. */
	inFlight = 0;
	/** Counts failures of requests that carried its records. */
	readonly breaker = new CircuitBreaker();
	private size: number;
	/** A smaller batch size is being tried after a 413. */
	private triesSize = false;
	private denials = 0;
	private retriesLeft = RETRY_BUDGET;
	private bisected = { records: 0, rejected: 0 };
	private wholeBatches = { fingerprint: '', count: 0, records: 0 };
	private readonly log?: SlidingWindowLog;
	private ownWaitedMs = 0;
	private ownWaitSince?: number;
	private readonly outcomes: AnyOutcome[];
	private open: number;

	constructor(
		readonly request: AnyRequest,
		private readonly finish: (report: DeliveryReport<unknown, unknown>) => void,
		private readonly limitedBefore: number,
		/** Whether no more records will be added. */
		private isClosed = true,
	) {
		const { policy, records, settings = {}, signal } = request;
		this.size = between(1, settings.batchSize ?? policy.batchSize, policy.batchSize);
		if (settings.limit !== undefined && settings.limit < policy.limit) {
			this.limit = between(1, settings.limit, policy.limit);
			this.log = new SlidingWindowLog(policy.windowMs);
		}
		this.maxTries = Math.max(1, Math.floor(settings.maxTries ?? DEFAULT_TRIES));
		this.isolates = settings.onRejectedBatch !== 'rejectBatch';
		this.signal = signal ?? new AbortController().signal;
		this.outcomes = new Array<AnyOutcome>(records.length);
		this.open = records.length;
	}

	get isDone(): boolean {
		return this.open === 0 && this.isClosed;
	}

	/** So many records were added to the request's. */
	extend(count: number): void {
		this.open += count;
		this.outcomes.length += count;
	}

	close(): void {
		this.isClosed = true;
	}

	/** Partial batches of its records wait for more of them. */
	get gathers(): boolean {
		return this.request.gathers === true && !this.isClosed;
	}

	get openRecords(): number {
		return this.open;
	}

	/** Records per request. */
	get batchSize(): number {
		return this.size;
	}

	/** Whether the run may have to wait while others go on. */
	get isLimited(): boolean {
		return this.log !== undefined || this.triesSize;
	}

	/** When the run's own limit and a batch size under trial let its next request leave. */
	openAt(now: number): number {
		if (this.triesSize && this.inFlight > 0) return Infinity;
		return this.log === undefined ? now : this.log.openAt(now, this.limit as number);
	}

	onSent(now: number): void {
		this.requests += 1;
		this.inFlight += 1;
		this.log?.onSent();
		if (this.ownWaitSince === undefined) return;
		this.ownWaitedMs += now - this.ownWaitSince;
		this.ownWaitSince = undefined;
	}

	onResponse(now: number, lost: boolean): void {
		this.inFlight -= 1;
		this.log?.onResponse(now, lost);
	}

	/** Nothing but the run's own limit holds its records back. */
	waitsForOwnLimit(now: number): void {
		this.ownWaitSince ??= now;
	}

	/** A batch of `size` records was too large as a whole: smaller ones from now on. */
	shrinkBatches(size: number): void {
		this.size = Math.min(this.size, Math.max(1, Math.ceil(size / 2)));
		this.triesSize = true;
	}

	/** A batch was not too large: its size is kept. */
	keepBatchSize(): void {
		this.triesSize = false;
	}

	/** Decides records. The same outcome object serves all of them. */
	settle(indexes: readonly number[], outcome: AnyOutcome): void {
		const { onOutcome } = this.request;
		for (const index of indexes) {
			this.outcomes[index] = outcome;
			this.open -= 1;
			// Later, so that the caller may add records while the endpoint's state is complete.
			if (onOutcome) void Promise.resolve().then(() => onOutcome(index, outcome));
		}
	}

	reportProgress(limiter: Limiter, now: number): void {
		const { onProgress, records, expected = 0 } = this.request;
		if (!onProgress || this.isDone) return;
		const total = this.isClosed ? records.length : Math.max(records.length, expected);
		const done = records.length - this.open;
		const left = Math.ceil((total - done) / this.size);
		onProgress({
			done,
			total,
			requests: this.requests,
			msLeft: limiter.estimate(left, now, this.limit),
		});
	}

	report(limitedMs: number): void {
		const { outcomes, requests, throttled, merged, serialized } = this;
		this.finish({
			outcomes,
			requests,
			throttled,
			merged,
			serialized,
			waitedMs: Math.round(limitedMs - this.limitedBefore + this.ownWaitedMs),
		});
	}

	/** Takes one retry from the run's budget; false if none is left. */
	acquireRetryToken(): boolean {
		this.retriesLeft -= 1;
		return this.retriesLeft >= 0;
	}

	/** A record of this run was accepted. */
	onAccepted(): void {
		this.retriesLeft = Math.min(RETRY_BUDGET, this.retriesLeft + RETRY_TOKEN_RATIO);
		this.onNotConfiguration();
	}

	/** A response such as 402 or 423; true if it confirms an earlier one. */
	onDenied(): boolean {
		this.denials += 1;
		return this.denials >= DENIALS_MAX;
	}

	/** Any response but such a one. */
	onNotDenied(): void {
		this.denials = 0;
	}

	/** Part of a bisection is decided: so many records, and how many of them were rejected alone. */
	onBisected(records: number, rejected: number): void {
		this.bisected.records += records;
		this.bisected.rejected += rejected;
	}

	/** Whether so many records are at fault that trying them one by one takes fewer requests. */
	get expectsManyRejections(): boolean {
		const { records, rejected } = this.bisected;
		return records >= MANY_BISECTED && rejected >= records * MANY_REJECTED_SHARE;
	}

	/** A whole batch was rejected, each record even alone. */
	onWholeBatchRejected(fingerprint: string, records: number): void {
		if (this.wholeBatches.fingerprint !== fingerprint)
			this.wholeBatches = { fingerprint, count: 0, records: 0 };
		this.wholeBatches.count += 1;
		this.wholeBatches.records += records;
	}

	/** Everything was rejected so far: is it the configuration? */
	get isSuspicious(): boolean {
		const { count, records } = this.wholeBatches;
		return count >= SUSPICIOUS_BATCHES || records >= SUSPICIOUS_RECORDS;
	}

	/** Whether records from elsewhere in the list were rejected for the same reason. */
	isConfiguration(farFingerprint: string | undefined): boolean {
		return this.isSuspicious && farFingerprint === this.wholeBatches.fingerprint;
	}

	/** They were not: the count starts again. */
	onNotConfiguration(): void {
		this.wholeBatches = { fingerprint: '', count: 0, records: 0 };
	}
}

function between(low: number, value: number, high: number): number {
	return Math.max(low, Math.min(high, Math.floor(value)));
}
