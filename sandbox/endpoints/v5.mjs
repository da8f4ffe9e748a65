/**
 * v5, server to server: the category catalogue, a user's preferences, and their update.
 * 100 requests a minute each, 360,000 a day.
 *
 * @typedef {import('./index.mjs').Endpoint} Endpoint
 * @typedef {import('./index.mjs').Answer} Answer
 */
import { createHash } from 'node:crypto';
import { activeCategories, activeNames } from '../catalogue.mjs';
import { headerText } from '../auth.mjs';
import { isRecord, isText, responseId } from '../http.mjs';
import { applyCategories } from '../state.mjs';
import { problem, v5Family } from './v5-family.mjs';
import { checkUpdate } from './v5-update.mjs';

/**
 * @param {unknown} channel
 * @returns {channel is 'email' | 'sms' | undefined | null}
 */
function isChannel(channel) {
	return channel === undefined || channel === null || channel === 'email' || channel === 'sms';
}

const BAD_CHANNEL = problem(400, 'channel has to be email or sms', 'channel');

/** @type {Endpoint['handle']} */
function getCategories({ call, config }) {
	const channel = call.query.get('channel');
	if (!isChannel(channel)) return BAD_CHANNEL;
	return {
		status: 200,
		body: {
			response_id: responseId(),
			type: 'subscription_categories',
			data: activeCategories(config.categories, channel ?? undefined),
		},
	};
}

/**
 * @param {unknown} type
 * @param {unknown} value
 * @param {import('./index.mjs').Context} context
 * @returns {{ user: import('../state.mjs').User } | { wrong: Answer }}
 */
function findUser(type, value, { state, config }) {
	if (type !== 'moe_user_id' && type !== 'uid' && type !== 'email') {
		const words = 'user_identifier_type has to be moe_user_id, uid or email';
		return { wrong: problem(400, words, 'user_identifier_type') };
	}
	if (!isText(value)) {
		const words = 'user_identifier_value is required';
		return { wrong: problem(400, words, 'user_identifier_value') };
	}
	const found =
		type === 'email'
			? state.withEmail(value)
			: [type === 'uid' ? state.users.get(value) : state.withMoeId(value)];
	if (found.length > 1) {
		return { wrong: problem(409, 'Several users have this address', 'user_identifier_value') };
	}
	const user = found[0];
	if (user !== undefined) return { user };
	if (config.acceptAnyUser && type !== 'moe_user_id') {
		return { user: state.ensure(value, type === 'email' ? value : null) };
	}
	return { wrong: problem(404, 'No user was found', 'user_identifier_value') };
}

/** @type {Endpoint['handle']} */
function getPreferences(context) {
	const { call, config } = context;
	const channel = call.query.get('channel');
	if (!isChannel(channel)) return BAD_CHANNEL;
	const type = call.query.get('user_identifier_type');
	const found = findUser(type, call.query.get('user_identifier_value'), context);
	if ('wrong' in found) return found.wrong;
	const { user } = found;
	const categories = activeCategories(config.categories, channel ?? undefined).map((category) => ({
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
			type: 'subscription_preferences',
			data: {
				user_id: user.customerId,
				is_globally_unsubscribed: user.unsubscribed,
				categories,
			},
		},
	};
}

/** @type {Endpoint['handle']} */
function updatePreferences(context) {
	const { call, config, state, later } = context;
	const key = headerText(call.headers['idempotency-key']).toLowerCase();
	const wrong = checkUpdate(key, call.body, config);
	if (wrong !== null) return wrong;
	const body = /** @type {import('./v5-update.mjs').Update} */ (call.body);
	const fingerprint = createHash('sha256').update(call.text).digest('hex');
	const before = state.idempotency.get(key);
	if (before !== undefined) {
		// A retry gets the first answer again and changes nothing.
		if (before.fingerprint === fingerprint) return before.answer;
		return problem(409, 'Idempotency-Key was used with another body', 'Idempotency-Key');
	}
	const found = findUser(body.user_identifier_type, body.user_identifier_value, context);
	if ('wrong' in found) return found.wrong;
	later(() => {
		found.user.changes++;
		found.user.unsubscribed = body.is_globally_unsubscribed;
		if (body.is_globally_unsubscribed) return;
		const active = activeNames(config.categories, body.channel ?? 'email');
		applyCategories(found.user, body.categories ?? {}, active);
	});
	const answer = {
		status: 202,
		body: {
			response_id: responseId(),
			type: 'subscription_preferences',
			data: { message: 'The request is accepted' },
		},
	};
	state.idempotency.set(key, { fingerprint, answer });
	return answer;
}

const common = {
	family: v5Family,
	limit: 100,
	dayLimit: 360_000,
	projectCode: true,
	basicAuth: true,
	needsSecret: false,
};

/** @type {Endpoint[]} */
export const v5Endpoints = [
	{
		...common,
		name: 'v5Categories',
		method: 'GET',
		path: '/v5/subscription-categories',
		users: () => [],
		handle: getCategories,
	},
	{
		...common,
		name: 'v5GetPreferences',
		method: 'GET',
		path: '/v5/subscription-preferences',
		users: ({ query }) => query.getAll('user_identifier_value'),
		handle: getPreferences,
	},
	{
		...common,
		name: 'v5UpdatePreferences',
		method: 'PATCH',
		path: '/v5/subscription-preferences',
		users: ({ body }) =>
			isRecord(body) && isText(body.user_identifier_value) ? [body.user_identifier_value] : [],
		handle: updatePreferences,
	},
];
