/**
 * Category preferences: read and written by the encrypted IDs of a landing page link, and in bulk by
 * customer ID.
 *
 * @typedef {import('./index.mts').Handler} Handler
 * @typedef {import('./index.mts').Context} Context
 * @typedef {import('./index.mts').HttpRequest} HttpRequest
 * @typedef {import('../state.mts').Preferences} Preferences
 */
import { activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { isRecord } from '../http.mts';
import { applyPreferences } from '../state.mts';

const INVALID_PARAMS = 'Invalid Params Received';

/** @type {Handler['invalid']} */
function invalid(operation, { where, path, keyword, message }) {
	if (where === 'query') return example(operation, 'rejected', INVALID_PARAMS);
	if (keyword === 'maxItems') return example(operation, 'payloadLimit');
	if (keyword === 'required' && /(^|\/)categories$/.test(path)) {
		return example(operation, 'categoriesRequired');
	}
	return example(operation, 'rejected', `${path || where} ${message}`);
}

/**
 * @param {Context} context
 * @returns {string | null} the customer ID that the landing page's pair of IDs belongs to
 */
function landingCustomer({ request, config, state }) {
	const userId = request.query.get('user_id') ?? '';
	const cid = request.query.get('cid') ?? '';
	if (userId.trim() === '' || cid.trim() === '') return null;
	return state.linked(userId, cid) ?? (config.landingLinks === 'any' ? userId : null);
}

/** @type {Handler['handle']} */
function getPreferences(context) {
	const { operation, config, state } = context;
	const customerId = landingCustomer(context);
	if (customerId === null) return example(operation, 'rejected');
	const user = state.users.get(customerId);
	const categories = [...activeNames(config.categories, 'email')].map((name) => [
		name,
		user?.categories.get(name) ?? config.defaultSubscribed,
	]);
	return { status: 200, body: { categories: Object.fromEntries(categories) } };
}

/**
 * @param {Preferences} change
 * @param {import('../config.mts').Config} config
 */
function lacksCategories({ categories, unsubscribe_all: all }, { emptyCategories }) {
	if (emptyCategories === 'accept' || Object.keys(categories).length > 0) return false;
	return emptyCategories === 'reject' || !all;
}

/** @type {Handler['handle']} */
function updatePreferences(context) {
	const { operation, request, config, state } = context;
	const customerId = landingCustomer(context);
	if (customerId === null) return example(operation, 'rejected', INVALID_PARAMS);
	const change = /** @type {Preferences} */ (request.body);
	if (lacksCategories(change, config)) return example(operation, 'categoriesRequired');
	const user = state.ensure(customerId);
	applyPreferences(user, change, activeNames(config.categories, 'email'), config.falseClears);
	user.eventId = request.query.get('moe_event_id') ?? user.eventId;
	return example(operation, 'success');
}

/**
 * All or nothing: nothing is applied before every entry has been checked.
 *
 * @type {Handler['handle']}
 */
function bulkUpdate({ operation, request, config, state }) {
	const entries = bulkEntries(request);
	if (entries.some((entry) => lacksCategories(entry, config))) {
		return example(operation, 'categoriesRequired');
	}
	const rejected = entries.find(({ customer_id: id }) =>
		config.rejectedCustomerIds.includes(id.toLowerCase()),
	);
	if (rejected) return example(operation, 'rejected', 'customer_id is not allowed');
	const unknown = entries.find(({ customer_id: id }) => !state.users.has(id));
	if (unknown && config.unknownUsers === 'reject') {
		return example(operation, 'userNotFound', `No user has the customer_id ${unknown.customer_id}`);
	}
	const active = activeNames(config.categories, 'email');
	for (const entry of entries) {
		if (config.unknownUsers === 'ignore' && !state.users.has(entry.customer_id)) continue;
		applyPreferences(state.ensure(entry.customer_id), entry, active, config.falseClears);
	}
	return example(operation, 'success');
}

/**
 * @param {HttpRequest} request
 * @returns {({ customer_id: string } & Preferences)[]}
 */
function bulkEntries({ body }) {
	return isRecord(body) && Array.isArray(body.user_preferences) ? body.user_preferences : [];
}

/** @type {Handler['users']} */
const landingUsers = ({ query }) => query.getAll('user_id');

/** @type {Record<string, Handler>} */
export const preferenceHandlers = {
	getPreferences: { users: landingUsers, invalid, handle: getPreferences },
	updatePreferences: { users: landingUsers, invalid, handle: updatePreferences },
	bulkUpdate: {
		users: (request) => bulkEntries(request).map((entry) => String(entry?.customer_id ?? '')),
		invalid,
		handle: bulkUpdate,
	},
};
