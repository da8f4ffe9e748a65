/**
 * Category preferences: read and written by the encrypted IDs of a landing page link, and in bulk by
 * customer ID.
 */
import { activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { recordChange } from '../events/record.mts';
import { isRecord, type HttpRequest, type HttpResponse } from '../http.mts';
import { applyPreferences, type Preferences, type User } from '../state.mts';
import type { Config } from '../config.mts';
import type { Context, Handler } from './handler.mts';
import type { Operation, Violation } from '../contract.mts';

const INVALID_PARAMS = 'Invalid Params Received';

function invalid(operation: Operation, { where, path, keyword, message }: Violation): HttpResponse {
	if (where === 'query') return example(operation, 'rejected', INVALID_PARAMS);
	if (keyword === 'maxItems') return example(operation, 'payloadLimit');
	if (keyword === 'required' && /(^|\/)categories$/.test(path)) {
		return example(operation, 'categoriesRequired');
	}
	return example(operation, 'rejected', `${path || where} ${message}`);
}

/** @returns the customer ID that the landing page's pair of IDs belongs to */
function landingCustomer({ request, config, state }: Context): string | null {
	const userId = request.query.get('user_id') ?? '';
	const cid = request.query.get('cid') ?? '';
	if (userId.trim() === '' || cid.trim() === '') return null;
	return state.linked(userId, cid) ?? (config.landingLinks === 'any' ? userId : null);
}

function getPreferences(context: Context): HttpResponse {
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

function lacksCategories(
	{ categories, unsubscribe_all: all }: Preferences,
	{ emptyCategories }: Config,
) {
	if (emptyCategories === 'accept' || Object.keys(categories).length > 0) return false;
	return emptyCategories === 'reject' || !all;
}

function updatePreferences(context: Context): HttpResponse {
	const { operation, request, config, state, raise } = context;
	const customerId = landingCustomer(context);
	if (customerId === null) return example(operation, 'rejected', INVALID_PARAMS);
	const preferences = request.body as Preferences;
	if (lacksCategories(preferences, config)) return example(operation, 'categoriesRequired');
	const user = state.ensure(customerId);
	raise(change(user, preferences, config));
	user.eventId = request.query.get('moe_event_id') ?? user.eventId;
	return example(operation, 'success');
}

function change(user: User, preferences: Preferences, { categories, falseClears }: Config) {
	const active = activeNames(categories, 'email');
	const named = Object.keys(preferences.categories).filter((name) => active.has(name));
	// "Unsubscribe from all" takes precedence, so the categories raise no event.
	const changed = preferences.unsubscribe_all ? [] : named;
	return recordChange(user, { categories: changed }, () =>
		applyPreferences(user, preferences, active, falseClears),
	);
}

/** All or nothing: nothing is applied before every entry has been checked. */
function bulkUpdate({ operation, request, config, state, raise }: Context): HttpResponse {
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
	const known = entries.filter(
		({ customer_id: id }) => config.unknownUsers !== 'ignore' || state.users.has(id),
	);
	raise(known.flatMap((entry) => change(state.ensure(entry.customer_id), entry, config)));
	return example(operation, 'success');
}

function bulkEntries({ body }: HttpRequest): ({ customer_id: string } & Preferences)[] {
	return isRecord(body) && Array.isArray(body.user_preferences) ? body.user_preferences : [];
}

const landingUsers: Handler['users'] = ({ query }) => query.getAll('user_id');

export const preferenceHandlers: Record<string, Handler> = {
	getPreferences: { users: landingUsers, invalid, handle: getPreferences },
	updatePreferences: { users: landingUsers, invalid, handle: updatePreferences },
	bulkUpdate: {
		users: (request) => bulkEntries(request).map((entry) => String(entry?.customer_id ?? '')),
		invalid,
		handle: bulkUpdate,
	},
};
