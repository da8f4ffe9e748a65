import { indexesOf, type Entry } from './entry';
import type { DeliveryReport, DeliveryRequest, NotSentCause, Outcome } from './types';

/** Retries that a run may spend on a server that is down; accepted records earn some back. */
export const RETRY_BUDGET = 90;
const RETRY_EARNED = 0.5;
/** Whole batches refused in the same words before it is called configuration. */
const REFUSED_WHOLE_MAX = 3;
const DEFAULT_TRIES = 4;

export type AnyRequest = DeliveryRequest<unknown, unknown, unknown>;
export type AnyOutcome = Outcome<unknown, unknown>;

/** The entries of one run that share an envelope and are free to go. */
export interface RunQueue {
	readonly run: Run;
	readonly envelope: string;
	readonly ready: Entry[];
	/** Index of the next in `ready`. */
	next: number;
	/** Entries that had to wait for another one: their turn has come, they go first. */
	readonly freed: Entry[];
}

/** Takes the next entry that is still to be sent. */
export function nextOf(queue: RunQueue): Entry | undefined {
	for (;;) {
		const entry = queue.freed.shift() ?? queue.ready[queue.next++];
		if (entry === undefined || (!entry.settled && !entry.sent)) return entry;
	}
}

/** One execution's delivery: its records' fates, its settings and its account. */
export class Run {
	readonly entries: Entry[] = [];
	readonly queues = new Map<string, RunQueue>();
	readonly batchSize: number;
	readonly limit?: number;
	readonly maxTries: number;
	readonly isolates: boolean;
	readonly signal: AbortSignal;
	/** Set when the run must not send any more. */
	stopped?: { cause: NotSentCause; reason?: unknown };
	/** MoEngage's latest words of refusal. */
	lastRefusal?: unknown;
	requests = 0;
	throttled = 0;
	combined = 0;
	serialized = 0;
	batches = 0;
	private retriesLeft = RETRY_BUDGET;
	private refusedWhole = { words: '', count: 0 };
	private readonly outcomes: AnyOutcome[];
	private open: number;

	constructor(
		readonly request: AnyRequest,
		private readonly finish: (report: DeliveryReport<unknown, unknown>) => void,
		readonly limitedBefore: number,
	) {
		const { policy, records, settings = {}, signal } = request;
		this.batchSize = between(1, settings.batchSize ?? policy.batchSize, policy.batchSize);
		this.limit =
			settings.limit === undefined ? undefined : between(1, settings.limit, policy.limit);
		this.maxTries = Math.max(1, Math.floor(settings.maxTries ?? DEFAULT_TRIES));
		this.isolates = settings.onRejectedBatch !== 'rejectBatch';
		this.signal = signal ?? new AbortController().signal;
		this.outcomes = new Array<AnyOutcome>(records.length);
		this.open = records.length;
	}

	get done(): boolean {
		return this.open === 0;
	}

	get openRecords(): number {
		return this.open;
	}

	/** Decides an entry's records. The same outcome object serves all of them. */
	settle(entry: Entry, outcome: AnyOutcome): void {
		entry.settled = true;
		entry.value = undefined;
		for (const index of indexesOf(entry)) {
			this.outcomes[index] = outcome;
			this.open -= 1;
		}
	}

	/** What is said of an entry that will not be sent any more. */
	leftOver(entry: Entry): AnyOutcome {
		if (!entry.doubt) return { status: 'notSent', ...this.stopped! };
		const { batch, attempts } = entry;
		return { status: 'unknown', reason: entry.doubt.reason, batch, attempts };
	}

	report(limitedMs: number): void {
		const { outcomes, requests, throttled, combined, serialized } = this;
		this.finish({
			outcomes,
			requests,
			throttled,
			combined,
			serialized,
			waitedMs: Math.round(limitedMs - this.limitedBefore),
		});
	}

	/** Whether the run may send a batch once more. */
	mayRetry(): boolean {
		this.retriesLeft -= 1;
		return this.retriesLeft >= 0;
	}

	/** A record of this run was accepted. */
	accepted(): void {
		this.retriesLeft = Math.min(RETRY_BUDGET, this.retriesLeft + RETRY_EARNED);
		this.refusedWhole.count = 0;
	}

	/** A whole batch was refused, each user even alone. True: it is not the users' fault. */
	refusedWholeIn(words: string): boolean {
		const { refusedWhole } = this;
		refusedWhole.count = refusedWhole.words === words ? refusedWhole.count + 1 : 1;
		refusedWhole.words = words;
		return refusedWhole.count >= REFUSED_WHOLE_MAX;
	}
}

function between(low: number, value: number, high: number): number {
	return Math.max(low, Math.min(high, Math.floor(value)));
}
