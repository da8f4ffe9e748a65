// A point about bulk resubscribe. Its result can't be read, and the request names no existing user.
import { randomUUID } from 'node:crypto';
import { messageOf } from './client.mts';
import { RESUBSCRIBE, type Check } from './reading.mts';

/** Resubscribes an email address that no user has, without `update_esp`. */
export const updateEsp: Check = async ({ call, settings }) => {
	const point = 'update_esp left out';
	const expected = 'accepted or rejected; the node always sends it';
	const email = settings.suppressedEmail || `${randomUUID()}@unknown.example.com`;
	const data = { recipients: [email], esp: 'SENDGRID', request_id: randomUUID() };
	const response = await call('POST', RESUBSCRIBE, { data });
	if (response.status === 403)
		return [{ point, expected, found: 'the bulk resubscribe API is off' }];
	const isAccepted = response.status === 202;
	const advice =
		settings.suppressedEmail === ''
			? 'set MOENGAGE_SUPPRESSED_EMAIL to see whether it counts as true'
			: "it counts as true if SendGrid's suppression list no longer has the email address";
	const found = isAccepted ? `accepted; ${advice}` : messageOf(response, settings);
	return [{ point, expected, found, fits: isAccepted || response.status === 400 }];
};
