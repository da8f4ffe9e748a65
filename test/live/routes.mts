// The two ways to change the test user's categories via v1: bulk update, and the landing page link.
import type { HttpResponse } from './client.mts';
import type { Context } from './reading.mts';
import { readUntil, V1, type TestUser } from './user.mts';

interface Change {
	categories: Record<string, boolean>;
	unsubscribeAll?: boolean;
}

export interface Route {
	/** Put in front of the names of points; empty for bulk update. */
	prefix: string;
	write: (change: Change) => Promise<HttpResponse>;
}

export function bulkRoute({ call, settings }: Context, customerId = settings.customerId): Route {
	return {
		prefix: '',
		write: ({ categories, unsubscribeAll = false }) => {
			const user = { customer_id: customerId, categories, unsubscribe_all: unsubscribeAll };
			return call('POST', V1, { data: { channel: 'email', user_preferences: [user] } });
		},
	};
}

/**
 * Returns the route via the landing page link, or why it can't be used. A link of another user would
 * change that user, and nothing would restore it.
 */
export async function landingRoute(context: Context, user: TestUser): Promise<Route | string> {
	const { call, settings } = context;
	const { landing } = settings;
	if (landing === null) return 'set MOENGAGE_LANDING_PAGE_URL';
	if (!(await isOwnLink(context, user))) return "the landing page isn't the test user's";
	return {
		prefix: 'PUT: ',
		write: ({ categories, unsubscribeAll = false }) =>
			call('PUT', V1, { params: landing, data: { categories, unsubscribe_all: unsubscribeAll } }),
	};
}

/** Switches each category of the user, and checks that the link's user changes in the same way. */
async function isOwnLink(context: Context, user: TestUser): Promise<boolean> {
	const { call, settings, signal } = context;
	const read = async () => {
		const { status, data } = await call('GET', V1, { params: settings.landing });
		return { categories: status === 200 ? data.categories : {}, globally: undefined };
	};
	const { categories } = await user.read(call);
	const names = Object.keys(categories);
	const switched = Object.fromEntries(names.map((name) => [name, !categories[name]]));
	const { write } = bulkRoute(context);
	for (const wanted of [switched, categories]) {
		await write({ categories: wanted });
		const hasChanged = (now: { categories: Record<string, boolean> }) =>
			names.length > 0 && names.every((name) => now.categories[name] === wanted[name]);
		const link = { way: 'landing page' as const, read, write: user.write };
		const last = await readUntil(link, call, hasChanged, settings.waitMs, signal);
		if (!hasChanged(last)) return false;
	}
	return true;
}
