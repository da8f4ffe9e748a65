// Points that need a change to the test user. The caller restores it.
import { UserError } from '../harness/log.mts';
import { messageOf, type HttpResponse } from './client.mts';
import { bulkRoute, landingRoute, type Route } from './routes.mts';
import { readUntil, type Preferences } from './user.mts';
import type { Check, Context, Finding } from './reading.mts';

async function present({ call, settings, user }: Context) {
	if (user === null) throw new TypeError("The test user can't be read");
	const { categories } = await user.read(call);
	const name = settings.category || Object.keys(categories)[0] || '';
	const value = categories[name];
	if (value === undefined)
		throw new UserError("MOENGAGE_CATEGORY isn't an active category of the user");
	return { user, categories, name, value };
}

export const bodyKey: Check = async (context) => {
	const { call, settings, signal } = context;
	const { user, name, value } = await present(context);
	const response = await bulkRoute(context).write({ categories: { [name]: !value } });
	const now = await readUntil(
		user,
		call,
		({ categories }) => categories[name] === !value,
		settings.waitMs,
		signal,
	);
	const accepted = now.categories[name] === !value;
	const found =
		response.status !== 200
			? messageOf(response, settings)
			: accepted
				? 'accepted'
				: 'not accepted';
	return [
		{
			point: 'body key user_preferences',
			expected: 'accepted',
			found,
			fits: accepted && response.status === 200,
		},
	];
};

export const inactiveCategory: Check = async (context) => {
	const point = 'inactive category';
	const expected = 'left out, or the item rejected with 400';
	const { inactiveCategory: name } = context.settings;
	if (name === '') return [{ point, expected, found: 'set MOENGAGE_INACTIVE_CATEGORY' }];
	const { categories, name: own, value } = await present(context);
	if (Object.hasOwn(categories, name)) return [{ point, expected, found: 'it is active' }];
	const response = await bulkRoute(context).write({ categories: { [own]: value, [name]: true } });
	const found =
		response.status === 200 ? 'left out silently' : messageOf(response, context.settings);
	return [{ point, expected, found, fits: response.status === 200 || response.status === 400 }];
};

/** Changes a user that nothing restores, so only with an ID from the settings. */
async function otherUser(
	context: Context,
	point: string,
	[variable, customerId]: [variable: string, customerId: string],
): Promise<Finding[]> {
	const expected = 'accepted, or the item rejected with 400';
	if (customerId === '') return [{ point, expected, found: `set ${variable}` }];
	const { name, value } = await present(context);
	const response = await bulkRoute(context, customerId).write({ categories: { [name]: value } });
	return [{ point, expected, ...acceptance(context, response) }];
}

/** Both are handled: a rejected change is found in its batch, and the others are sent. */
function acceptance({ settings }: Context, response: HttpResponse) {
	const found = response.status === 200 ? 'accepted' : messageOf(response, settings);
	return { found, fits: response.status === 200 || response.status === 400 };
}

export const unknownUser: Check = async (context) =>
	await otherUser(context, 'unknown user, bulk update', [
		'MOENGAGE_UNKNOWN_CUSTOMER_ID',
		context.settings.unknownCustomerId,
	]);

export const placeholderId: Check = async (context) =>
	await otherUser(context, 'customer ID that the Data API rejects', [
		'MOENGAGE_PLACEHOLDER_CUSTOMER_ID',
		context.settings.placeholderCustomerId,
	]);

/** Runs a check for both routes; `check` returns the points of one of them. */
async function viaBoth(
	context: Context,
	points: ReadonlyArray<{ point: string; expected: string }>,
	check: (route: Route) => Promise<Finding[]>,
): Promise<Finding[]> {
	const { user } = await present(context);
	const route = await landingRoute(context, user);
	const findings = await check(bulkRoute(context));
	if (typeof route !== 'string') return [...findings, ...(await check(route))];
	const skipped = points.map(({ point, expected }) => ({
		point: `PUT: ${point}`,
		expected,
		found: route,
	}));
	return [...findings, ...skipped];
}

export const falseAfterTrue: Check = async (context) => {
	const point = 'unsubscribe_all false after true';
	const expected = 'lifts it or not; never sent on its own';
	return await viaBoth(context, [{ point, expected }], async (route) => [
		{ point: route.prefix + point, expected, ...(await lifting(context, route)) },
	]);
};

async function lifting(
	context: Context,
	{ write }: Route,
): Promise<Pick<Finding, 'found' | 'fits'>> {
	const { call, settings, signal } = context;
	const { user, categories, name, value } = await present(context);
	if (user.way !== 'v5') return { found: 'can only be read via v5' };
	await write({ categories, unsubscribeAll: true });
	const gone = (now: Preferences) => now.globally === true;
	const after = await readUntil(user, call, gone, settings.waitMs, signal);
	if (!gone(after)) return { found: 'v5 did not show true in time' };
	const response = await write({ categories: { ...categories, [name]: !value } });
	if (response.status !== 200) return { found: messageOf(response, settings) };
	const back = (now: Preferences) => now.globally === false;
	const last = await readUntil(user, call, back, settings.waitMs, signal);
	// The next point needs a user who isn't unsubscribed.
	if (!back(last)) await user.write(call, { categories, globally: false });
	return { found: back(last) ? 'lifts it' : 'does not lift it', fits: true };
}

export const emptyCategories: Check = async (context) => {
	const expected = 'accepted, or the item rejected with 400';
	const points = ['empty categories', 'empty categories, unsubscribe_all'];
	const all = points.map((point) => ({ point, expected }));
	return await viaBoth(context, all, async ({ prefix, write }) => {
		const findings: Finding[] = [];
		for (const [index, { point }] of all.entries()) {
			const unsubscribeAll = index === 1;
			// Only v5 can lift the unsubscribe from all again.
			if (unsubscribeAll && context.user?.way !== 'v5') {
				findings.push({ point: prefix + point, expected, found: 'needs v5' });
				continue;
			}
			const response = await write({ categories: {}, unsubscribeAll });
			findings.push({ point: prefix + point, expected, ...acceptance(context, response) });
		}
		return findings;
	});
};
