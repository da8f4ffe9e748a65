/**
 * The credential test. The body carries the workspace ID and the key; Basic auth isn't looked at,
 * and no limit is published.
 *
 * @typedef {import('./index.mjs').Endpoint} Endpoint
 */
import { headerText } from '../auth.mjs';
import { isRecord, isText, responseId } from '../http.mjs';

/** @type {Record<number, [type: string, message: string]>} */
const WORDS = {
	400: ['BadRequest', 'The request is invalid'],
	401: ['Unauthorized', 'The app_id or app_secret is invalid'],
	403: ['Forbidden', 'Access to this API is not allowed'],
	429: ['TooManyRequests', 'The rate limit for this URL has been exceeded'],
	404: ['NotFound', 'The requested URL was not found'],
	500: ['InternalServerError', 'Please contact the MoEngage team'],
};

/** @type {import('./index.mjs').Family['refuse']} */
function refuse(status, message) {
	const [type, usual] = WORDS[status] ?? WORDS[status >= 500 ? 500 : 400] ?? ['', ''];
	return {
		status,
		body: {
			status: 'fail',
			error: { message: message ?? usual, type, request_id: responseId() },
		},
	};
}

const unauthorized = () => refuse(401);

/** @type {import('./index.mjs').Family} */
const authenticationFamily = {
	refuse,
	auth: {
		missing: unauthorized,
		wrong: unauthorized,
		mismatch: unauthorized,
		noAppKey: unauthorized,
		noProjectCode: unauthorized,
	},
	throttled: () => refuse(429),
	switchedOff: () => refuse(403),
};

/** @type {Endpoint['handle']} */
function authenticate({ call, config }) {
	const { body } = call;
	if (!isRecord(body)) return refuse(400, 'The body has to be a JSON object');
	const missing = ['app_id', 'app_secret', 'source', 'region'].find((key) => !isText(body[key]));
	if (missing !== undefined) return refuse(400, `${missing} is required`);
	if (headerText(call.headers['moe-appkey']) !== body.app_id) {
		return refuse(401, 'MOE-APPKEY is missing in the header or differs from app_id');
	}
	const known = config.workspaces.find(({ id }) => id === body.app_id);
	if (known?.apiKey !== body.app_secret) return unauthorized();
	return { status: 200, body: { status: 'success', app_name: `${known?.id} (sandbox)` } };
}

/** @type {Endpoint[]} */
export const authenticationEndpoints = [
	{
		name: 'authentication',
		method: 'POST',
		path: '/v1/integrations/authentication',
		family: authenticationFamily,
		limit: null,
		dayLimit: null,
		projectCode: false,
		basicAuth: false,
		needsSecret: false,
		users: () => [],
		handle: authenticate,
	},
];
