/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   reads the sandbox's document from disk; it isn't part of the package */
/** The operations of sandbox/openapi.yaml with all references resolved, for pages and tests. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';

const FILE = path.resolve(__dirname, '../../sandbox/openapi.yaml');
const JSON_TYPE = 'application/json';

/** A JSON schema, as far as the document uses it. */
export interface Schema {
	type?: string;
	description?: string;
	enum?: string[];
	format?: string;
	pattern?: string;
	nullable?: boolean;
	required?: string[];
	properties?: Record<string, Schema>;
	additionalProperties?: boolean | Schema;
	items?: Schema;
	anyOf?: Schema[];
	minLength?: number;
	maxLength?: number;
	minItems?: number;
	maxItems?: number;
	maxProperties?: number;
	'x-propertyNames'?: Schema;
}

export interface Parameter {
	name: string;
	in: 'header' | 'query';
	required: boolean;
	description?: string;
	schema: Schema;
}

/** What an error is about. */
type Scope = 'configuration' | 'record' | 'request' | 'rate' | 'server';

export interface Example {
	name: string;
	status: number;
	/** Undefined: the response has no body. */
	body: unknown;
	summary?: string;
	/** Undefined: the example is no error. */
	scope?: Scope;
	/** What MoEngage doesn't publish: all of it, or some keys. */
	inferred: boolean | string[];
}

export interface DocumentedOperation {
	name: string;
	method: string;
	path: string;
	summary: string;
	description: string;
	limits: { perMinute: number | null; perDay: number | null; perRequest: number };
	parameters: Parameter[];
	/** The schema of the request body. */
	body?: Schema;
	/** The successful response. */
	success: { status: number; schema: Schema };
	/** MoEngage's own page about the operation. */
	page: { description: string; url: string };
	examples: Example[];
	documented: string[];
	inferred: string[];
	open: string[];
}

type Node = Record<string, unknown>;

const document = load(readFileSync(FILE, 'utf8')) as Node;

/** Replaces every reference in a part of the document by what it points to. */
function resolved(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(resolved);
	if (typeof node !== 'object' || node === null) return node;
	const { $ref } = node as { $ref?: unknown };
	if (typeof $ref === 'string')
		return resolved(
			$ref
				.slice(2)
				.split('/')
				.reduce<unknown>((at, key) => (at as Node)[key], document),
		);
	return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolved(value)]));
}

interface RawExample {
	value: unknown;
	summary?: string;
	'x-scope'?: Scope;
	'x-inferred'?: boolean | string[];
}

interface RawResponse {
	description: string;
	'x-empty'?: string;
	'x-inferred'?: boolean;
	content?: Record<string, { schema: Schema; examples?: Record<string, RawExample> }>;
}

interface RawOperation {
	operationId: string;
	summary: string;
	description: string;
	parameters: Array<Omit<Parameter, 'required'> & { required?: boolean }>;
	requestBody?: { content: Record<string, { schema: Schema }> };
	responses: Record<string, RawResponse>;
	externalDocs: DocumentedOperation['page'];
	'x-limits': DocumentedOperation['limits'];
	'x-documented'?: string[];
	'x-inferred'?: string[];
	'x-open'?: string[];
}

function examplesOf(responses: Record<string, RawResponse>): Example[] {
	return Object.entries(responses).flatMap(([key, response]) => {
		const status = Number(key);
		const { content, 'x-empty': empty, 'x-inferred': all = false } = response;
		const none: Example[] =
			empty === undefined
				? []
				: [{ name: empty, status, body: undefined, scope: scopeOf(status), inferred: all }];
		const named = Object.entries(content?.[JSON_TYPE]?.examples ?? {});
		return [
			...none,
			...named.map(([name, { value, summary, ...marks }]) => ({
				name,
				status,
				body: value,
				summary,
				scope: marks['x-scope'],
				inferred: all || (marks['x-inferred'] ?? false),
			})),
		];
	});
}

/** A response without a body can't have an example that states its scope. */
function scopeOf(status: number): Scope {
	return status === 429 ? 'rate' : 'server';
}

function toOperation(method: string, url: string, raw: RawOperation): DocumentedOperation {
	const [status, { content }] = Object.entries(raw.responses)[0];
	return {
		name: raw.operationId,
		method: method.toUpperCase(),
		path: url,
		summary: raw.summary,
		description: raw.description,
		limits: raw['x-limits'],
		parameters: raw.parameters.map((one) => ({ ...one, required: one.required ?? false })),
		body: raw.requestBody?.content[JSON_TYPE]?.schema,
		success: { status: Number(status), schema: content?.[JSON_TYPE]?.schema ?? {} },
		page: raw.externalDocs,
		examples: examplesOf(raw.responses),
		documented: raw['x-documented'] ?? [],
		inferred: raw['x-inferred'] ?? [],
		open: raw['x-open'] ?? [],
	};
}

/** Every operation of the document. */
export const contract: DocumentedOperation[] = Object.entries(
	resolved(document.paths) as Record<string, Record<string, RawOperation>>,
).flatMap(([url, methods]) =>
	Object.entries(methods).map(([method, raw]) => toOperation(method, url, raw)),
);

/** The response to a path or method that the document doesn't have. */
export const notFound: Example[] = examplesOf({
	404: resolved((document.components as { responses: Node }).responses.notFound) as RawResponse,
});

/** The version of the document: the day on which MoEngage's pages were read. */
export const contractVersion = (document.info as { version: string }).version;

const shared = resolved((document.components as Node).headers) as Record<
	string,
	{ description: string }
>;

/** The headers of every limited response. */
export const rateHeaders = {
	'x-ratelimit-limit': shared.rateLimit,
	'x-ratelimit-remaining': shared.rateRemaining,
	'x-ratelimit-reset': shared.rateReset,
};

interface Server {
	variables: { dataCenter: { enum: string[] } };
}

/** The numbers of MoEngage's published data centers. */
export const dataCenters = (document.servers as Server[])[0]?.variables.dataCenter.enum ?? [];
