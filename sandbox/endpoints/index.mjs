/**
 * The endpoints, and what each of them has to say about itself.
 *
 * @typedef {import('../http.mjs').Answer} Answer
 * @typedef {import('../http.mjs').Call} Call
 *
 * @typedef {object} Context
 * @property {Call} call
 * @property {import('../config.mjs').Config} config
 * @property {import('../state.mjs').WorkspaceState} state
 * @property {(change: () => void) => void} later makes an asynchronous change
 *
 * @typedef {object} Family endpoints with one way of saying no
 * @property {(status: number, message?: string) => Answer} refuse any status in the family's shape
 * @property {Record<import('../auth.mjs').AuthProblem, () => Answer>} auth
 * @property {() => Answer} throttled
 * @property {() => Answer} switchedOff
 *
 * @typedef {object} Endpoint
 * @property {string} name as the control API calls it
 * @property {string} method
 * @property {string} path
 * @property {Family} family
 * @property {number | null} limit requests a minute; null: none published
 * @property {number | null} dayLimit requests a day
 * @property {boolean} projectCode MOE-PROJECT-CODE is required where the workspace has one
 * @property {boolean} basicAuth false: the body carries the credentials
 * @property {boolean} needsSecret answers 409 while the workspace has no API secret
 * @property {(call: Call) => string[]} users customer IDs and addresses that a request names
 * @property {(context: Context) => Answer} handle checks, applies, answers
 */
import { authenticationEndpoints } from './authentication.mjs';
import { optInEndpoints } from './opt-in.mjs';
import { preferenceEndpoints, preferenceFamily } from './preferences.mjs';
import { resubscribeEndpoints, resubscribeFamily } from './resubscribe.mjs';
import { v5Endpoints } from './v5.mjs';

/** @type {readonly Endpoint[]} */
export const ENDPOINTS = [
	...preferenceEndpoints,
	...optInEndpoints,
	...resubscribeEndpoints,
	...authenticationEndpoints,
	...v5Endpoints,
];

export const ENDPOINT_NAMES = ENDPOINTS.map((endpoint) => endpoint.name);

/**
 * @param {string} method
 * @param {string} path
 * @returns {{ endpoint: Endpoint } | { endpoint: null, answer: Answer }}
 */
export function route(method, path) {
	const samePath = ENDPOINTS.filter((endpoint) => endpoint.path === path);
	const endpoint = samePath.find((candidate) => candidate.method === method);
	if (endpoint !== undefined) return { endpoint };
	const family = samePath[0]?.family ?? preferenceFamily;
	// Only the resubscribe family documents 405; elsewhere a wrong method finds nothing.
	return { endpoint: null, answer: family.refuse(family === resubscribeFamily ? 405 : 404) };
}
