/** The errors that the node shows for responses, for docs/errors.md. */
import { endpoints } from '../../nodes/MoEngageSubscription/api/endpoints';
import { LOST, NEVER_CONNECTED } from '../../nodes/MoEngageSubscription/api/networkFault';
import { errors, STATUSES, type Reason } from '../../nodes/MoEngageSubscription/api/errors';
import { writeResponse } from '../../nodes/MoEngageSubscription/api/schemas';
import { verdict } from '../../nodes/MoEngageSubscription/api/verdict';
import { errorOf, failureOf } from '../../nodes/MoEngageSubscription/execution/itemResult';

/** Placeholder for a message from MoEngage, n8n, or the system. */
export const MESSAGE = '…';

export const rejected = (reason: Reason) => errorOf({ status: 'rejected', reason });
export const notSent = (reason: Reason) => errorOf({ status: 'notSent', reason });

/** Returns the error that the node shows for a response. */
function errorFor(
	status: number,
	body: unknown,
	endpoint = endpoints.bulkUpdatePreferences,
	isSingle = true,
): Reason {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const headers = { location: 'https://elsewhere.example/' };
	const context = {
		endpoint,
		schema: writeResponse,
		people: [],
		isSingle,
		secrets: [],
		now: 0,
	};
	const found = verdict({ status, headers, body: text }, context);
	switch (found.kind) {
		case 'delivered':
		case 'throttled':
			throw new Error(`No error: ${status}`);
		case 'fatal':
			return notSent(found.reason);
		case 'transient':
			return unconfirmed(found.reason);
		case 'rejected':
			return found.ambiguous ? unconfirmed(found.reason) : rejected(found.reason);
	}
}

/** An error body that names a field. */
function about(target: string) {
	return { error: { message: MESSAGE, details: { target } } };
}

export function responseErrors(): Array<[string, Reason]> {
	const body = { message: MESSAGE };
	const v5 = endpoints.getPreferencesByUser;
	return [
		['400 or 422', errorFor(400, body)],
		['400, about a category', errorFor(400, { message: 'Invalid category' })],
		['400, about the project code', errorFor(400, { title: 'MOE-PROJECT-CODE' })],
		['400, about the app key', errorFor(400, { title: 'Internal App Key' })],
		['400, about headers', errorFor(400, { error: { err_code: 'HeaderMismatch' } })],
		['403, by the firewall', errorFor(403, { error: 'IP Validation Required' })],
		['403, without the scope', errorFor(403, { error: { code: 'Forbidden' } })],
		[
			'403 of Email Opt-In, without the feature',
			errorFor(403, { error: { target: 'Email Opt-in Management' } }, endpoints.updateOptIn),
		],
		['413, 414 or 431, for one item', errorFor(413, body)],
		['413, 414 or 431, for a batch', errorFor(413, body, endpoints.bulkUpdatePreferences, false)],
		...STATUSES.map((status): [string, Reason] => [String(status), errorFor(status, body)]),
		...[404, 409].map((status): [string, Reason] => [
			`${status} of a \`/v5/\` API, about the user`,
			errorFor(status, about('user_identifier_value'), v5),
		]),
		...[
			['no such user, or none given', 'customer_id or email_id'],
			['the customer ID is missing or not text', 'customer_id'],
			['about a category', 'categories'],
			['about the opt-in status', 'opt_in_status'],
			['about a key it does not know', "['key']"],
		].map(([fault, target = '']): [string, Reason] => [
			`400 of Email Opt-In, ${fault}`,
			errorFor(400, about(target), endpoints.updateOptIn),
		]),
		['any other 4xx', errorFor(418, body)],
		['3xx', errorFor(307, '')],
		['5xx', errorFor(500, body)],
		['2xx with a rejection in its body', errorFor(200, { title: MESSAGE })],
		["2xx with a body that isn't MoEngage's", errorFor(200, '<html></html>')],
		['larger than 2 MB', unconfirmed(errors.tooLarge(200))],
		['none in time', unconfirmed(errors.timedOut(30_000))],
		...[...faults().entries()].map(([fault, codes]): [string, Reason] => [
			`none: ${codes.map((code) => `\`${code}\``).join(', ')}`,
			notSent(errors.unreachable(fault, codes[0])),
		]),
		['none: anything else', unconfirmed(errors.unreachable(LOST))],
		['none: the user stopped the workflow', unconfirmed(errors.stopped())],
		['none in time, then 400', unconfirmed(errors.timedOut(30_000), errors.rejected(400, MESSAGE))],
	];
}

/** The system's error codes, by fault. */
function faults(): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [code, meaning] of Object.entries(NEVER_CONNECTED))
		found.set(meaning, [...(found.get(meaning) ?? []), code]);
	return found;
}

function unconfirmed(reason: Reason, rejection?: Reason): Reason {
	return errorOf(failureOf({ status: 'unconfirmed', reason, rejection, batch: 1, attempts: 4 }));
}
