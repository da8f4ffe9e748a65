// Points that need a change to the test user. The caller restores it.
import { UserError } from '../harness/log.mts';
import { messageOf } from './client.mts';
import { readUntil, V1, type Preferences } from './user.mts';
import type { Check, Context } from './reading.mts';

function bulk(
	{ call, settings }: Context,
	categories: Record<string, boolean>,
	{ unsubscribeAll = false, customerId }: { unsubscribeAll?: boolean; customerId?: string } = {},
) {
	const user = {
		customer_id: customerId ?? settings.customerId,
		categories,
		unsubscribe_all: unsubscribeAll,
	};
	return call('POST', V1, { data: { channel: 'email', user_preferences: [user] } });
}

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
	const response = await bulk(context, { [name]: !value });
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
	const response = await bulk(context, { [own]: value, [name]: true });
	const found =
		response.status === 200 ? 'left out silently' : messageOf(response, context.settings);
	return [{ point, expected, found, fits: response.status === 200 || response.status === 400 }];
};

export const unknownUser: Check = async (context) => {
	const point = 'unknown user, bulk update';
	const expected = 'accepted, or the item rejected with 400';
	const { unknownCustomerId: customerId } = context.settings;
	if (customerId === '') return [{ point, expected, found: 'set MOENGAGE_UNKNOWN_CUSTOMER_ID' }];
	const { name, value } = await present(context);
	const response = await bulk(context, { [name]: value }, { customerId });
	const found = response.status === 200 ? 'accepted' : messageOf(response, context.settings);
	return [{ point, expected, found, fits: response.status === 200 || response.status === 400 }];
};

export const falseAfterTrue: Check = async (context) => {
	const point = 'unsubscribe_all false after true';
	const expected = 'lifts it or not; never sent on its own';
	const { call, settings, signal } = context;
	const { user, categories, name, value } = await present(context);
	if (user.way !== 'v5') return [{ point, expected, found: 'can only be read via v5' }];
	await bulk(context, categories, { unsubscribeAll: true });
	const gone = (now: Preferences) => now.globally === true;
	const after = await readUntil(user, call, gone, settings.waitMs, signal);
	if (!gone(after)) return [{ point, expected, found: 'v5 did not show true in time' }];
	const response = await bulk(context, { ...categories, [name]: !value });
	if (response.status !== 200) return [{ point, expected, found: messageOf(response, settings) }];
	const back = (now: Preferences) => now.globally === false;
	const last = await readUntil(user, call, back, settings.waitMs, signal);
	const found = back(last) ? 'lifts it' : 'does not lift it';
	return [{ point, expected, found, fits: true }];
};

export const emptyCategories: Check = async (context) => {
	const expected = 'accepted, or the item rejected with 400';
	const findings = [];
	for (const unsubscribeAll of [false, true]) {
		const point = `empty categories${unsubscribeAll ? ', unsubscribe_all' : ''}`;
		// Only v5 can lift the unsubscribe from all again.
		if (unsubscribeAll && context.user?.way !== 'v5') {
			findings.push({ point, expected, found: 'needs v5' });
			continue;
		}
		const response = await bulk(context, {}, { unsubscribeAll });
		const found = response.status === 200 ? 'accepted' : messageOf(response, context.settings);
		const fits = response.status === 200 || response.status === 400;
		findings.push({ point, expected, found, fits });
	}
	return findings;
};
