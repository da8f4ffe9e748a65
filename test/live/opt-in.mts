// Points about the email opt-in API. Its status can't be read, so no request here can change one.
import { randomUUID } from 'node:crypto';
import { messageOf } from './client.mts';
import { OPT_IN, type Check, type Context } from './reading.mts';

/** Targets of the documented 400s. */
const USER_NOT_FOUND = 'customer_id or email_id';
const CUSTOMER_ID_REQUIRED = 'customer_id';

/** With an email address that no user has. */
async function ask({ call }: Context, user: object) {
	const email = `${randomUUID()}@unknown.example.com`;
	const preferences = { ...user, email_id: email, channel: 'email' };
	const response = await call('PUT', OPT_IN, { data: { user_preferences: preferences } });
	return { response, target: response.data?.error?.details?.target };
}

export const emailUnsubscribe: Check = async (context) => {
	const point = 'email-based unsubscribe';
	const expected = 'on or off; off rejects an email address alone';
	const { response, target } = await ask(context, { opt_in_status: 'OPT_IN_PENDING' });
	if (response.status === 403) return [{ point, expected, found: 'the email opt-in API is off' }];
	if (target === USER_NOT_FOUND) return [{ point, expected, found: 'on', fits: true }];
	const off = target === CUSTOMER_ID_REQUIRED;
	const message = messageOf(response, context.settings);
	return [{ point, expected, found: off ? `off: ${message}` : message, fits: off }];
};

export const carryForward: Check = async (context) => {
	const point = 'email and customer ID in opt-in';
	const expected = 'either wins; the panel explains both';
	const { customerId, optInStatus } = context.settings;
	if (optInStatus === '') return [{ point, expected, found: 'set MOENGAGE_TEST_OPT_IN_STATUS' }];
	// The customer ID alone finds the test user, whose status stays the same.
	const { response, target } = await ask(context, {
		customer_id: customerId,
		opt_in_status: optInStatus,
	});
	if (response.status === 403) return [{ point, expected, found: 'the email opt-in API is off' }];
	if (response.status === 200) {
		return [{ point, expected, found: 'the customer ID wins', fits: true }];
	}
	const byEmail = target === USER_NOT_FOUND;
	const found = byEmail ? 'the email wins' : messageOf(response, context.settings);
	return [{ point, expected, found, fits: byEmail }];
};
