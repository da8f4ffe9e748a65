/** The operations of the document, each with the code that carries it out. */
import { NOT_FOUND, OPERATIONS, type Operation, type Violation } from '../contract.mts';
import { example } from '../errors.mts';
import { authenticationHandlers } from './authentication.mts';
import { optInHandlers } from './opt-in.mts';
import { preferenceHandlers } from './preferences.mts';
import { resubscribeHandlers } from './resubscribe.mts';
import { v5Handlers } from './v5.mts';
import type { Config } from '../config.mts';
import type { HttpRequest, HttpResponse } from '../http.mts';
import type { WorkspaceState } from '../state.mts';

export interface Context {
	operation: Operation;
	/** One that the document allows. */
	request: HttpRequest;
	config: Config;
	state: WorkspaceState;
	/** Makes an asynchronous change. */
	later: (change: () => void) => void;
}

export interface Handler {
	/** Customer IDs and email addresses in the request. */
	users: (request: HttpRequest) => string[];
	/** The response to a request that the document doesn't allow. */
	invalid: (operation: Operation, violation: Violation) => HttpResponse;
	/** Checks what the document can't express, applies the change, returns the response. */
	handle: (context: Context) => HttpResponse;
}

export type Endpoint = Operation & Handler;

/** By operation name. */
const HANDLERS: Record<string, Handler> = {
	...preferenceHandlers,
	...optInHandlers,
	...resubscribeHandlers,
	...authenticationHandlers,
	...v5Handlers,
};

export const ENDPOINTS: readonly Endpoint[] = OPERATIONS.map((operation) => {
	const handler = HANDLERS[operation.name];
	if (handler === undefined) throw new Error(`Nothing carries out ${operation.name}`);
	return { ...operation, ...handler };
});

export interface Unmatched {
	endpoint: null;
	/** Whose path it is. */
	operation: Operation | null;
	response: HttpResponse;
	validateResponse: Operation['validateResponse'];
}

export function route(method: string, path: string): { endpoint: Endpoint } | Unmatched {
	const samePath = ENDPOINTS.filter((endpoint) => endpoint.path === path);
	const endpoint = samePath.find((candidate) => candidate.method === method);
	if (endpoint !== undefined) return { endpoint };
	// Only resubscribe documents 405; elsewhere another method finds nothing.
	const operation = samePath.find(({ examples }) => examples.has('methodNotAllowed'));
	if (operation === undefined) return { endpoint: null, operation: null, ...NOT_FOUND };
	const response = example(operation, 'methodNotAllowed');
	return { endpoint: null, operation, response, validateResponse: operation.validateResponse };
}
