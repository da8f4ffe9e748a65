/**
 * All settings of a sandbox, in one shape for flags, files and the control API.
 */
import { z } from 'zod';
import { DEFAULT_CATEGORIES, toCategory } from './categories.mts';
import { toDestination } from './events/destination.mts';
import { isRecord } from './http.mts';

const workspace = z.strictObject({
	id: z.string().min(1),
	apiKey: z.string().min(1),
	/** Set (Portfolio): the required MOE-PROJECT-CODE. */
	projectCode: z.string().optional(),
});
export type Workspace = z.infer<typeof workspace>;

/** Requests allowed per window and per day; null: no limit. */
const quota = z.strictObject({ limit: z.number().nullable(), dayLimit: z.number().nullable() });

const windowSettings = z.strictObject({
	kind: z.enum(['sliding', 'fixed', 'bucket']).default('sliding'),
	/** fixed: how far after a whole multiple of its length the window starts */
	phaseMs: z.number().default(0),
	/** bucket: its number of tokens; null: the limit */
	capacity: z.number().nullable().default(null),
	/** bucket: tokens added per window; null: the limit */
	refillPerWindow: z.number().nullable().default(null),
	/** 429s use up the window, too. */
	countThrottled: z.boolean().default(false),
});
export type WindowSettings = z.infer<typeof windowSettings>;

/** False rate headers; `resetInMs` may be negative. */
const lie = z.strictObject({ limit: z.number(), remaining: z.number(), resetInMs: z.number() });

const headers = z.strictObject({
	/** x-ratelimit-limit, -remaining and -reset on every counted request. */
	rate: z.boolean().default(true),
	reset: z.enum(['epoch', 'delta']).default('epoch'),
	/** When the next permit is free, or when all are. */
	resetMeans: z.enum(['next', 'full']).default('next'),
	/** Rounding of seconds; auto: whole from a 10 s window on. */
	rounding: z.enum(['auto', 'whole', 'exact']).default('auto'),
	/** How a 429 states when to retry. */
	retryAfter: z.enum(['off', 'seconds', 'date']).default('off'),
	/** x-envoy-ratelimited on 429. */
	envoy: z.boolean().default(true),
	/** Skew of the Date header, the reset and a Retry-After date. */
	clockSkewMs: z.number().default(0),
	lie: z
		.union([z.literal('random'), lie.partial()])
		.nullable()
		.default(null),
	/** Number of requests to an endpoint after which the rate headers stop. */
	vanishAfter: z.number().nullable().default(null),
});

const config = z.strictObject({
	workspaces: z.array(workspace).default([{ id: 'DEMO_WORKSPACE', apiKey: 'demo-api-key' }]),
	windowMs: z.number().positive().default(60_000),
	/** null: 1440 windows, because a day has 1440 minutes */
	dayMs: z.number().nullable().default(null),
	/** Limits by endpoint name; defaults to the published ones. */
	limits: z.record(quota.partial()).default({}),
	window: windowSettings.default({}),
	headers: headers.default({}),
	categories: z
		.array(z.unknown())
		.default(DEFAULT_CATEGORIES)
		.transform((list) => list.map(toCategory)),
	/** The value of a category that was never set. */
	defaultSubscribed: z.boolean().default(true),
	/** What bulk update does with users that it doesn't know. */
	unknownUsers: z.enum(['create', 'ignore', 'reject']).default('create'),
	/** Customer IDs that bulk update rejects, in lower case. */
	rejectedCustomerIds: z.array(z.string()).default([]),
	/** When the categories of a v1 update may be empty. */
	emptyCategories: z.enum(['accept', 'withUnsubscribeAll', 'reject']).default('accept'),
	/**
	 * Users may be identified by an email address alone; false: opt-in needs a customer ID, and v5
	 * rejects an email address of several profiles.
	 */
	emailUnsubscribe: z.boolean().default(true),
	/** opt-in by email and customer ID: true: the email wins. */
	carryForward: z.boolean().default(true),
	/** opt-in and v5 create unknown users. */
	acceptAnyUser: z.boolean().default(false),
	/** Which user_id/cid pairs are accepted. */
	landingLinks: z.enum(['any', 'seeded']).default('any'),
	/** unsubscribe_all false clears a global unsubscribe (not v5: always). */
	falseClears: z.boolean().default(false),
	/** An ESP other than SendGrid, in resubscribe. */
	otherEsp: z.enum(['accept', 'reject']).default('accept'),
	/** What bulk resubscribe does without update_esp; update: the same as with true. */
	missingUpdateEsp: z.enum(['ignore', 'update', 'reject']).default('ignore'),
	/** opt-in needs a customer_id. */
	piiTokenization: z.boolean().default(false),
	/** false: 409 in the preference APIs */
	apiSecretConfigured: z.boolean().default(true),
	/** Endpoints that respond with their 403 (v5: the key lacks the scope). */
	switchedOff: z.array(z.string()).default([]),
	/** false: the firewall's 403 everywhere */
	ipAllowed: z.boolean().default(true),
	/** Endpoints whose invalid requests needn't be announced, see validation.mts. */
	invalidRequestsExpected: z.array(z.string()).default([]),
	/** Delay between a 202 and its change. */
	asyncMs: z.number().default(0),
	maxBodyBytes: z.number().default(1024 * 1024),
	/** Where events are sent, see events/destination.mts. */
	destinations: z
		.array(z.unknown())
		.default([])
		.transform((list) => list.map(toDestination)),
	/** Entries kept in the request log. */
	logLimit: z.number().default(50_000),
	logBodies: z.boolean().default(true),
});
export type Config = z.infer<typeof config>;

export const defaultConfig = (): Config => config.parse({});

/**
 * Returns a new configuration with the patch applied. `window`, `headers` and `limits` are merged, the
 * rest is replaced. An unknown key is rejected, so that typos are noticed. Throws a TypeError.
 */
export function mergeConfig(
	base: Config,
	patch: unknown,
	endpointNames: readonly string[],
): Config {
	if (!isRecord(patch)) throw new TypeError('The configuration has to be a JSON object');
	const merged: Record<string, unknown> = { ...base, ...patch };
	for (const part of ['window', 'headers', 'limits'] as const)
		if (isRecord(patch[part])) merged[part] = { ...base[part], ...patch[part] };
	for (const [name, given] of Object.entries(isRecord(patch.limits) ? patch.limits : {}))
		if (isRecord(given))
			merged.limits = { ...(merged.limits as object), [name]: { ...base.limits[name], ...given } };
	const read = config.safeParse(merged);
	if (!read.success) {
		const [{ path, message } = { path: [], message: '' }] = read.error.issues;
		throw new TypeError(`Setting "${path.join('.')}": ${message}`);
	}
	const { limits, switchedOff, invalidRequestsExpected } = read.data;
	for (const name of [...Object.keys(limits), ...switchedOff, ...invalidRequestsExpected])
		if (!endpointNames.includes(name)) throw new TypeError(`There is no endpoint "${name}"`);
	return read.data;
}
