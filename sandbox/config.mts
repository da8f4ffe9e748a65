/**
 * All settings of a sandbox, in one shape for flags, files and the control API.
 */
import { DEFAULT_CATEGORIES, toCategory } from './categories.mts';
import { isRecord } from './http.mts';

/**
 * @typedef {object} Workspace
 * @property {string} id
 * @property {string} apiKey
 * @property {string} [projectCode] set (Portfolio): the required MOE-PROJECT-CODE
 *
 * @typedef {object} Quota requests allowed per window and per day; null: no limit
 * @property {number | null} [limit]
 * @property {number | null} [dayLimit]
 *
 * @typedef {object} WindowSettings
 * @property {'sliding' | 'fixed' | 'bucket'} kind
 * @property {number} phaseMs fixed: how far after a whole multiple of its length the window starts
 * @property {number | null} capacity bucket: its number of tokens; null: the limit
 * @property {number | null} refillPerWindow bucket: tokens added per window; null: the limit
 * @property {boolean} countThrottled 429s use up the window, too
 *
 * @typedef {object} Lie
 * @property {number} [limit]
 * @property {number} [remaining]
 * @property {number} [resetInMs] may be negative
 *
 * @typedef {object} HeaderSettings
 * @property {boolean} rate x-ratelimit-limit, -remaining and -reset on every counted request
 * @property {'epoch' | 'delta'} reset
 * @property {'next' | 'full'} resetMeans when the next permit is free, or when all are
 * @property {'auto' | 'whole' | 'exact'} rounding seconds; auto: whole from a 10 s window on
 * @property {'off' | 'seconds' | 'date'} retryAfter on 429
 * @property {boolean} envoy x-envoy-ratelimited on 429
 * @property {number} clockSkewMs of the Date header, the reset and a Retry-After date
 * @property {null | 'random' | Lie} lie
 * @property {number | null} vanishAfter after how many requests of an endpoint the rate headers stop
 *
 * @typedef {object} Config
 * @property {Workspace[]} workspaces
 * @property {number} windowMs
 * @property {number | null} dayMs null: 1440 windows, because a day has 1440 minutes
 * @property {Record<string, Quota>} limits by endpoint name; defaults to the published ones
 * @property {WindowSettings} window
 * @property {HeaderSettings} headers
 * @property {import('./categories.mts').Category[]} categories
 * @property {boolean} defaultSubscribed the value of a category that was never set
 * @property {'create' | 'ignore' | 'reject'} unknownUsers in bulk update
 * @property {string[]} rejectedCustomerIds in bulk update, in lower case
 * @property {'accept' | 'withUnsubscribeAll' | 'reject'} emptyCategories in v1 updates: when they may be empty
 * @property {boolean} emailUnsubscribe users may be identified by an email address alone; false: opt-in
 *   needs a customer ID, and v5 rejects an email address of several profiles
 * @property {boolean} carryForward opt-in by email and customer ID: true: the email wins
 * @property {boolean} acceptAnyUser opt-in and v5 create unknown users
 * @property {'any' | 'seeded'} landingLinks which user_id/cid pairs are accepted
 * @property {boolean} falseClears unsubscribe_all false clears a global unsubscribe (not v5: always)
 * @property {'accept' | 'reject'} otherEsp an ESP other than SendGrid, in resubscribe
 * @property {boolean} piiTokenization opt-in needs a customer_id
 * @property {boolean} apiSecretConfigured false: 409 in the preference APIs
 * @property {string[]} switchedOff endpoints that respond with their 403 (v5: the key lacks the scope)
 * @property {boolean} ipAllowed false: the firewall's 403 everywhere
 * @property {string[]} invalidRequestsExpected endpoints whose invalid requests needn't be announced,
 *   see validation.mts
 * @property {number} asyncMs delay between a 202 and its change
 * @property {number} maxBodyBytes
 * @property {number} logLimit entries kept in the request log
 * @property {boolean} logBodies
 */

/** @returns {Config} */
export function defaultConfig() {
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
		piiTokenization: false,
		apiSecretConfigured: true,
		switchedOff: [],
		ipAllowed: true,
		invalidRequestsExpected: [],
		asyncMs: 0,
		maxBodyBytes: 1024 * 1024,
		logLimit: 50_000,
		logBodies: true,
	};
}

/** @type {Record<string, string[]>} */
const CHOICES = {
	kind: ['sliding', 'fixed', 'bucket'],
	reset: ['epoch', 'delta'],
	resetMeans: ['next', 'full'],
	rounding: ['auto', 'whole', 'exact'],
	retryAfter: ['off', 'seconds', 'date'],
	emptyCategories: ['accept', 'withUnsubscribeAll', 'reject'],
	unknownUsers: ['create', 'ignore', 'reject'],
	landingLinks: ['any', 'seeded'],
	otherEsp: ['accept', 'reject'],
};

/**
 * @param {Record<string, unknown>} base
 * @param {Record<string, unknown>} patch
 * @param {string} where
 */
function checkKeys(base, patch, where) {
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
 *
 * @param {Config} base
 * @param {unknown} patch
 * @param {readonly string[]} endpointNames
 * @returns {Config}
 */
export function mergeConfig(base, patch, endpointNames) {
	if (!isRecord(patch)) throw new TypeError('The configuration has to be a JSON object');
	checkKeys({ ...base }, patch, '');
	const next = /** @type {Config} */ ({ ...base, ...patch });
	for (const part of /** @type {const} */ (['window', 'headers'])) {
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
	if (!(next.windowMs > 0)) throw new TypeError('"windowMs" has to be more than 0');
	if (!next.workspaces.every((entry) => entry?.id && entry.apiKey)) {
		throw new TypeError('Every workspace needs an id and an apiKey');
	}
	return next;
}
