/**
 * All settings of a sandbox, in one shape for flags, files and the control API.
 */
import { DEFAULT_CATEGORIES, toCategory, type Category } from './categories.mts';
import { toDestination, type Destination } from './events/destination.mts';
import { isRecord } from './http.mts';

export interface Workspace {
	id: string;
	apiKey: string;
	/** Set (Portfolio): the required MOE-PROJECT-CODE. */
	projectCode?: string;
}

/** Requests allowed per window and per day; null: no limit. */
interface Quota {
	limit?: number | null;
	dayLimit?: number | null;
}

export interface WindowSettings {
	kind: 'sliding' | 'fixed' | 'bucket';
	/** fixed: how far after a whole multiple of its length the window starts */
	phaseMs: number;
	/** bucket: its number of tokens; null: the limit */
	capacity: number | null;
	/** bucket: tokens added per window; null: the limit */
	refillPerWindow: number | null;
	/** 429s use up the window, too. */
	countThrottled: boolean;
}

interface Lie {
	limit?: number;
	remaining?: number;
	/** May be negative. */
	resetInMs?: number;
}

interface HeaderSettings {
	/** x-ratelimit-limit, -remaining and -reset on every counted request. */
	rate: boolean;
	reset: 'epoch' | 'delta';
	/** When the next permit is free, or when all are. */
	resetMeans: 'next' | 'full';
	/** Rounding of seconds; auto: whole from a 10 s window on. */
	rounding: 'auto' | 'whole' | 'exact';
	/** How a 429 states when to retry. */
	retryAfter: 'off' | 'seconds' | 'date';
	/** x-envoy-ratelimited on 429. */
	envoy: boolean;
	/** Skew of the Date header, the reset and a Retry-After date. */
	clockSkewMs: number;
	lie: null | 'random' | Lie;
	/** Number of requests to an endpoint after which the rate headers stop. */
	vanishAfter: number | null;
}

export interface Config {
	workspaces: Workspace[];
	windowMs: number;
	/** null: 1440 windows, because a day has 1440 minutes */
	dayMs: number | null;
	/** Limits by endpoint name; defaults to the published ones. */
	limits: Record<string, Quota>;
	window: WindowSettings;
	headers: HeaderSettings;
	categories: Category[];
	/** The value of a category that was never set. */
	defaultSubscribed: boolean;
	/** What bulk update does with users that it doesn't know. */
	unknownUsers: 'create' | 'ignore' | 'reject';
	/** Customer IDs that bulk update rejects, in lower case. */
	rejectedCustomerIds: string[];
	/** When the categories of a v1 update may be empty. */
	emptyCategories: 'accept' | 'withUnsubscribeAll' | 'reject';
	/**
	 * Users may be identified by an email address alone; false: opt-in needs a customer ID, and v5
	 * rejects an email address of several profiles.
	 */
	emailUnsubscribe: boolean;
	/** opt-in by email and customer ID: true: the email wins. */
	carryForward: boolean;
	/** opt-in and v5 create unknown users. */
	acceptAnyUser: boolean;
	/** Which user_id/cid pairs are accepted. */
	landingLinks: 'any' | 'seeded';
	/** unsubscribe_all false clears a global unsubscribe (not v5: always). */
	falseClears: boolean;
	/** An ESP other than SendGrid, in resubscribe. */
	otherEsp: 'accept' | 'reject';
	/** What bulk resubscribe does without update_esp; update: the same as with true. */
	missingUpdateEsp: 'ignore' | 'update' | 'reject';
	/** opt-in needs a customer_id. */
	piiTokenization: boolean;
	/** false: 409 in the preference APIs */
	apiSecretConfigured: boolean;
	/** Endpoints that respond with their 403 (v5: the key lacks the scope). */
	switchedOff: string[];
	/** false: the firewall's 403 everywhere */
	ipAllowed: boolean;
	/** Endpoints whose invalid requests needn't be announced, see validation.mts. */
	invalidRequestsExpected: string[];
	/** Delay between a 202 and its change. */
	asyncMs: number;
	maxBodyBytes: number;
	/** Where events are sent, see events/destination.mts. */
	destinations: Destination[];
	/** Entries kept in the request log. */
	logLimit: number;
	logBodies: boolean;
}

export function defaultConfig(): Config {
	return {
		workspaces: [{ id: 'DEMO_WORKSPACE', apiKey: 'demo-api-key' }],
		windowMs: 60_000,
		dayMs: null,
		limits: {},
		window: {
			kind: 'sliding',
			phaseMs: 0,
			capacity: null,
			refillPerWindow: null,
			countThrottled: false,
		},
		headers: {
			rate: true,
			reset: 'epoch',
			resetMeans: 'next',
			rounding: 'auto',
			retryAfter: 'off',
			envoy: true,
			clockSkewMs: 0,
			lie: null,
			vanishAfter: null,
		},
		categories: DEFAULT_CATEGORIES,
		defaultSubscribed: true,
		unknownUsers: 'create',
		rejectedCustomerIds: [],
		emptyCategories: 'accept',
		emailUnsubscribe: true,
		carryForward: true,
		acceptAnyUser: false,
		landingLinks: 'any',
		falseClears: false,
		otherEsp: 'accept',
		missingUpdateEsp: 'ignore',
		piiTokenization: false,
		apiSecretConfigured: true,
		switchedOff: [],
		ipAllowed: true,
		invalidRequestsExpected: [],
		asyncMs: 0,
		maxBodyBytes: 1024 * 1024,
		destinations: [],
		logLimit: 50_000,
		logBodies: true,
	};
}

const CHOICES: Record<string, string[]> = {
	kind: ['sliding', 'fixed', 'bucket'],
	reset: ['epoch', 'delta'],
	resetMeans: ['next', 'full'],
	rounding: ['auto', 'whole', 'exact'],
	retryAfter: ['off', 'seconds', 'date'],
	emptyCategories: ['accept', 'withUnsubscribeAll', 'reject'],
	unknownUsers: ['create', 'ignore', 'reject'],
	landingLinks: ['any', 'seeded'],
	otherEsp: ['accept', 'reject'],
	missingUpdateEsp: ['ignore', 'update', 'reject'],
};

function checkKeys(base: Record<string, unknown>, patch: Record<string, unknown>, where: string) {
	for (const [key, value] of Object.entries(patch)) {
		if (!Object.hasOwn(base, key)) throw new TypeError(`There is no setting "${where}${key}"`);
		const choices = CHOICES[key];
		if (choices && !choices.includes(String(value))) {
			throw new TypeError(`"${where}${key}" is one of ${choices.join(', ')}`);
		}
		const known = base[key];
		if (known !== null && typeof value !== typeof known) {
			throw new TypeError(`"${where}${key}" has to be a ${typeof known}`);
		}
	}
}

/**
 * Returns a new configuration with the patch applied. `window`, `headers` and `limits` are merged, the
 * rest is replaced. An unknown key is rejected, so that typos are noticed.
 */
export function mergeConfig(
	base: Config,
	patch: unknown,
	endpointNames: readonly string[],
): Config {
	if (!isRecord(patch)) throw new TypeError('The configuration has to be a JSON object');
	checkKeys({ ...base }, patch, '');
	const next = { ...base, ...patch };
	for (const part of ['window', 'headers'] as const) {
		const given = patch[part];
		if (!isRecord(given)) continue;
		checkKeys({ ...base[part] }, given, `${part}.`);
		Object.assign(next, { [part]: { ...base[part], ...given } });
	}
	const { lie } = next.headers;
	if (isRecord(lie)) checkKeys({ limit: 0, remaining: 0, resetInMs: 0 }, lie, 'headers.lie.');
	else if (lie !== null && lie !== 'random') throw new TypeError('"headers.lie" is unclear');
	next.limits = { ...base.limits };
	for (const [name, quota] of Object.entries(patch.limits ?? {})) {
		if (!endpointNames.includes(name)) throw new TypeError(`There is no endpoint "${name}"`);
		checkKeys({ limit: null, dayLimit: null }, quota, `limits.${name}.`);
		next.limits[name] = { ...next.limits[name], ...quota };
	}
	for (const name of [...next.switchedOff, ...next.invalidRequestsExpected]) {
		if (!endpointNames.includes(name)) throw new TypeError(`There is no endpoint "${name}"`);
	}
	next.categories = next.categories.map(toCategory);
	if (patch.destinations !== undefined) next.destinations = next.destinations.map(toDestination);
	if (!(next.windowMs > 0)) throw new TypeError('"windowMs" has to be more than 0');
	if (!next.workspaces.every((entry) => entry?.id && entry.apiKey)) {
		throw new TypeError('Every workspace needs an id and an apiKey');
	}
	return next;
}
