/**
 * Category preferences: read and written by the landing page's encrypted IDs, and in bulk by
 * customer ID. 100 requests a minute each, 360,000 a day, at most 50 users a bulk request.
 *
 * @typedef {import('./index.mjs').Endpoint} Endpoint
 * @typedef {import('./index.mjs').Answer} Answer
 */
import { activeNames } from '../catalogue.mjs';
import { isCategories, isRecord, isText } from '../http.mjs';
import { applyPreferences } from '../state.mjs';

const PATH = '/v1/category-subscription/user-preferences';
const MAX_USERS = 50;

/** @type {Record<number, [title: string, description: string]>} */
const WORDS = {
	400: ['Bad Request', 'The request could not be understood'],
	401: ['Authentication required', 'No identity information found.'],
	403: ['Forbidden', 'Access to this API is not allowed'],
	404: ['Not Found', 'The requested URL was not found'],
	409: ['API SECRET not configured', 'API SECRET not configured'],
	413: ['Payload Too Large', 'The request body is too large'],
	429: ['Rate-Limit Reached', 'Exceeded rate limit for this url'],
	500: ['Internal Error', 'Please Contact Moengage Team'],
};

/**
 * @param {number} status
 * @param {string} title
 * @param {string} description
 * @returns {Answer}
 */
function problem(status, title, description) {
	return { status, body: { title, description } };
}

/** @type {import('./index.mjs').Family['refuse']} */
function refuse(status, message) {
	const [title, description] = WORDS[status] ??
		WORDS[status >= 500 ? 500 : 400] ?? ['Bad Request', ''];
	return problem(status, title, message ?? description);
}

const noIdentity = () => refuse(401);

/** @param {string} name */
const missingHeader = (name) => problem(401, 'Header required', `${name} missing in Header`);

/** @type {import('./index.mjs').Family} */
export const preferenceFamily = {
	refuse,
	auth: {
		missing: noIdentity,
		wrong: noIdentity,
		mismatch: noIdentity,
		noAppKey: () => missingHeader('MOE-APPKEY'),
		noProjectCode: () => missingHeader('MOE-PROJECT-CODE'),
	},
	throttled: () => refuse(429),
	switchedOff: () => refuse(403),
};

const INVALID_PARAMS = { status: 400, body: { message: 'Invalid Params Received' } };
const NO_CATEGORIES = problem(400, 'Categories Required', 'Categories Preferences Required');

/**
 * @param {import('./index.mjs').Context} context
 * @returns {string | null} the customer that the landing page's pair of IDs stands for
 */
function landingCustomer({ call, config, state }) {
	const userId = call.query.get('user_id') ?? '';
	const cid = call.query.get('cid') ?? '';
	if (!isText(userId) || !isText(cid)) return null;
	return state.linked(userId, cid) ?? (config.landingLinks === 'any' ? userId : null);
}

/** @type {Endpoint['handle']} */
function getPreferences(context) {
	const { config, state } = context;
	const customerId = landingCustomer(context);
	if (customerId === null) return INVALID_PARAMS;
	const user = state.users.get(customerId);
	const categories = [...activeNames(config.categories, 'email')].map((name) => [
		name,
		user?.categories.get(name) ?? config.defaultSubscribed,
	]);
	return { status: 200, body: { categories: Object.fromEntries(categories) } };
}

/**
 * @param {Record<string, unknown>} change
 * @returns {Answer | null} what is wrong with it
 */
function checkChange(change) {
	if (change.categories === undefined) return NO_CATEGORIES;
	if (!isCategories(change.categories)) {
		return problem(400, 'Invalid Categories', 'Every category has to be true or false');
	}
	if (typeof change.unsubscribe_all !== 'boolean') {
		return problem(400, 'Unsubscribe All Required', 'unsubscribe_all has to be true or false');
	}
	return null;
}

/** @type {Endpoint['handle']} */
function updatePreferences(context) {
	const { call, config, state } = context;
	const customerId = landingCustomer(context);
	if (customerId === null) return INVALID_PARAMS;
	if (!isRecord(call.body)) return refuse(400, 'The body has to be a JSON object');
	const wrong = checkChange(call.body);
	if (wrong !== null) return wrong;
	const change = /** @type {import('../state.mjs').Preferences} */ (call.body);
	const user = state.ensure(customerId);
	applyPreferences(user, change, activeNames(config.categories, 'email'), config.falseClears);
	user.eventId = call.query.get('moe_event_id') ?? user.eventId;
	return { status: 200, body: { message: 'Success' } };
}

/**
 * @param {unknown} body
 * @returns {Answer | null} what is wrong with the whole request
 */
function checkBulk(body) {
	if (!isRecord(body)) return refuse(400, 'The body has to be a JSON object');
	if (body.channel !== 'email') {
		return problem(400, 'Invalid Channel', 'channel is required and has to be email');
	}
	const entries = body.user_preferences;
	if (!Array.isArray(entries) || entries.length === 0) {
		return problem(400, 'User Preferences Required', 'user_preferences has to be a list of users');
	}
	if (entries.length > MAX_USERS) {
		return problem(400, 'Payload Limit Exceeded', `Payload limit is set to ${MAX_USERS}`);
	}
	for (const entry of entries) {
		if (!isRecord(entry) || !isText(entry.customer_id)) {
			return problem(400, 'Customer ID Required', 'customer_id is required for every user');
		}
		const wrong = checkChange(entry);
		if (wrong !== null) return wrong;
	}
	return null;
}

/**
 * All or nothing: nothing is applied before every entry has been checked.
 *
 * @type {Endpoint['handle']}
 */
function bulkUpdate({ call, config, state }) {
	const wrong = checkBulk(call.body);
	if (wrong !== null) return wrong;
	const entries = bulkEntries(call);
	const stranger = entries.find(({ customer_id }) => !state.users.has(customer_id));
	if (stranger && config.unknownUsers === 'reject') {
		return problem(400, 'User Not Found', `No user has the customer_id ${stranger.customer_id}`);
	}
	const active = activeNames(config.categories, 'email');
	for (const entry of entries) {
		if (config.unknownUsers === 'ignore' && !state.users.has(entry.customer_id)) continue;
		applyPreferences(state.ensure(entry.customer_id), entry, active, config.falseClears);
	}
	return { status: 200, body: { message: 'Your request has been processed' } };
}

/**
 * @param {import('./index.mjs').Call} call a bulk request that has been checked
 * @returns {({ customer_id: string } & import('../state.mjs').Preferences)[]}
 */
function bulkEntries({ body }) {
	return isRecord(body) && Array.isArray(body.user_preferences) ? body.user_preferences : [];
}

/** @type {Endpoint['users']} */
const landingUsers = ({ query }) => query.getAll('user_id');

/** @type {Endpoint['users']} */
function bulkUsers(call) {
	return bulkEntries(call).map((entry) => String(entry?.customer_id ?? ''));
}

const common = {
	path: PATH,
	family: preferenceFamily,
	limit: 100,
	dayLimit: 360_000,
	projectCode: false,
	basicAuth: true,
	needsSecret: true,
};

/** @type {Endpoint[]} */
export const preferenceEndpoints = [
	{
		...common,
		name: 'getPreferences',
		method: 'GET',
		users: landingUsers,
		handle: getPreferences,
	},
	{
		...common,
		name: 'updatePreferences',
		method: 'PUT',
		users: landingUsers,
		handle: updatePreferences,
	},
	{
		...common,
		name: 'bulkUpdate',
		method: 'POST',
		projectCode: true,
		users: bulkUsers,
		handle: bulkUpdate,
	},
];
