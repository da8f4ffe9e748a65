/**
 * openapi.yaml, compiled: finds the operation of a request and validates requests and responses against
 * the document.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { load } from 'js-yaml';
import type { HttpRequest, HttpResponse } from './http.mts';
import type { IncomingHttpHeaders } from 'node:http';

/** The first one found. */
export interface Violation {
	where: 'authorization' | 'header' | 'query' | 'contentType' | 'body';
	/** Path of the value, such as `user_preferences/0/customer_id`; '' for the whole part. */
	path: string;
	/** The JSON Schema keyword. */
	keyword: string;
	/** Never contains a value of the request. */
	message: string;
}

export interface Operation {
	/** The operationId. */
	name: string;
	method: string;
	path: string;
	/** Requests per minute; null: none published. */
	limit: number | null;
	/** Requests per day. */
	dayLimit: number | null;
	/** false: the body has the credentials */
	basicAuth: boolean;
	/** MOE-PROJECT-CODE is required if the workspace has Portfolio. */
	projectCode: boolean;
	/** Example responses by name. */
	examples: Map<string, HttpResponse>;
	validateRequest: (request: HttpRequest) => Violation | null;
	validateResponse: (response: HttpResponse) => string | null;
}

/** A part of the document. Its shape is OpenAPI's, which the types of this project don't repeat. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Node = Record<string, any>;

const DOCUMENT = 'openapi.yaml';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const JSON_TYPE = 'application/json';

const text = readFileSync(new URL(DOCUMENT, import.meta.url), 'utf8');
// OpenAPI 3.0 has no `propertyNames`, so an extension has it.
const document: Node = JSON.parse(
	JSON.stringify(load(text)).replaceAll('x-propertyNames', 'propertyNames'),
);

const ajv = new Ajv({ strict: false });
formats.default(ajv);
ajv.addSchema(document, DOCUMENT, undefined, false);

/** @returns what a reference points to */
function resolve(node: Node): Node {
	if (typeof node?.$ref !== 'string') return node;
	const keys = node.$ref.slice(2).split('/');
	return resolve(keys.reduce((at, key: string) => at[key], document));
}

/**
 * @param node a schema that may refer to others
 * @returns one whose references point into the document
 */
function absolute(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(absolute);
	if (typeof node !== 'object' || node === null) return node;
	return Object.fromEntries(
		Object.entries(node).map(([key, value]) => [
			key,
			key === '$ref' && typeof value === 'string' ? DOCUMENT + value : absolute(value),
		]),
	);
}

/** null: valid */
type Check = (value: unknown) => ErrorObject[] | null;

/** @param schema compiled at its first use, since most processes need only a few */
function checkOf(schema: Node): Check {
	let validate: ValidateFunction | undefined;
	return (value) => {
		validate ??= ajv.compile(absolute(schema) as Node);
		return validate(value) ? null : (validate.errors ?? []);
	};
}

function violationOf(check: Check, value: unknown, where: Violation['where']): Violation | null {
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

function compileParameters(parameters: Node[], location: 'header' | 'query') {
	const here = parameters.filter((parameter) => parameter.in === location);
	const nameOf = ({ name }: Node): string => (location === 'header' ? name.toLowerCase() : name);
	return checkOf({
		type: 'object',
		required: here.filter(({ required }) => required).map(nameOf),
		properties: Object.fromEntries(here.map((parameter) => [nameOf(parameter), parameter.schema])),
		// Every request has headers that no document lists.
		additionalProperties: location === 'header',
	});
}

function queryObject(query: URLSearchParams) {
	const names = [...new Set(query.keys())];
	return Object.fromEntries(
		names.map((name) => {
			const values = query.getAll(name);
			return [name, values.length > 1 ? values : values[0]];
		}),
	);
}

function isJson(headers: IncomingHttpHeaders) {
	return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === JSON_TYPE;
}

/** @param definition of the operation */
function requestValidator(definition: Node): Operation['validateRequest'] {
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

function violation(where: Violation['where'], keyword: string, message: string): Violation {
	return { where, path: '', keyword, message };
}

function isBasic({ security = document.security }: Node): boolean {
	return security.every((scheme: object) => 'basicAuth' in scheme);
}

/** @param responses by status */
function responseValidator(responses: Record<string, Node>): Operation['validateResponse'] {
	const compiled = new Map(
		Object.entries(responses).map(([status, reference]) => {
			const { content, headers = {} } = resolve(reference);
			const properties = Object.entries<Node>(headers).map(([name, header]) => [
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

/** @param responses by status */
function examplesOf(responses: Record<string, Node>): Operation['examples'] {
	const examples = new Map();
	for (const [status, reference] of Object.entries(responses)) {
		const { content, 'x-empty': empty } = resolve(reference);
		if (empty !== undefined) examples.set(empty, { status: Number(status) });
		for (const [name, example] of Object.entries<Node>(content?.[JSON_TYPE].examples ?? {})) {
			examples.set(name, { status: Number(status), body: resolve(example).value });
		}
	}
	return examples;
}

function toOperation(path: string, method: string, definition: Node): Operation {
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
			(parameter: Node) => resolve(parameter).name === 'MOE-PROJECT-CODE',
		),
		examples: examplesOf(responses),
		validateRequest: requestValidator(definition),
		validateResponse: responseValidator(responses),
	};
}

export const OPERATIONS: readonly Operation[] = Object.entries<Node>(document.paths).flatMap(
	([path, item]) =>
		METHODS.filter((method) => item[method]).map((method) =>
			toOperation(path, method, item[method]),
		),
);

export const OPERATION_NAMES = OPERATIONS.map(({ name }) => name);

const unmatched = { 404: document.components.responses.notFound };

/** The response to a path or a method that the document doesn't have. */
export const NOT_FOUND = {
	response: examplesOf(unmatched).get('notFound') as HttpResponse,
	validateResponse: responseValidator(unmatched),
};
