/** Email opt-in status of one user per request. */
import { activeNames } from '../categories.mts';
import { example } from '../errors.mts';
import { recordChange } from '../events/record.mts';
import { isRecord, type HttpResponse, type HttpRequest } from '../http.mts';
import { applyCategories } from '../state.mts';
import type { Context, Handler } from './handler.mts';
import type { Operation, Violation } from '../contract.mts';

interface OptIn {
	customer_id?: string;
	email_id?: string;
	opt_in_status: string;
	categories?: Record<string, boolean>;
}

/** The example for each invalid field. */
const EXAMPLES: Record<string, string> = {
	channel: 'invalidChannel',
	opt_in_status: 'invalidStatus',
	customer_id: 'customerIdType',
	categories: 'invalidCategories',
};

function invalid(operation: Operation, { path, keyword, message }: Violation): HttpResponse {
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
 */
function findUsers({ customer_id, email_id }: OptIn, { state, config }: Context) {
	const byId = customer_id !== undefined && (email_id === undefined || !config.carryForward);
	const known = byId ? state.users.get(customer_id) : undefined;
	const found = byId ? (known ? [known] : []) : state.withEmail(email_id ?? '');
	if (found.length > 0 || !config.acceptAnyUser) return found;
	return [state.ensure(customer_id ?? email_id ?? '', email_id)];
}

function optIn(context: Context): HttpResponse {
	const { operation, request, config } = context;
	const given = (request.body as { user_preferences: OptIn }).user_preferences;
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
		const changed = { optIn: true, categories: Object.keys(categories) };
		const events = recordChange(user, changed, () => {
			user.optInStatus = none ? 'OPTED_OUT' : given.opt_in_status;
			applyCategories(user, categories, active);
		});
		context.raise(events);
	}
	return example(operation, 'success');
}

function optInUsers({ body }: HttpRequest): string[] {
	const given = isRecord(body) && isRecord(body.user_preferences) ? body.user_preferences : {};
	return [given.customer_id, given.email_id].filter((id) => id !== undefined).map(String);
}

export const optInHandlers: Record<string, Handler> = {
	optIn: { users: optInUsers, invalid, handle: optIn },
};
