/**
 * The types of the delivery engine. It knows neither n8n nor MoEngage: it sees records with keys,
 * an endpoint's policy, a function that sends a batch and returns a verdict, and a clock.
 */

/** How much one endpoint takes. Limits hold per workspace and endpoint. */
export interface Policy {
	/** Requests that may be made in any window. */
	limit: number;
	/** Length of the window in milliseconds. */
	windowMs: number;
	/** Requests that may be made in any 24 hours. */
	dayLimit: number;
	/** Records that one request carries at most. */
	batchSize: number;
}

/** One thing to deliver, usually one user's change. */
export interface DeliveryRecord<T> {
	/** Whom the record is about. Records that share a key are sent in the order they came. */
	keys: readonly string[];
	/**
	 * The kinds of identifier in `keys`, such as `id`, `email` or `email+id`. Two users named by
	 * different kinds may be the same person, so their records are never in flight together.
	 */
	kind?: string;
	/** What the batch is built from. */
	value: T;
	/** Only records with the same key may share a request (same account, same ESP …). */
	partitionKey: string;
}

/** What a response says about the rate limit, relative to the moment it arrived. */
export interface RateLimitInfo {
	limit?: number;
	remaining?: number;
	/** Milliseconds until the server's window ends; whole seconds on the wire. */
	resetInMs?: number;
	/** Milliseconds to stay away, by `Retry-After`. */
	retryAfterMs?: number;
}

/**
 * What one response means for the batch that was sent. `R` is what the caller wants to know of an
 * acceptance, `E` why a record was not accepted.
 * - `delivered`: the whole batch is accepted
 * - `rejected`: something in the batch is at fault; `fingerprint` is the same for rejections of
 *   the same kind; `ambiguous`: the response contradicts itself, and what it rejects may have been
 *   applied; `sharedReason`: the reason for records that were not in the batch, if it differs;
 *   `oversized`: the batch was too
 *   large as a whole (413), so a smaller one may pass; `common`: a setting that all of the batch have in
 *   common is at fault, so none can pass
 * - `throttled`: over the limit, nothing was taken; does not count as an attempt
 * - `transient`: may pass if sent again, and may have been applied. `noResponse`: no response came
 *   (timeout, lost connection), so the server may still apply it; `notTaken`: the request never
 *   reached a server (connection refused, unknown host), so it was certainly not applied. With
 *   `rate.retryAfterMs` the server is down for maintenance: wait as long as it says, not an attempt.
 * - `fatal`: no request of this kind can succeed until a person changes something. `scope` says
 *   who stops: by default every run with the same partition; `run`: the runs in this batch, once a
 *   second response confirms it; `sender`: only the run in whose name the batch was to be sent,
 *   and nothing left this machine.
 */
export type Verdict<R, E> = { rate?: RateLimitInfo } & (
	| { kind: 'delivered'; result: R }
	| {
			kind: 'rejected';
			reason: E;
			fingerprint: string;
			sharedReason?: E;
			ambiguous?: true;
			oversized?: true;
			common?: true;
	  }
	| { kind: 'throttled' }
	| { kind: 'transient'; reason: E; noResponse?: true; notTaken?: true }
	| { kind: 'fatal'; reason: E; scope?: 'run' | 'sender' }
);

/** Why a record was never part of a request that MoEngage could have taken. */
export type NotSentCause =
	| 'fatal' // a response said that no request can succeed
	| 'configuration' // whole batches were rejected for the same reason
	| 'unreachable' // the server is down: the run's budget for retries is spent
	| 'noConnection' // no attempt reached a server
	| 'dayLimit' // the day's requests are used up
	| 'stopped'; // the user's Stop, or the workflow's timeout

/**
 * The outcome of one record. `batch` counts the run's requests from 1; `attempts` leaves out 429s.
 * `rejection`: why a later attempt was rejected, after an earlier one that may have been applied.
 */
export type Outcome<R, E> =
	| { status: 'accepted'; result: R; batch: number; attempts: number }
	| { status: 'rejected'; reason: E; batch: number; attempts: number }
	| { status: 'unconfirmed'; reason?: E; rejection?: E; batch: number; attempts: number }
	| { status: 'notSent'; cause: NotSentCause; reason?: E };

/** What a run may set for itself; the policy's numbers are the upper bounds. */
export interface RunSettings {
	/** Records per request, 1 … policy.batchSize. */
	batchSize?: number;
	/** Requests per window, 1 … policy.limit. A lower one leaves room for other systems. */
	limit?: number;
	/** Attempts per batch before its outcome is called unconfirmed. Default 4. */
	maxTries?: number;
	/** `isolate` finds the record at fault; `rejectBatch` rejects the whole batch. */
	onRejectedBatch?: 'isolate' | 'rejectBatch';
}

export interface Progress {
	/** Records that have their outcome, of all. */
	done: number;
	total: number;
	/** Requests so far that carried a record of this run. */
	requests: number;
	/** Estimate of the time left at the current rate, in milliseconds. */
	msLeft: number;
}

/** Sends one batch. It turns every response and network fault into a verdict and never throws. */
export type Send<T, R, E> = (
	values: readonly T[],
	context: {
		/** Stays the same when the same records are sent again; new when they are split. */
		batchId: string;
		signal: AbortSignal;
	},
) => Promise<Verdict<R, E>>;

/** One execution's delivery. */
export interface DeliveryRequest<T, R, E> {
	/** Base URL, workspace and endpoint. Runs with the same key share its limit. */
	limitKey: string;
	policy: Policy;
	records: readonly DeliveryRecord<T>[];
	send: Send<T, R, E>;
	/**
	 * Merges two waiting records of the same user into one, if that can't change the result of
	 * sending them one after the other; else `undefined`.
	 */
	merge?: (earlier: T, later: T) => T | undefined;
	settings?: RunSettings;
	/** The user's Stop. */
	signal?: AbortSignal;
	onProgress?: (progress: Progress) => void;
	/** Called once for each record, after the endpoint's state has changed. */
	onOutcome?: (index: number, outcome: Outcome<R, E>) => void;
}

/** A run to which records are added later. */
export type OpenRequest<T, R, E> = Omit<DeliveryRequest<T, R, E>, 'records'> & {
	/** Partial batches wait for more records until the run is closed. */
	gathers?: boolean;
	/** About how many records will be added; for progress only. */
	expected?: number;
};

/** A run to which records are added. It ends when it is closed and each record has its outcome. */
export interface OpenRun<T, R, E> {
	/** Adds records; their indexes continue those added before. */
	add(records: readonly DeliveryRecord<T>[]): void;
	/** No more records will be added. */
	close(): void;
	/** Why the run sends nothing more, if so; records that are added then are not sent. */
	readonly stopped?: { readonly cause: NotSentCause; readonly reason?: E };
	/** Resolves when the run has ended. Never rejects. */
	readonly report: Promise<DeliveryReport<R, E>>;
}

/** The result of a run: one outcome per record, in the records' order, and totals. */
export interface DeliveryReport<R, E> {
	outcomes: Outcome<R, E>[];
	/** Requests that carried a record of this run, throttled and repeated ones included. */
	requests: number;
	/** Responses that said that the limit was exceeded (429). */
	throttled: number;
	/** Records that were sent as part of another record of the same user. */
	merged: number;
	/** Records that waited because a user named by another kind of identifier was ahead of them. */
	serialized: number;
	/** Milliseconds in which records of the run were ready and only the limit held them back. */
	waitedMs: number;
}

/** Time, as the engine sees it: real in n8n, virtual in tests. */
export interface Clock {
	/** Milliseconds, monotonic. */
	now(): number;
	/** Calls `fn` once after `ms`, unless the returned function is called first. */
	after(ms: number, fn: () => void): () => void;
}
