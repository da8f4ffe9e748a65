/** Responses from the examples of openapi.yaml, by name or by status. */
import { isRecord, responseId, type HttpResponse } from './http.mts';
import type { Operation } from './contract.mts';

/** @param target the field that is wrong */
function fillIn(body: unknown, message: string | undefined, target: string | undefined) {
	if (!isRecord(body)) return;
	const error = isRecord(body.error) ? body.error : undefined;
	if ('response_id' in body) body.response_id = responseId();
	if (error !== undefined && 'request_id' in error) error.request_id = responseId();
	const details = isRecord(error?.details) ? error.details : undefined;
	if (message !== undefined) {
		if (details !== undefined) details.message = message;
		else if (error !== undefined) error.message = message;
		else body['description' in body ? 'description' : 'message'] = message;
	}
	if (target !== undefined) Object.assign(details ?? error ?? {}, { target });
}

/** @returns a copy */
function filledIn(response: HttpResponse, message?: string, target?: string): HttpResponse {
	const copy = structuredClone(response);
	fillIn(copy.body, message, target);
	return copy;
}

/**
 * @param message in place of the example's
 * @param target in place of the example's
 */
export function example(
	operation: Operation,
	name: string,
	message?: string,
	target?: string,
): HttpResponse {
	const found = operation.examples.get(name);
	if (found === undefined) throw new Error(`${operation.name} has no example "${name}"`);
	return filledIn(found, message, target);
}

/**
 * Any status in the shape of the operation: its first example of the status, or else the body of its
 * generic rejection or server error.
 *
 * @param message in place of the example's
 */
export function errorWithStatus(
	operation: Operation,
	status: number,
	message?: string,
): HttpResponse {
	const examples = [...operation.examples.values()];
	const fallbacks = status >= 500 ? ['serverError', 'rejected'] : ['rejected'];
	const found =
		examples.find((candidate) => candidate.status === status) ??
		fallbacks.map((name) => operation.examples.get(name)).find((candidate) => candidate);
	return { ...filledIn(found ?? { status }, message), status };
}

/** @returns its first example of the status; the operation must have one */
export function firstExample(operation: Operation, status: number): HttpResponse {
	const [name] = [...operation.examples].find(([, response]) => response.status === status) ?? [''];
	return example(operation, name);
}
