/**
 * Responses from the examples of openapi.yaml, by name or by status.
 *
 * @typedef {import('./contract.mts').Operation} Operation
 * @typedef {import('./http.mts').HttpResponse} HttpResponse
 */
import { isRecord, responseId } from './http.mts';

/**
 * @param {any} body
 * @param {string | undefined} message
 * @param {string | undefined} target the field that is wrong
 */
function fillIn(body, message, target) {
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

/**
 * @param {HttpResponse} response
 * @param {string} [message]
 * @param {string} [target]
 * @returns {HttpResponse} a copy
 */
function filledIn(response, message, target) {
	const copy = structuredClone(response);
	fillIn(copy.body, message, target);
	return copy;
}

/**
 * @param {Operation} operation
 * @param {string} name
 * @param {string} [message] in place of the example's
 * @param {string} [target] in place of the example's
 * @returns {HttpResponse}
 */
export function example(operation, name, message, target) {
	const found = operation.examples.get(name);
	if (found === undefined) throw new Error(`${operation.name} has no example "${name}"`);
	return filledIn(found, message, target);
}

/**
 * Any status in the shape of the operation: its first example of the status, or else the body of its
 * generic rejection or server error.
 *
 * @param {Operation} operation
 * @param {number} status
 * @param {string} [message] in place of the example's
 * @returns {HttpResponse}
 */
export function errorWithStatus(operation, status, message) {
	const examples = [...operation.examples.values()];
	const fallbacks = status >= 500 ? ['serverError', 'rejected'] : ['rejected'];
	const found =
		examples.find((candidate) => candidate.status === status) ??
		fallbacks.map((name) => operation.examples.get(name)).find((candidate) => candidate);
	return { ...filledIn(found ?? { status }, message), status };
}

/**
 * @param {Operation} operation
 * @param {number} status
 * @returns {HttpResponse} its first example of the status; the operation must have one
 */
export function firstExample(operation, status) {
	const [name] = [...operation.examples].find(([, response]) => response.status === status) ?? [''];
	return example(operation, name);
}
