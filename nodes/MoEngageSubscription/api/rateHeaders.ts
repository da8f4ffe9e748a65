import type { RateLimitInfo } from '../delivery';

/** Response headers by lower-case name, as n8n hands them over. */
export type Headers = Readonly<Record<string, unknown>>;

/**
 * Up to this value, a reset is read as seconds left; above it, as seconds since 1970. No window that
 * MoEngage documents is longer than a day.
 */
const LARGEST_DELTA_S = 86_400;

/** Longest pause that a header can request. Larger values are treated as invalid. */
const LONGEST_PAUSE_MS = LARGEST_DELTA_S * 1000;

/** How far in the past a date may be because of latency or clocks. Older dates are invalid. */
const PAST_TOLERANCE_MS = 60_000;

/**
 * Returns a whole, non-negative number, or `undefined`. Proxies that join headers write
 * `100, 100;w=60`.
 */
function count(value: unknown): number | undefined {
	const text = first(value)?.split(/[,;]/, 1)[0]?.trim();
	if (text === undefined || !/^\d{1,15}(\.\d{1,9})?$/.test(text)) return undefined;
	return Math.floor(Number(text));
}

/** Returns seconds, which may have a fraction, or `undefined`. */
function seconds(value: unknown): number | undefined {
	const text = first(value)?.split(/[,;]/, 1)[0]?.trim();
	return text !== undefined && /^\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function first(value: unknown): string | undefined {
	const one: unknown = Array.isArray(value) ? value[0] : value;
	if (typeof one === 'number') return String(one);
	return typeof one === 'string' ? one.slice(0, 100) : undefined;
}

/** Parses an HTTP date. Returns milliseconds since 1970, or `undefined`. */
function httpDate(value: unknown): number | undefined {
	const text = first(value);
	// `Date.parse` accepts almost any text, even "5"; an HTTP date starts with a weekday.
	if (text === undefined || !/^[A-Za-z]{3}/.test(text)) return undefined;
	const ms = Date.parse(text);
	return Number.isNaN(ms) ? undefined : ms;
}

function pause(ms: number): number {
	return Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS);
}

/** Returns the milliseconds to wait by `Retry-After`, or `undefined` if the value is invalid. */
function retryAfter(value: unknown, serverNow: number): number | undefined {
	const delta = seconds(value);
	const date = httpDate(value);
	const ms = delta !== undefined ? delta * 1000 : date !== undefined ? date - serverNow : undefined;
	if (ms === undefined || ms < -PAST_TOLERANCE_MS || ms > LONGEST_PAUSE_MS) return undefined;
	return Math.max(ms, 0);
}

/**
 * Returns what a response's headers report about the rate limit, relative to its arrival. MoEngage
 * documents the three `x-ratelimit-` headers on every response, but describes the reset in two ways:
 * as seconds left, and as seconds since 1970. Both are read. Absolute
 * times are compared with the server's own `Date` header, so that a wrong clock on either side does
 * no harm. Without that header, they are compared with `now` (milliseconds since 1970).
 */
export function rateFacts(headers: Headers, now: number): RateLimitInfo {
	const serverNow = httpDate(headers.date) ?? now;
	const facts: RateLimitInfo = {};

	const limit = count(headers['x-ratelimit-limit']);
	if (limit !== undefined && limit > 0) facts.limit = limit;
	const remaining = count(headers['x-ratelimit-remaining']);
	if (remaining !== undefined) facts.remaining = remaining;

	const reset = seconds(headers['x-ratelimit-reset']);
	if (reset !== undefined) {
		// 13 digits are milliseconds since 1970, which servers send although it isn't documented.
		const epochMs = reset > 1e11 ? reset : reset * 1000;
		facts.resetInMs = pause(reset <= LARGEST_DELTA_S ? reset * 1000 : epochMs - serverNow);
	}

	const retryAfterMs = retryAfter(headers['retry-after'], serverNow);
	if (retryAfterMs !== undefined) facts.retryAfterMs = retryAfterMs;
	return facts;
}

/** Whether Envoy, the proxy in front of MoEngage's servers, throttled the request. */
export function isThrottledByEnvoy(headers: Headers): boolean {
	return first(headers['x-envoy-ratelimited'])?.toLowerCase() === 'true';
}
