import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { writeResponse } from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../../nodes/MoEngageSubscription/api/verdict';

function adviceOf(status: number, body: unknown, endpoint = endpoints.updateOptIn): string {
	const response = { status, headers: {}, body: JSON.stringify(body) };
	const result = verdict(response, {
		endpoint,
		schema: writeResponse,
		people: [],
		isSingle: true,
		secrets: [],
		now: 0,
	});
	if (result.kind !== 'rejected') throw new Error(`not rejected: ${result.kind}`);
	return result.reason.description;
}

const optIn = (target: string, message = 'x') => ({
	error: { code: '400 Bad Request', message: 'Invalid', details: { target, message } },
});

describe('Email Opt-In', () => {
	it.each([
		['customer_id or email_id', /no user with the 'Customer ID' or 'Email'/],
		['customer_id', /Enter the 'Customer ID'.*unsubscribing by email/],
		['categories', /one category is unknown or inactive/],
		['channel', /newest version/],
		['opt_in_status', /newest version/],
		["['extra']", /newest version/],
		['something new', /^Fix the value MoEngage reported/],
	])('a rejection of %s has its own advice', (target, advice) => {
		expect(adviceOf(400, optIn(target))).toMatch(advice);
	});

	it('a body with nothing but a message has general advice', () => {
		expect(adviceOf(400, { message: 'Sentry check failed' })).toMatch(/^Fix the value/);
	});
});

describe('v5', () => {
	const v5 = (error: object) => ({ error: { code: 'BadArgument', message: 'Invalid', ...error } });
	const { updatePreferencesByUser: endpoint } = endpoints;

	it.each([
		[400, /matches the kind of ID/],
		[404, /no user with this ID or email address/],
		[409, /Several profiles/],
	])('a %i about the identifier has its own advice', (status, advice) => {
		expect(adviceOf(status, v5({ target: 'user_identifier_value' }), endpoint)).toMatch(advice);
	});

	it.each([
		['an object', { target: 'categories.Nwsletter', message: 'unknown' }],
		['a list', [{ target: 'categories.Nwsletter', message: 'unknown' }]],
	])('details as %s name the category', (_, details) => {
		const body = v5({ target: 'categories', details });
		expect(adviceOf(400, body, endpoint)).toMatch(/one category is unknown/);
	});

	it('too many event attributes have their limits as advice', () => {
		expect(adviceOf(400, v5({ target: 'event_attributes' }), endpoint)).toMatch(/up to 5/);
	});
});
