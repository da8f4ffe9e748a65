/**
 * E-mail opt-in status of one user a request: 1,000 requests a minute, 360,000 a day.
 *
 * @typedef {import('./index.mjs').Endpoint} Endpoint
 * @typedef {import('./index.mjs').Answer} Answer
 */
import { activeNames } from '../catalogue.mjs';
import { isCategories, isRecord, isText } from '../http.mjs';
import { applyCategories } from '../state.mjs';

const STATUSES = ['DOUBLE_OPTED_IN', 'OPTED_OUT', 'OPT_IN_PENDING'];
const KEYS = ['customer_id', 'email_id', 'categories', 'opt_in_status', 'channel'];

/** @type {Record<number, [code: string, message: string, target: string, detail: string]>} */
const WORDS = {
	400: ['400 Bad Request', 'Invalid request', 'request', 'The request could not be processed'],
	401: [
		'401 Unauthorized',
		'Authentication required',
		'Authorization',
		'The credentials are missing or invalid',
	],
	403: [
		'403 Forbidden',
		'Access denied',
		'Email Opt-in Management',
		'Email Opt-in Management is not enabled for this workspace',
	],
	404: ['404 Not Found', 'Not found', 'url', 'The requested URL was not found'],
	413: ['413 Payload Too Large', 'Payload too large', 'request', 'The request body is too large'],
	500: [
		'500 Internal Server Error',
		'Internal error',
		'server',
		'Please contact the MoEngage team',
	],
};

/**
 * @param {number} status
 * @param {string} [detail]
 * @param {string} [target] the field at fault
 * @returns {Answer}
 */
function problem(status, detail, target) {
	const known = WORDS[status] ?? WORDS[status >= 500 ? 500 : 400];
	const [code, message, usualTarget, usualDetail] = known ?? ['', '', '', ''];
	return {
		status,
		body: {
			error: {
				code: WORDS[status] ? code : String(status),
				message,
				details: { target: target ?? usualTarget, message: detail ?? usualDetail },
			},
		},
	};
}

/** @type {import('./index.mjs').Family} */
const optInFamily = {
	refuse: (status, message) => (status === 429 ? { status } : problem(status, message)),
	auth: {
		missing: () => problem(401),
		wrong: () => problem(401),
		mismatch: () =>
			problem(401, 'MOE-APPKEY and the authorization name different workspaces', 'MOE-APPKEY'),
		noAppKey: () => problem(401, 'MOE-APPKEY is missing in the header', 'MOE-APPKEY'),
		noProjectCode: () => problem(400, 'MOE-PROJECT-CODE is missing or invalid', 'MOE-PROJECT-CODE'),
	},
	// The one 429 without a body.
	throttled: () => ({ status: 429 }),
	switchedOff: () => problem(403),
};

/**
 * @param {Record<string, unknown>} given
 * @param {import('../config.mjs').Config} config
 * @returns {Answer | null}
 */
function check(given, config) {
	const extra = Object.keys(given).find((key) => !KEYS.includes(key));
	if (extra !== undefined) return problem(400, 'Extra keys are not permitted', extra);
	if (given.channel !== 'email') {
		return problem(400, 'channel is required and has to be email', 'channel');
	}
	if (typeof given.opt_in_status !== 'string' || !STATUSES.includes(given.opt_in_status)) {
		return problem(400, `opt_in_status has to be one of ${STATUSES.join(', ')}`, 'opt_in_status');
	}
	for (const key of ['customer_id', 'email_id']) {
		if (given[key] !== undefined && !isText(given[key])) {
			return problem(400, `${key} has to be a text`, key);
		}
	}
	if (given.customer_id === undefined && given.email_id === undefined) {
		return problem(400, 'Either of the two is required', 'customer_id or email_id');
	}
	if (config.piiTokenization && given.customer_id === undefined) {
		return problem(400, 'customer_id is required with PII tokenization', 'customer_id');
	}
	if (given.categories === undefined) return null;
	if (!isCategories(given.categories)) {
		return problem(400, 'Every category has to be true or false', 'categories');
	}
	const active = activeNames(config.categories, 'email');
	const bad = Object.keys(given.categories).find((name) => !active.has(name));
	// One bad category refuses the whole request.
	if (bad !== undefined) return problem(400, `Invalid or inactive category: ${bad}`, 'categories');
	return null;
}

/**
 * The address wins over the customer ID, and means every profile that has it.
 *
 * @param {{ customer_id?: string, email_id?: string }} given
 * @param {import('./index.mjs').Context} context
 */
function findUsers({ customer_id, email_id }, { state, config }) {
	const known = customer_id === undefined ? undefined : state.users.get(customer_id);
	const found =
		email_id !== undefined ? state.withEmail(email_id) : known !== undefined ? [known] : [];
	if (found.length > 0 || !config.acceptAnyUser) return found;
	return [state.ensure(customer_id ?? email_id ?? '', email_id)];
}

/** @type {Endpoint['handle']} */
function optIn(context) {
	const { call, config } = context;
	const body = isRecord(call.body) ? call.body : {};
	const extra = Object.keys(body).find((key) => key !== 'user_preferences');
	if (extra !== undefined) return problem(400, 'Extra keys are not permitted', extra);
	if (!isRecord(body.user_preferences)) {
		return problem(400, 'user_preferences is required and has to be one user', 'user_preferences');
	}
	const wrong = check(body.user_preferences, config);
	if (wrong !== null) return wrong;
	const given =
		/** @type {{ customer_id?: string, email_id?: string, opt_in_status: string, categories?: Record<string, boolean> }} */ (
			body.user_preferences
		);
	const users = findUsers(given, context);
	if (users.length === 0) return problem(400, 'User not found', 'customer_id or email_id');
	const categories = given.categories ?? {};
	const values = Object.values(categories);
	// Nobody who wants none of the categories can be opted in.
	const none = values.length > 0 && values.every((value) => !value);
	for (const user of users) {
		user.changes++;
		user.optInStatus = none ? 'OPTED_OUT' : given.opt_in_status;
		applyCategories(user, categories, activeNames(config.categories, 'email'));
	}
	return { status: 200, body: { message: 'Your request has been processed successfully' } };
}

/** @type {Endpoint['users']} */
function optInUsers({ body }) {
	const given = isRecord(body) && isRecord(body.user_preferences) ? body.user_preferences : {};
	return [given.customer_id, given.email_id].filter((id) => id !== undefined).map(String);
}

/** @type {Endpoint[]} */
export const optInEndpoints = [
	{
		name: 'optIn',
		method: 'PUT',
		path: '/v1.0/opt-in-management/user-preferences',
		family: optInFamily,
		limit: 1000,
		dayLimit: 360_000,
		projectCode: true,
		basicAuth: true,
		needsSecret: false,
		users: optInUsers,
		handle: optIn,
	},
];
