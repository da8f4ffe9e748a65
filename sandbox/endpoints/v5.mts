/**
 * v5: the list of categories, a user's preferences, and their update.
 *
 * @typedef {import('./index.mts').Handler} Handler
 * @typedef {import('./index.mts').Context} Context
 * @typedef {import('./index.mts').HttpResponse} HttpResponse
 * @typedef {import('../state.mts').User} User
 *
 * @typedef {object} Update
 * @property {'moe_user_id' | 'uid' | 'email'} user_identifier_type
 * @property {string} user_identifier_value
 * @property {boolean} is_globally_unsubscribed true: the categories are ignored
 * @property {'email' | 'sms'} [channel]
 * @property {Record<string, boolean>} [categories]
 */
import { createHash } from 'node:crypto';
import { headerText } from '../auth.mts';
import { activeCategories, activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { isRecord, responseId } from '../http.mts';
import { applyCategories } from '../state.mts';

const USER_ID_PREFIX = 'usr_';

/** @type {Record<string, string>} the example for each invalid field */
const EXAMPLES = {
	channel: 'invalidChannel',
	user_identifier_type: 'invalidIdentifier',
	user_identifier_value: 'invalidIdentifier',
	event_attributes: 'invalidEventAttributes',
};

/** @type {Handler['invalid']} */
function invalid(operation, { where, path, message }) {
	if (where === 'header') {
		return example(operation, 'rejected', `Idempotency-Key ${message}`, 'Idempotency-Key');
	}
	const field = path.split('/')[0] || where;
	return example(operation, EXAMPLES[field] ?? 'rejected', `${path || where} ${message}`, field);
}

/** @param {Context} context */
function channelOf({ request }) {
	return /** @type {'email' | 'sms' | undefined} */ (request.query.get('channel') ?? undefined);
}

/** @type {Handler['handle']} */
function getCategories(context) {
	return {
		status: 200,
		body: {
			response_id: responseId(),
			type: 'subscription_category',
			data: activeCategories(context.config.categories, channelOf(context)),
		},
	};
}

/**
 * @param {string} type
 * @param {string} value
 * @param {Context} context
 * @returns {{ users: User[] } | { wrong: HttpResponse }}
 */
function findUsers(type, value, { operation, state, config }) {
	const found =
		type === 'email'
			? state.withEmail(value)
			: [type === 'uid' ? state.users.get(value) : state.withMoeId(value.replace(/^usr_/, ''))];
	const users = found.filter((user) => user !== undefined);
	if (users.length > 1 && !config.emailUnsubscribe) {
		return { wrong: example(operation, 'severalProfiles') };
	}
	if (users.length > 0) return { users };
	if (config.acceptAnyUser && type !== 'moe_user_id') {
		return { users: [state.ensure(value, type === 'email' ? value : null)] };
	}
	return { wrong: example(operation, 'userNotFound') };
}

/** @type {Handler['handle']} */
function getPreferences(context) {
	const { request, config } = context;
	const type = request.query.get('user_identifier_type') ?? '';
	const found = findUsers(type, request.query.get('user_identifier_value') ?? '', context);
	if ('wrong' in found) return found.wrong;
	const user = /** @type {User} */ (found.users[0]);
	const categories = activeCategories(config.categories, channelOf(context)).map((category) => ({
		name: category.name,
		display_name: category.display_name,
		channel: category.channel,
		group: category.group,
		status:
			(user.categories.get(category.name) ?? config.defaultSubscribed)
				? 'subscribed'
				: 'unsubscribed',
	}));
	return {
		status: 200,
		body: {
			response_id: responseId(),
			type: 'subscription_preference',
			data: {
				user_id: USER_ID_PREFIX + user.moeUserId,
				is_globally_unsubscribed: user.unsubscribed,
				categories,
			},
		},
	};
}

/**
 * @param {Update} update
 * @param {Context} context
 * @returns {HttpResponse | null} names each category that isn't active
 */
function checkCategories({ is_globally_unsubscribed: all, channel, categories }, context) {
	const { operation, config } = context;
	const active = activeNames(config.categories, channel ?? 'email');
	const unknown = Object.keys(categories ?? {}).filter((name) => !active.has(name));
	if (all || unknown.length === 0) return null;
	const response = example(operation, 'unknownCategory');
	const { error } = /** @type {{ error: Record<string, unknown> }} */ (response.body);
	error.details = unknown.map((name) => ({
		code: error.code,
		target: `categories.${name}`,
		message: `${name} is not an active category`,
	}));
	return response;
}

/** @type {Handler['handle']} */
function updatePreferences(context) {
	const { operation, request, config, state, later } = context;
	const update = /** @type {Update} */ (request.body);
	const wrong = checkCategories(update, context);
	if (wrong !== null) return wrong;
	const key = headerText(request.headers['idempotency-key']).toLowerCase();
	const fingerprint = createHash('sha256').update(request.text).digest('hex');
	const before = state.idempotency.get(key);
	if (before !== undefined) {
		// A retry gets the first response again and changes nothing.
		if (before.fingerprint === fingerprint) return before.response;
		return example(operation, 'idempotencyKeyReused');
	}
	const found = findUsers(update.user_identifier_type, update.user_identifier_value, context);
	if ('wrong' in found) return found.wrong;
	later(() => {
		const active = activeNames(config.categories, update.channel ?? 'email');
		for (const user of found.users) {
			user.changes++;
			user.unsubscribed = update.is_globally_unsubscribed;
			if (!user.unsubscribed) applyCategories(user, update.categories ?? {}, active);
		}
	});
	const response = example(operation, 'success');
	state.idempotency.set(key, { fingerprint, response });
	return response;
}

/** @type {Record<string, Handler>} */
export const v5Handlers = {
	v5Categories: { users: () => [], invalid, handle: getCategories },
	v5GetPreferences: {
		users: ({ query }) => query.getAll('user_identifier_value'),
		invalid,
		handle: getPreferences,
	},
	v5UpdatePreferences: {
		users: ({ body }) =>
			isRecord(body) && typeof body.user_identifier_value === 'string'
				? [body.user_identifier_value]
				: [],
		invalid,
		handle: updatePreferences,
	},
};
