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
export const RETRY_TOKEN_RATIO = 0.5;
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

/** Share of the limit that bisecting runs' lists may use: the rest is left for contacts that arrive. */
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

/** Longest time in milliseconds that an account's first request is alone in flight before it is authenticated. */
export const PROBE_ALONE_MS = 800;
/** Partition keys remembered as authenticated; any others start with a single request each. */
export const VERIFIED_MAX = 1000;

/** Milliseconds after which an unused endpoint is forgotten: all its windows are over. */
export const FORGET_ENDPOINT_MS = 24 * 60 * 60 * 1000;

/** The reset comes in whole seconds, rounded in a way that isn't published. Milliseconds. */
export const RESET_ROUNDING_MS = 1000;
/** Responses that must agree before the server's window is trusted. */
export const QUOTA_TRUST_MIN = 3;
/** Cap on that trust, so that two responses in a row without rate headers always end it. */
export const QUOTA_TRUST_MAX = 5;
/** Least share of one request at which one of ours may still ask for what remains. */
export const SHARE_MIN = 0.2;
/** Milliseconds for which rate headers are ignored once they have contradicted themselves. */
export const IGNORE_HEADERS_MS = 10 * 60_000;
/** Share of the limit that must remain before requests need no even gaps after a shortage. */
export const HEADROOM_SHARE = 0.25;
/** Part of a window after which others may have used what a response said remained. */
export const HEADROOM_FRESH_SHARE = 1 / 12;
/** 429s despite headroom until the headers are ignored. */
export const HEADROOM_STRIKES_MAX = 3;

/** Only 429s for this long, in milliseconds: the day's quota is used up. */
export const HOPELESS_MS = 30 * 60_000;
/** First wait after a 429 that names no time, in milliseconds; doubles with each further one. */
export const BACKOFF_MS = 1000;
export const BACKOFF_CAP_MS = 30_000;
/** After the first shortage, the backoff of the next starts at 2 to this power, in seconds. */
export const LATER_BACKOFF_POWER = 4;
/** Share of the limit after the first 429: just under it, as a burst is what the server throttled. */
export const CALM_RATE = 0.98;
/** What a further 429 leaves of the rate, as in AIMD; less is known if no request got through. */
export const DECREASE_FACTOR = 0.7;
export const SMALL_DECREASE_FACTOR = 0.96;
/** What each success gives back, as a share of the limit. */
export const INCREASE_STEP = 0.01;
/** Part of a window: a server that names a shorter wait gives its requests out one by one. */
export const SHORT_WAIT_SHARE = 1 / 12;
/** Milliseconds after the latest 429 at which the rate is forgotten. */
export const FORGET_RATE_MS = 10 * 60_000;
/** A 429 that asks for longer than this is about the day's quota, or a mistake. Milliseconds. */
export const LONGEST_WAIT_MS = 5 * 60_000;
/** A day in milliseconds; a server that asks for more doesn't mean it. */
export const LONGEST_ASKED_MS = 24 * 60 * 60_000;
/** Milliseconds between the requests that find out whether a server that was shut is back. */
export const PROBE_EVERY_MS = 60_000;

/** Part of a window over which arrivals are counted. */
export const ARRIVALS_SHARE = 1 / 6;
/** Share of the limit that arrivals must reach before partial batches linger. */
export const SATURATED_SHARE = 0.8;
/** In a storm, share of the limit that partial batches may use before they linger. */
export const LINGER_FREE_SHARE = 0.2;
/**
 * With this many requests in flight, partial batches leave evenly so that they don't take up all
 * places at once.
 */
export const LINGER_IN_FLIGHT = 2;
/** Least and greatest share of the limit that full batches leave to new runs in a storm. */
export const LINGER_SHARE_MIN = 0.2;
export const LINGER_SHARE_MAX = 0.9;

/** By how much the next group of a bisection grows with an accepted one. */
export const GROUP_GROWTH = 1.25;
/** The next group after the first, second … find, as a share of the batch; found by simulation. */
export const GROUP_SHARES = [0.16, 0.125, 0.083, 0.07];
/** Bisected records after which their share of rejected ones counts. */
export const MANY_BISECTED = 20;
/** From this share on, the records of a run's next rejected batches are sent one by one at once. */
export const MANY_REJECTED_SHARE = 0.25;
/** With more records at fault than this, sending the rest one by one takes fewer requests. */
export const MANY_FOUND = 10;

/** Steps in which the requests of the last day are counted. */
export const DAY_BUCKETS = 144;
/** Longest single sleep in milliseconds: n8n before 2.36 can't end one early. */
export const NAP_MS = 1000;
