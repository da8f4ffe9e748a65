/**
 * The rate limit in a response's headers.
 */
import type { Config } from './config.mts';
import type { Grant } from './limits.mts';

/** In shorter windows, whole seconds would be too coarse, so fractions are sent; see `rounding`. */
const WHOLE_SECONDS_FROM_MS = 10_000;

/** @returns seconds; rounded up, so that no client returns too early */
function seconds(ms: number, config: Config): string {
	const { rounding } = config.headers;
	const whole =
		rounding === 'whole' || (rounding === 'auto' && config.windowMs >= WHOLE_SECONDS_FROM_MS);
	// Fractions are rounded up, too: to the millisecond.
	return whole ? String(Math.ceil(ms / 1000)) : String(Math.ceil(ms) / 1000);
}

/** @returns the server's clock, skewed by the setting */
export function dateHeader(now: number, config: Config): Record<string, string> {
	return { date: new Date(now + config.headers.clockSkewMs).toUTCString() };
}

function claimed(grant: Grant, config: Config, random: () => number) {
	const { lie, resetMeans } = config.headers;
	const truth = {
		limit: grant.limit,
		remaining: grant.remaining,
		resetInMs: resetMeans === 'full' ? grant.fullMs : grant.nextMs,
	};
	if (lie === 'random') {
		return {
			limit: Math.ceil(random() * 2 * truth.limit),
			remaining: Math.floor(random() * 2 * truth.limit),
			resetInMs: random() * 2 * config.windowMs,
		};
	}
	return { ...truth, ...lie };
}

export function rateHeaders(
	grant: Grant,
	config: Config,
	now: number,
	random: () => number,
): Record<string, string> {
	const settings = config.headers;
	const vanished = settings.vanishAfter !== null && grant.nth > settings.vanishAfter;
	const headers: Record<string, string> = {};
	if (settings.rate && !vanished) {
		const { limit, remaining, resetInMs } = claimed(grant, config, random);
		const serverTime = settings.reset === 'epoch' ? now + settings.clockSkewMs : 0;
		headers['x-ratelimit-limit'] = String(limit);
		headers['x-ratelimit-remaining'] = String(remaining);
		headers['x-ratelimit-reset'] = seconds(serverTime + resetInMs, config);
	}
	if (grant.allowed) return headers;
	if (settings.envoy) headers['x-envoy-ratelimited'] = 'true';
	if (settings.retryAfter === 'seconds') headers['retry-after'] = seconds(grant.nextMs, config);
	if (settings.retryAfter === 'date') {
		const at = Math.ceil((now + settings.clockSkewMs + grant.nextMs) / 1000) * 1000;
		headers['retry-after'] = new Date(at).toUTCString();
	}
	return headers;
}
