/**
 * Every constant of the delivery engine, with its unit and the reason for its value.
 * Limits that MoEngage publishes are in `api/endpoints.ts`.
 */

/** Requests in flight at once per endpoint, not counting those that hang. */
export const MAX_IN_FLIGHT = 5;
/** Milliseconds without a response after which a request hangs: it no longer takes up a place. */
export const HANGING_MS = 5000;
/** Hanging requests that may be replaced by others at most. */
export const MAX_HANGING = 10;

/** Attempts per batch if a run sets none. */
export const DEFAULT_TRIES = 4;
/** Wait before the first retry in milliseconds; doubles with each attempt, full jitter. */
export const RETRY_MS = 1000;
/** Longest wait before a retry in milliseconds. */
export const RETRY_CAP_MS = 30_000;
/** Retries that a run may spend on a server that is down; accepted records earn some back. */
export const RETRY_BUDGET = 90;
/** What an accepted record earns back of the retry budget. */
export const RETRY_EARNED = 0.5;
/** Milliseconds after which a batch that timed out no longer waits for fresh ones to go first. */
export const LATE_PATIENCE_MS = 2 * 60_000;

/** Consecutive failures that open the circuit: then hardly anything but retries is sent. */
export const BREAKER_THRESHOLD = 5;

/** Longest wait that a 503 with Retry-After may ask for, and longest maintenance, in milliseconds. */
export const MAINTENANCE_MAX_MS = 5 * 60_000;

/** Responses such as 402 or 423 that end a run: one alone may be a proxy's mistake. */
export const DENIALS_MAX = 2;
/** Milliseconds before the request that confirms such a response. */
export const DENIAL_RETRY_MS = 1000;

/**
 * How long a user's keys stay taken after a request whose response was lost, in milliseconds: the
 * server may still apply it, and a later change of the same user must not be overtaken by it.
 */
export const LOST_GRACE_MS = 10_000;

/** Milliseconds by which the server may count a request later than its response was given up. */
export const LOST_DELAY_MS = 1000;

/** Share of the limit that bisecting runs' lists may use: a contact that arrives finds room. */
export const BISECT_SHARE = 1 / 4;
/** Requests in flight at once for that: the other places are for fresh batches. */
export const MAX_BISECTING = 2;
/**
 * When it looks like the configuration: so many records were rejected alone for the same reason and
 * none was accepted, or so many whole batches of them.
 */
export const SUSPICIOUS_RECORDS = 50;
export const SUSPICIOUS_BATCHES = 3;
/** Records from the rest of the list that must be rejected alone too before that ends the run. */
export const FAR_RECORDS = 12;

/** Milliseconds that the first request of an account goes alone at most, until it is let in. */
export const PROBE_ALONE_MS = 800;
/** Partition keys remembered as let in; more of them begin with a single request each. */
export const VERIFIED_MAX = 1000;

/** Milliseconds after which an unused endpoint is forgotten: all its windows are over. */
export const FORGET_ENDPOINT_MS = 24 * 60 * 60 * 1000;
