/**
 * The operations of the document, each with the code that carries it out.
 *
 * @typedef {import('../http.mts').HttpRequest} HttpRequest
 * @typedef {import('../http.mts').HttpResponse} HttpResponse
 * @typedef {import('../contract.mts').Operation} Operation
 * @typedef {import('../contract.mts').Violation} Violation
 *
 * @typedef {object} Context
 * @property {Operation} operation
 * @property {HttpRequest} request one that the document allows
 * @property {import('../config.mts').Config} config
 * @property {import('../state.mts').WorkspaceState} state
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
import { NOT_FOUND, OPERATIONS } from '../contract.mts';
import { example } from '../errors.mts';
import { authenticationHandlers } from './authentication.mts';
import { optInHandlers } from './opt-in.mts';
import { preferenceHandlers } from './preferences.mts';
import { resubscribeHandlers } from './resubscribe.mts';
import { v5Handlers } from './v5.mts';

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
