/** The operations of the document, each with the code that carries it out. */
import { NOT_FOUND, OPERATIONS, type Operation } from '../contract.mts';
import { example } from '../errors.mts';
import { authenticationHandlers } from './authentication.mts';
import { optInHandlers } from './opt-in.mts';
import { preferenceHandlers } from './preferences.mts';
import { resubscribeHandlers } from './resubscribe.mts';
import { v5Handlers } from './v5.mts';
import type { HttpResponse } from '../http.mts';
import type { Handler } from './handler.mts';

export type Endpoint = Operation & Handler;

/** By operation name. */
const HANDLERS: Record<string, Handler> = {
	...preferenceHandlers,
	...optInHandlers,
	...resubscribeHandlers,
	...authenticationHandlers,
	...v5Handlers,
};

const ENDPOINTS: readonly Endpoint[] = OPERATIONS.map((operation) => {
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
