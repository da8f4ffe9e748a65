/** v5: the list of categories, a user's preferences, and their update. */
import { createHash } from 'node:crypto';
import { headerText } from '../auth.mts';
import { activeCategories, activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { recordChange } from '../events/record.mts';
import { isRecord, responseId, type HttpResponse } from '../http.mts';
import { applyCategories, type User } from '../state.mts';
import type { Context, Handler } from './handler.mts';
import type { Operation, Violation } from '../contract.mts';

interface Update {
	user_identifier_type: 'moe_user_id' | 'uid' | 'email';
	user_identifier_value: string;
	/** true: the categories are ignored */
	is_globally_unsubscribed: boolean;
	channel?: 'email' | 'sms';
	categories?: Record<string, boolean>;
	event_attributes?: Record<string, string>;
}

const USER_ID_PREFIX = 'usr_';

/** The example for each invalid field. */
const EXAMPLES: Record<string, string> = {
	channel: 'invalidChannel',
	user_identifier_type: 'invalidIdentifier',
	user_identifier_value: 'invalidIdentifier',
	event_attributes: 'invalidEventAttributes',
};

function invalid(operation: Operation, { where, path, message }: Violation): HttpResponse {
	if (where === 'header') {
		return example(operation, 'rejected', `Idempotency-Key ${message}`, 'Idempotency-Key');
	}
	const field = path.split('/')[0] || where;
	return example(operation, EXAMPLES[field] ?? 'rejected', `${path || where} ${message}`, field);
}

function channelOf({ request }: Context) {
	return (request.query.get('channel') ?? undefined) as 'email' | 'sms' | undefined;
}

function getCategories(context: Context): HttpResponse {
	return {
		status: 200,
		body: {
			response_id: responseId(),
			type: 'subscription_category',
			data: activeCategories(context.config.categories, channelOf(context)),
		},
	};
}

function findUsers(
	type: string,
	value: string,
	{ operation, state, config }: Context,
): { users: User[] } | { wrong: HttpResponse } {
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

function getPreferences(context: Context): HttpResponse {
	const { request, config } = context;
	const type = request.query.get('user_identifier_type') ?? '';
	const found = findUsers(type, request.query.get('user_identifier_value') ?? '', context);
	if ('wrong' in found) return found.wrong;
	const user = found.users[0];
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

/** @returns names each category that isn't active */
function checkCategories(
	{ is_globally_unsubscribed: all, channel, categories }: Update,
	context: Context,
): HttpResponse | null {
	const { operation, config } = context;
	const active = activeNames(config.categories, channel ?? 'email');
	const unknown = Object.keys(categories ?? {}).filter((name) => !active.has(name));
	if (all || unknown.length === 0) return null;
	const response = example(operation, 'unknownCategory');
	const { error } = response.body as { error: Record<string, unknown> };
	error.details = unknown.map((name) => ({
		code: error.code,
		target: `categories.${name}`,
		message: `${name} is not an active category`,
	}));
	return response;
}

function updatePreferences(context: Context): HttpResponse {
	const { operation, request, config, state, later, raise } = context;
	const update = request.body as Update;
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
			const all = update.is_globally_unsubscribed;
			const changed = {
				categories: all ? [] : Object.keys(update.categories ?? {}),
				attributes: update.event_attributes,
				silent: update.channel === 'sms',
			};
			const events = recordChange(user, changed, () => {
				user.unsubscribed = all;
				if (!all) applyCategories(user, update.categories ?? {}, active);
			});
			raise(events);
		}
	});
	const response = example(operation, 'success');
	state.idempotency.set(key, { fingerprint, response });
	return response;
}

export const v5Handlers: Record<string, Handler> = {
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
