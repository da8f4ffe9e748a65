/**
 * Email opt-in status of one user per request.
 *
 * @typedef {import('./index.mts').Handler} Handler
 * @typedef {import('./index.mts').Context} Context
 *
 * @typedef {object} OptIn
 * @property {string} [customer_id]
 * @property {string} [email_id]
 * @property {string} opt_in_status
 * @property {Record<string, boolean>} [categories]
 */
import { activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { isRecord } from '../http.mts';
import { applyCategories } from '../state.mts';

/** @type {Record<string, string>} the example for each invalid field */
const EXAMPLES = {
	channel: 'invalidChannel',
	opt_in_status: 'invalidStatus',
	customer_id: 'customerIdType',
	categories: 'invalidCategories',
};

/** @type {Handler['invalid']} */
function invalid(operation, { path, keyword, message }) {
	if (keyword === 'anyOf') return example(operation, 'identifierMissing');
	if (keyword === 'additionalProperties') {
		const key = path.split('/').at(-1);
		return example(operation, 'extraKey', undefined, `['${key}']`);
	}
	const field = path.replace(/^user_preferences\//, '').split('/')[0] ?? '';
	const name = EXAMPLES[field] ?? 'rejected';
	return example(operation, name, `${field} ${message}`.trim(), field || 'request');
}

/**
 * The email address takes precedence over the customer ID and identifies every profile that has it, unless the
 * workspace doesn't carry consent over between profiles.
 *
 * @param {OptIn} given
 * @param {Context} context
 */
function findUsers({ customer_id, email_id }, { state, config }) {
	const byId = customer_id !== undefined && (email_id === undefined || !config.carryForward);
	const known = byId ? state.users.get(customer_id) : undefined;
	const found = byId ? (known ? [known] : []) : state.withEmail(email_id ?? '');
	if (found.length > 0 || !config.acceptAnyUser) return found;
	return [state.ensure(customer_id ?? email_id ?? '', email_id)];
}

/** @type {Handler['handle']} */
function optIn(context) {
	const { operation, request, config } = context;
	const given = /** @type {{ user_preferences: OptIn }} */ (request.body).user_preferences;
	const needsId = config.piiTokenization || !config.emailUnsubscribe;
	if (needsId && given.customer_id === undefined) return example(operation, 'customerIdRequired');
	const categories = given.categories ?? {};
	const active = activeNames(config.categories, 'email');
	const unknown = Object.keys(categories).find((name) => !active.has(name));
	if (unknown !== undefined) {
		return example(operation, 'invalidCategories', `Invalid or inactive category: ${unknown}`);
	}
	const users = findUsers(given, context);
	if (users.length === 0) return example(operation, 'userNotFound');
	const values = Object.values(categories);
	// A user who wants none of the categories can't be opted in.
	const none = values.length > 0 && values.every((value) => !value);
	for (const user of users) {
		user.changes++;
		user.optInStatus = none ? 'OPTED_OUT' : given.opt_in_status;
		applyCategories(user, categories, active);
	}
	return example(operation, 'success');
}

/** @type {Handler['users']} */
function optInUsers({ body }) {
	const given = isRecord(body) && isRecord(body.user_preferences) ? body.user_preferences : {};
	return [given.customer_id, given.email_id].filter((id) => id !== undefined).map(String);
}

/** @type {Record<string, Handler>} */
export const optInHandlers = {
	optIn: { users: optInUsers, invalid, handle: optIn },
};
