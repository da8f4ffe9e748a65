/**
 * openapi.yaml, compiled: finds the operation of a request and validates requests and responses against
 * the document.
 *
 * @typedef {object} Violation the first one found
 * @property {'authorization' | 'header' | 'query' | 'contentType' | 'body'} where
 * @property {string} path of the value, such as `user_preferences/0/customer_id`; '' for all of it
 * @property {string} keyword of JSON Schema
 * @property {string} message never contains a value of the request
 *
 * @typedef {object} Operation
 * @property {string} name its operationId
 * @property {string} method
 * @property {string} path
 * @property {number | null} limit requests per minute; null: none published
 * @property {number | null} dayLimit requests per day
 * @property {boolean} basicAuth false: the body has the credentials
 * @property {boolean} projectCode MOE-PROJECT-CODE is required if the workspace has Portfolio
 * @property {Map<string, HttpResponse>} examples of its responses, by name
 * @property {(request: HttpRequest) => Violation | null} validateRequest
 * @property {(response: HttpResponse) => string | null} validateResponse
 *
 * @typedef {import('./http.mts').HttpRequest} HttpRequest
 * @typedef {import('./http.mts').HttpResponse} HttpResponse
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const DOCUMENT = 'openapi.yaml';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const JSON_TYPE = 'application/json';

const text = readFileSync(new URL(DOCUMENT, import.meta.url), 'utf8');
// OpenAPI 3.0 has no `propertyNames`, so an extension has it.
const document = JSON.parse(
	JSON.stringify(parse(text)).replaceAll('x-propertyNames', 'propertyNames'),
);

const ajv = new Ajv({ strict: false });
formats.default(ajv);
ajv.addSchema(document, DOCUMENT, undefined, false);

/**
 * @param {any} node
 * @returns {any} what a reference points to
 */
function resolve(node) {
	if (typeof node?.$ref !== 'string') return node;
	const keys = node.$ref.slice(2).split('/');
	return resolve(
		keys.reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], document),
	);
}

/**
 * @param {any} node a schema that may refer to others
 * @returns {any} one whose references point into the document
 */
function absolute(node) {
	if (Array.isArray(node)) return node.map(absolute);
	if (typeof node !== 'object' || node === null) return node;
	return Object.fromEntries(
		Object.entries(node).map(([key, value]) => [
			key,
			key === '$ref' && typeof value === 'string' ? DOCUMENT + value : absolute(value),
		]),
	);
}

/**
 * @typedef {(value: unknown) => import('ajv').ErrorObject[] | null} Check null: valid
 *
 * @param {any} schema compiled at its first use, since most processes need only a few
 * @returns {Check}
 */
function checkOf(schema) {
	/** @type {import('ajv').ValidateFunction | undefined} */
	let validate;
	return (value) => {
		validate ??= ajv.compile(absolute(schema));
		return validate(value) ? null : (validate.errors ?? []);
	};
}

/**
 * @param {Check} check
 * @param {unknown} value
 * @param {Violation['where']} where
 * @returns {Violation | null}
 */
function violationOf(check, value, where) {
	// The error of an `anyOf` follows those of its alternatives.
	const error = check(value)?.at(-1);
	if (error === undefined) return null;
	const { missingProperty, additionalProperty } = error.params;
	const path = [error.instancePath.slice(1), missingProperty ?? additionalProperty];
	return {
		where,
		path: path.filter(Boolean).join('/'),
		keyword: error.keyword,
		message: error.message ?? '',
	};
}

/**
 * @param {any[]} parameters
 * @param {'header' | 'query'} location
 */
function compileParameters(parameters, location) {
	const here = parameters.filter((parameter) => parameter.in === location);
	const nameOf = (/** @type {any} */ { name }) =>
		location === 'header' ? name.toLowerCase() : name;
	return checkOf({
		type: 'object',
		required: here.filter(({ required }) => required).map(nameOf),
		properties: Object.fromEntries(here.map((parameter) => [nameOf(parameter), parameter.schema])),
		// Every request has headers that no document lists.
		additionalProperties: location === 'header',
	});
}

/** @param {URLSearchParams} query */
function queryObject(query) {
	const names = [...new Set(query.keys())];
	return Object.fromEntries(
		names.map((name) => {
			const values = query.getAll(name);
			return [name, values.length > 1 ? values : values[0]];
		}),
	);
}

/** @param {import('node:http').IncomingHttpHeaders} headers */
function isJson(headers) {
	return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === JSON_TYPE;
}

/**
 * @param {any} definition of the operation
 * @returns {Operation['validateRequest']}
 */
function requestValidator(definition) {
	const parameters = definition.parameters.map(resolve);
	const header = compileParameters(parameters, 'header');
	const query = compileParameters(parameters, 'query');
	const body = definition.requestBody && checkOf(definition.requestBody.content[JSON_TYPE].schema);
	const needsBasic = isBasic(definition);

	return (request) => {
		if (needsBasic && !/^basic ./i.test(request.headers.authorization ?? '')) {
			return violation('authorization', 'required', 'must be Basic');
		}
		const wrong =
			violationOf(header, request.headers, 'header') ??
			violationOf(query, queryObject(request.query), 'query');
		if (wrong !== null) return wrong;
		if (body === undefined) {
			return request.text === '' ? null : violation('body', 'not', 'must not be sent');
		}
		if (!isJson(request.headers)) return violation('contentType', 'enum', `must be ${JSON_TYPE}`);
		if (request.body === undefined) return violation('body', 'required', 'must be JSON');
		return violationOf(body, request.body, 'body');
	};
}

/**
 * @param {Violation['where']} where
 * @param {string} keyword
 * @param {string} message
 * @returns {Violation}
 */
function violation(where, keyword, message) {
	return { where, path: '', keyword, message };
}

/** @param {any} definition */
function isBasic({ security = document.security }) {
	return security.every((/** @type {object} */ scheme) => 'basicAuth' in scheme);
}

/**
 * @param {Record<string, any>} responses by status
 * @returns {Operation['validateResponse']}
 */
function responseValidator(responses) {
	const compiled = new Map(
		Object.entries(responses).map(([status, reference]) => {
			const { content, headers = {} } = resolve(reference);
			const properties = Object.entries(headers).map(([name, header]) => [
				name,
				resolve(header).schema,
			]);
			return [
				Number(status),
				{
					body: content && checkOf(content[JSON_TYPE].schema),
					headers: checkOf({ type: 'object', properties: Object.fromEntries(properties) }),
				},
			];
		}),
	);
	return ({ status, headers = {}, body }) => {
		const expected = compiled.get(status);
		if (expected === undefined) return `status ${status} is not in the document`;
		const wrong = expected.headers(headers) ?? expected.body?.(body) ?? null;
		if (wrong !== null) return `${status}: ${ajv.errorsText(wrong, { dataVar: 'response' })}`;
		return expected.body === undefined && body !== undefined ? `${status} has no body` : null;
	};
}

/**
 * @param {Record<string, any>} responses by status
 * @returns {Operation['examples']}
 */
function examplesOf(responses) {
	const examples = new Map();
	for (const [status, reference] of Object.entries(responses)) {
		const { content, 'x-empty': empty } = resolve(reference);
		if (empty !== undefined) examples.set(empty, { status: Number(status) });
		for (const [name, example] of Object.entries(content?.[JSON_TYPE].examples ?? {})) {
			examples.set(name, { status: Number(status), body: resolve(example).value });
		}
	}
	return examples;
}

/**
 * @param {string} path
 * @param {string} method
 * @param {any} definition
 * @returns {Operation}
 */
function toOperation(path, method, definition) {
	const { operationId: name, parameters, responses } = definition;
	const { perMinute, perDay } = definition['x-limits'];
	return {
		name,
		method: method.toUpperCase(),
		path,
		limit: perMinute,
		dayLimit: perDay,
		basicAuth: isBasic(definition),
		projectCode: parameters.some(
			(/** @type {any} */ parameter) => resolve(parameter).name === 'MOE-PROJECT-CODE',
		),
		examples: examplesOf(responses),
		validateRequest: requestValidator(definition),
		validateResponse: responseValidator(responses),
	};
}

/** @type {readonly Operation[]} */
export const OPERATIONS = Object.entries(document.paths).flatMap(([path, item]) =>
	METHODS.filter((method) => item[method]).map((method) => toOperation(path, method, item[method])),
);

export const OPERATION_NAMES = OPERATIONS.map(({ name }) => name);

const unmatched = { 404: document.components.responses.notFound };

/** The response to a path or a method that the document doesn't have. */
export const NOT_FOUND = {
	response: /** @type {HttpResponse} */ (examplesOf(unmatched).get('notFound')),
	validateResponse: responseValidator(unmatched),
};
