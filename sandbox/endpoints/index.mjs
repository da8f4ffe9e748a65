/**
 * The operations of the document, each with the code that carries it out.
 *
 * @typedef {import('../http.mjs').HttpRequest} HttpRequest
 * @typedef {import('../http.mjs').HttpResponse} HttpResponse
 * @typedef {import('../contract.mjs').Operation} Operation
 * @typedef {import('../contract.mjs').Violation} Violation
 *
 * @typedef {object} Context
 * @property {Operation} operation
 * @property {HttpRequest} request one that the document allows
 * @property {import('../config.mjs').Config} config
 * @property {import('../state.mjs').WorkspaceState} state
 * @property {(change: () => void) => void} later makes an asynchronous change
 *
 * @typedef {object} Handler
 * @property {(request: HttpRequest) => string[]} users customer IDs and email addresses in the request
 * @property {(operation: Operation, violation: Violation) => HttpResponse} invalid the response to a
 *   request that the document doesn't allow
 * @property {(context: Context) => HttpResponse} handle checks what the document can't express, applies
 *   the change, returns the response
 *
 * @typedef {Operation & Handler} Endpoint
 */
import { NOT_FOUND, OPERATIONS } from '../contract.mjs';
import { example } from '../errors.mjs';
import { authenticationHandlers } from './authentication.mjs';
import { optInHandlers } from './opt-in.mjs';
import { preferenceHandlers } from './preferences.mjs';
import { resubscribeHandlers } from './resubscribe.mjs';
import { v5Handlers } from './v5.mjs';

/** @type {Record<string, Handler>} by operation name */
const HANDLERS = {
	...preferenceHandlers,
	...optInHandlers,
	...resubscribeHandlers,
	...authenticationHandlers,
	...v5Handlers,
};

/** @type {readonly Endpoint[]} */
export const ENDPOINTS = OPERATIONS.map((operation) => {
	const handler = HANDLERS[operation.name];
	if (handler === undefined) throw new Error(`Nothing carries out ${operation.name}`);
	return { ...operation, ...handler };
});

/**
 * @typedef {object} Unmatched
 * @property {null} endpoint
 * @property {Operation | null} operation whose path it is
 * @property {HttpResponse} response
 * @property {Operation['validateResponse']} validateResponse
 *
 * @param {string} method
 * @param {string} path
 * @returns {{ endpoint: Endpoint } | Unmatched}
 */
export function route(method, path) {
	const samePath = ENDPOINTS.filter((endpoint) => endpoint.path === path);
	const endpoint = samePath.find((candidate) => candidate.method === method);
	if (endpoint !== undefined) return { endpoint };
	// Only resubscribe documents 405; elsewhere another method finds nothing.
	const operation = samePath.find(({ examples }) => examples.has('methodNotAllowed'));
	if (operation === undefined) return { endpoint: null, operation: null, ...NOT_FOUND };
	const response = example(operation, 'methodNotAllowed');
	return { endpoint: null, operation, response, validateResponse: operation.validateResponse };
}
