/**
 * How the v5 endpoints say no.
 *
 * @typedef {import('./index.mjs').Answer} Answer
 */

/** @type {Record<number, [code: string, message: string]>} */
const WORDS = {
	400: ['BadArgument', 'The request is invalid'],
	401: ['Unauthorized', 'The credentials are missing or invalid'],
	403: ['Forbidden', 'This API is not enabled for the workspace'],
	404: ['NotFound', 'The requested resource was not found'],
	409: ['Conflict', 'The request conflicts with another one'],
	413: ['PayloadTooLarge', 'The request body is too large'],
	429: ['TooManyRequests', 'The rate limit for this URL has been exceeded'],
	500: ['InternalServerError', 'Something went wrong. Please contact the MoEngage team'],
};

/**
 * @param {number} status
 * @param {string} [message]
 * @param {string} [target] the field at fault
 * @returns {Answer}
 */
export function problem(status, message, target = 'request') {
	const [code, usual] = WORDS[status] ?? WORDS[status >= 500 ? 500 : 400] ?? ['', ''];
	return { status, body: { error: { code, message: message ?? usual, target } } };
}

/** @type {import('./index.mjs').Family} */
export const v5Family = {
	refuse: (status, message) => problem(status, message),
	auth: {
		missing: () => problem(401, undefined, 'Authorization'),
		wrong: () => problem(401, undefined, 'Authorization'),
		mismatch: () =>
			problem(401, 'MOE-APPKEY and the authorization name different workspaces', 'MOE-APPKEY'),
		noAppKey: () => problem(401, 'MOE-APPKEY is missing in the header', 'MOE-APPKEY'),
		noProjectCode: () => problem(400, 'MOE-PROJECT-CODE is missing or invalid', 'MOE-PROJECT-CODE'),
	},
	throttled: () => problem(429),
	switchedOff: () => problem(403),
};
