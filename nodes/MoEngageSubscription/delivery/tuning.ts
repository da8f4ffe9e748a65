/**
 * Every constant of the delivery engine, with its unit, the reason for its value, and after it
 * the test in `test/unit/delivery/` that fails if it changes. Limits that MoEngage publishes are in
 * `api/endpoints.ts`.
 */

/**
 * Requests in flight at once per endpoint at the start and after a 429, not counting those that
 * hang: enough to double to the maximum within a list that fits one window. Also the number of
 * batches that aren't full, or whose account isn't authenticated, at any level.
 */
export const START_IN_FLIGHT = 5; // concurrency.test.ts
/** Requests in flight at once at most: 100 requests take four round trips. */
export const MAX_IN_FLIGHT = 32; // concurrency.test.ts
/** Slowdown against few requests in flight from which on more of them only cost time. */
export const LATENCY_TOLERANCE = 1.5; // concurrency.test.ts
/** Least weight of a response in the average latency, so that a lasting change is noticed. */
export const LATENCY_WEIGHT_MIN = 1 / 8; // concurrency.test.ts
/** Share of the level that is in flight with a request whose latency counts for the level. */
export const NEAR_LEVEL_SHARE = 0.9; // concurrency.test.ts
/** Milliseconds without a request, or since a 429, after which the level is forgotten. */
export const FORGET_CONCURRENCY_MS = 10 * 60_000; // concurrency.test.ts
/** Milliseconds without a response after which a request hangs: it no longer takes up a place. */
export const HANGING_MS = 5000; // admissionControl.test.ts
/** Hanging requests that may be replaced by others at most. */
export const MAX_HANGING = 10; // admissionControl.test.ts

/** Attempts per batch if a run sets none: enough for an outage of some seconds. */
export const DEFAULT_TRIES = 4; // run.test.ts
/** Wait before the first retry in milliseconds; doubles with each attempt, full jitter. */
export const RETRY_MS = 1000; // scenarios/verdicts.test.ts
/** Longest wait before a retry in milliseconds, so that a run notices soon that a server is back. */
export const RETRY_CAP_MS = 30_000; // scenarios/verdicts.test.ts
/** Retries that a run may spend on a server that is down; accepted records earn some back. */
export const RETRY_BUDGET = 90; // run.test.ts
/** Retries that an accepted record earns back: a server that mostly works is worth the wait. */
export const RETRY_TOKEN_RATIO = 0.5; // run.test.ts
/** Milliseconds after which a batch that timed out no longer waits for fresh ones to go first. */
export const LATE_PATIENCE_MS = 2 * 60_000; // pendingBatches.test.ts

/** Consecutive failures that open the circuit: then hardly anything but retries is sent. */
export const BREAKER_THRESHOLD = 5; // circuitBreaker.test.ts

/** Longest wait that a 503 with Retry-After may ask for, and longest maintenance, in milliseconds. */
export const MAINTENANCE_MAX_MS = 5 * 60_000; // admissionControl.test.ts

/** Responses such as 402 or 423 that end a run: one alone may be a proxy's mistake. */
export const DENIALS_MAX = 2; // run.test.ts
/** Milliseconds before the request that confirms such a response. */
export const DENIAL_RETRY_MS = 1000; // handleVerdict.test.ts

/**
 * How long a user's keys stay taken after a request whose response was lost, in milliseconds: the
 * server may still apply it, and a later change of the same user must not be overtaken by it.
 */
export const LOST_GRACE_MS = 10_000; // noteVerdict.test.ts

/** Milliseconds by which the server may count a request later than its response was given up. */
export const LOST_DELAY_MS = 1000; // slidingWindowLog.test.ts

/** Share of the limit that bisecting runs' lists may use: the rest is left for contacts that arrive. */
export const BISECT_SHARE = 1 / 4; // pendingBatches.test.ts
/** Requests in flight at once for that: the other places are for fresh batches. */
export const MAX_BISECTING = 2; // pendingBatches.test.ts
/** Records rejected alone for one reason, and none accepted, that point to the configuration. */
export const SUSPICIOUS_RECORDS = 50; // run.test.ts
/** Whole batches of such records that point to the configuration. */
export const SUSPICIOUS_BATCHES = 3; // run.test.ts
/** Records from the rest of the list that must be rejected alone too before that ends the run. */
export const FAR_RECORDS = 12; // farRecords.test.ts

/** Longest time in milliseconds that an account's first request is alone in flight before it is authenticated. */
export const PROBE_ALONE_MS = 800; // credentialProbe.test.ts
/** Partition keys remembered as authenticated; any others start with a single request each. */
export const VERIFIED_MAX = 1000; // endpointQueue.test.ts

/** A day in milliseconds. */
export const DAY_MS = 24 * 60 * 60_000; // dailyQuota.test.ts
/** Milliseconds after which an unused endpoint is forgotten: all its windows are over. */
export const FORGET_ENDPOINT_MS = DAY_MS; // engine.test.ts

/** The reset comes in whole seconds, rounded in a way that isn't published. Milliseconds. */
export const RESET_ROUNDING_MS = 1000; // adaptiveThrottle.test.ts
/** Responses that must agree before the server's window is trusted. */
export const QUOTA_TRUST_MIN = 3; // serverQuota.test.ts
/** Cap on that trust, so that two responses in a row without rate headers always end it. */
export const QUOTA_TRUST_MAX = 5; // serverQuota.test.ts
/** Least share of one request at which one of ours may still ask for what remains. */
export const SHARE_MIN = 0.2; // serverQuota.test.ts
/** Milliseconds for which rate headers are ignored once they have contradicted themselves. */
export const IGNORE_HEADERS_MS = 10 * 60_000; // serverQuota.headroom.test.ts
/** Share of the limit that must remain before requests need no even gaps after a shortage. */
export const HEADROOM_SHARE = 0.25; // serverQuota.headroom.test.ts
/** Part of a window after which others may have used what a response said remained. */
export const HEADROOM_FRESH_SHARE = 1 / 12; // serverQuota.headroom.test.ts
/** 429s despite headroom until the headers are ignored. */
export const HEADROOM_STRIKES_MAX = 3; // serverQuota.headroom.test.ts

/** Only 429s for this long, in milliseconds: the day's quota is used up. */
export const HOPELESS_MS = 30 * 60_000; // limiter.test.ts
/** First wait after a 429 that names no time, in milliseconds; doubles with each further one. */
export const BACKOFF_MS = 1000; // adaptiveThrottle.test.ts
/** Longest such wait in milliseconds: a rate limit's window is over after two of them. */
export const BACKOFF_CAP_MS = 30_000; // adaptiveThrottle.test.ts
/** After the first shortage, the backoff of the next starts at 2 to this power, in seconds. */
export const LATER_BACKOFF_POWER = 4; // adaptiveThrottle.test.ts
/** Share of the limit after the first 429: just under it, as a burst is what the server throttled. */
export const CALM_RATE = 0.98; // adaptiveThrottle.test.ts
/** What a further 429 leaves of the rate, as in AIMD. */
export const DECREASE_FACTOR = 0.7; // adaptiveThrottle.test.ts
/** The same if no request got through in between, because that says less about the rate. */
export const SMALL_DECREASE_FACTOR = 0.96; // adaptiveThrottle.test.ts
/** What each success gives back, as a share of the limit. */
export const INCREASE_STEP = 0.01; // adaptiveThrottle.test.ts
/** Part of a window: a server that names a shorter wait gives its requests out one by one. */
export const SHORT_WAIT_SHARE = 1 / 12; // adaptiveThrottle.test.ts
/** Milliseconds after the latest 429 at which the rate is forgotten. */
export const FORGET_RATE_MS = 10 * 60_000; // adaptiveThrottle.test.ts
/** A 429 that asks for longer than this is about the day's quota, or a mistake. Milliseconds. */
export const LONGEST_WAIT_MS = 5 * 60_000; // adaptiveThrottle.test.ts
/** Longest wait in milliseconds that a response can ask for. A longer one is a mistake. */
export const LONGEST_ASKED_MS = DAY_MS; // adaptiveThrottle.test.ts
/** Milliseconds between the requests that find out whether a server that was shut is back. */
export const PROBE_EVERY_MS = 60_000; // adaptiveThrottle.test.ts

/** Part of a window over which arrivals are counted. */
export const ARRIVALS_SHARE = 1 / 6; // linger.test.ts
/** Share of the limit that arrivals must reach before partial batches linger. */
export const SATURATED_SHARE = 0.8; // linger.test.ts
/** In a storm, share of the limit that partial batches may use before they linger. */
export const LINGER_FREE_SHARE = 0.2; // linger.test.ts
/**
 * With this many requests in flight, partial batches leave evenly so that they don't take up all
 * places at once.
 */
export const LINGER_IN_FLIGHT = 2; // linger.test.ts
/** Least share of the limit that full batches leave to new runs in a storm. */
export const LINGER_SHARE_MIN = 0.2; // linger.test.ts
/** Greatest share of the limit that they leave, so that a long list still gets on. */
export const LINGER_SHARE_MAX = 0.9; // linger.test.ts

/** By how much the next group of a bisection grows with an accepted one. */
export const GROUP_GROWTH = 1.25; // properties/batchIsolation.test.ts
/** The next group after the first, second … find, as a share of the batch; found by simulation. */
export const GROUP_SHARES = [0.16, 0.125, 0.083, 0.07]; // properties/batchIsolation.test.ts
/** Bisected records after which their share of rejected ones counts. */
export const MANY_BISECTED = 20; // run.test.ts
/** From this share on, the records of a run's next rejected batches are sent one by one at once. */
export const MANY_REJECTED_SHARE = 0.25; // run.test.ts
/** With more records at fault than this, sending the rest one by one takes fewer requests. */
export const MANY_FOUND = 10; // properties/batchIsolation.test.ts

/** Steps in which the requests of the last day are counted. */
export const DAY_BUCKETS = 144; // dailyQuota.test.ts
/** Longest single sleep in milliseconds: n8n before 2.36 can't end one early. */
export const NAP_MS = 1000; // clock.test.ts
