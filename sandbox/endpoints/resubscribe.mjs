/**
 * Bulk resubscribe: 10 requests a minute, 14,400 a day, at most 100 addresses a request. Answered
 * with 202 before anything is changed.
 *
 * @typedef {import('./index.mjs').Endpoint} Endpoint
 * @typedef {import('./index.mjs').Answer} Answer
 */
import { headerText } from '../auth.mjs';
import { isRecord, isText, responseId } from '../http.mjs';

const MAX_RECIPIENTS = 100;
const KEYS = ['recipients', 'esp', 'update_esp', 'request_id'];
const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/;

/** @type {Record<number, [code: string, message: string]>} */
const WORDS = {
	400: ['BadRequest', 'The request is invalid'],
	401: ['AuthenticationMissing', 'The authentication is missing or invalid'],
	403: ['Forbidden', 'Access to this API is not allowed'],
	404: ['NotFound', 'The requested URL was not found'],
	405: ['MethodNotAllowed', 'This method is not allowed for the requested URL'],
	413: ['PayloadTooLarge', 'The request body is too large'],
	415: ['UnsupportedMediaType', 'Content-Type has to be application/json'],
	429: ['TooManyRequests', 'The rate limit for this URL has been exceeded'],
	500: ['InternalServerError', 'Something went wrong. Please contact the MoEngage team'],
};

/**
 * @param {number} status
 * @param {string} [message]
 * @param {string} [code]
 * @returns {Answer}
 */
function problem(status, message, code) {
	const [usualCode, usualMessage] = WORDS[status] ?? WORDS[status >= 500 ? 500 : 400] ?? ['', ''];
	return {
		status,
		body: {
			response_id: responseId(),
			error: { message: message ?? usualMessage, err_code: code ?? usualCode },
		},
	};
}

/** @type {import('./index.mjs').Family} */
export const resubscribeFamily = {
	refuse: (status, message) => problem(status, message),
	auth: {
		missing: () => problem(401),
		wrong: () => problem(401),
		mismatch: () =>
			problem(401, 'MOE-APPKEY does not match the authorization header', 'HeaderMismatch'),
		noAppKey: () => problem(401, 'MOE-APPKEY is missing in the header', 'HeaderMismatch'),
		noProjectCode: () =>
			problem(400, 'MOE-PROJECT-CODE is missing or invalid', 'InvalidHeaderValue'),
	},
	throttled: () => problem(429),
	switchedOff: () => problem(403),
};

/**
 * @param {Record<string, unknown>} body
 * @param {import('../config.mjs').Config} config
 * @returns {Answer | null}
 */
function check(body, config) {
	const missing = ['recipients', 'esp', 'request_id'].find((key) => body[key] === undefined);
	if (missing !== undefined) return problem(400, `${missing} is required`);
	const extra = Object.keys(body).find((key) => !KEYS.includes(key));
	if (extra !== undefined) return problem(400, `${extra} is not a known field`);
	const { recipients, esp, update_esp: updateEsp, request_id: requestId } = body;
	if (!Array.isArray(recipients) || recipients.length === 0) {
		return problem(400, 'recipients has to be a list of addresses', 'InvalidFieldValue');
	}
	if (recipients.length > MAX_RECIPIENTS) {
		return problem(400, `Payload limit is set to ${MAX_RECIPIENTS}`);
	}
	if (!isText(esp)) return problem(400, 'esp has to be a text', 'InvalidFieldValue');
	if (!isText(requestId)) return problem(400, 'request_id has to be a text', 'InvalidFieldValue');
	if (updateEsp !== undefined && typeof updateEsp !== 'boolean') {
		return problem(400, 'update_esp has to be true or false', 'InvalidFieldValue');
	}
	if (esp !== 'SENDGRID' && config.otherEsp === 'reject') {
		return problem(400, `${esp} is not set up for this workspace`, 'InvalidSettings');
	}
	// One malformed address refuses the request.
	if (!recipients.every((address) => typeof address === 'string' && ADDRESS.test(address))) {
		return problem(400, 'recipients contains an invalid email address', 'InvalidInput');
	}
	return null;
}

/**
 * @param {import('../state.mjs').WorkspaceState} state
 * @param {{ recipients: string[], esp: string, update_esp?: boolean }} body
 */
function apply(state, body) {
	for (const address of body.recipients) {
		const key = address.toLowerCase();
		const updateEsp = body.update_esp ?? null;
		state.resubscriptions.set(key, {
			esp: body.esp,
			updateEsp,
			// Only SendGrid's list is reached; another ESP changes MoEngage's own flag alone.
			suppressionCleared: body.esp === 'SENDGRID' && updateEsp === true,
			times: (state.resubscriptions.get(key)?.times ?? 0) + 1,
		});
		for (const user of state.withEmail(address)) {
			user.resubscribed = true;
			user.unsubscribed = false;
			user.changes++;
		}
	}
}

/** @type {Endpoint['handle']} */
function resubscribe({ call, config, state, later }) {
	const type = headerText(call.headers['content-type']).split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') return problem(415);
	if (!isRecord(call.body)) return problem(400, 'The body has to be a JSON object');
	const wrong = check(call.body, config);
	if (wrong !== null) return wrong;
	const body =
		/** @type {{ recipients: string[], esp: string, update_esp?: boolean }} */
		(/** @type {unknown} */ (call.body));
	later(() => apply(state, body));
	return {
		status: 202,
		body: { message: 'The request is submitted successfully.', response_id: responseId() },
	};
}

/** @type {Endpoint[]} */
export const resubscribeEndpoints = [
	{
		name: 'resubscribe',
		method: 'POST',
		path: '/emails/v1.0/bulk-resubscribe',
		family: resubscribeFamily,
		limit: 10,
		dayLimit: 14_400,
		projectCode: true,
		basicAuth: true,
		needsSecret: false,
		users: ({ body }) =>
			isRecord(body) && Array.isArray(body.recipients) ? body.recipients.map(String) : [],
		handle: resubscribe,
	},
];
