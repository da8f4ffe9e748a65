/** HTTP helpers: reading a body, writing a response. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

export interface HttpResponse {
	status: number;
	/** An object is sent as JSON, a string as it is, undefined as no body. */
	body?: unknown;
	headers?: Record<string, string>;
}

/** One request, fully read. */
export interface HttpRequest {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	/** The body as it was sent. */
	text: string;
	/** The body as JSON; undefined if it is empty or not JSON. */
	body: unknown;
	tooLarge: boolean;
}

/** @param maxBytes the rest is read and dropped, so that the client gets a response */
export async function readBody(
	request: IncomingMessage,
	maxBytes: number,
): Promise<{ text: string; tooLarge: boolean }> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size <= maxBytes) chunks.push(chunk);
	}
	return { text: Buffer.concat(chunks).toString('utf8'), tooLarge: size > maxBytes };
}

/** @returns undefined if it is not JSON */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function serialize(message: HttpResponse): {
	payload: Buffer;
	headers: Record<string, string>;
} {
	const { body } = message;
	const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
	const payload = Buffer.from(text, 'utf8');
	const type: Record<string, string> =
		body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
	const headers = { ...type, ...message.headers, 'content-length': String(payload.length) };
	return { payload, headers };
}

export function send(response: ServerResponse, message: HttpResponse) {
	const { payload, headers } = serialize(message);
	response.writeHead(message.status, headers);
	response.end(payload);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns category names with true or false */
export function isCategories(value: unknown): value is Record<string, boolean> {
	return isRecord(value) && Object.values(value).every((entry) => typeof entry === 'boolean');
}

/** Milliseconds since 1970, with fractions, and never going backwards. */
export function now() {
	return performance.timeOrigin + performance.now();
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A response ID of the form that MoEngage shows: `SrTuWVlPsq`. */
export function responseId() {
	let id = '';
	for (let i = 0; i < 10; i++) id += LETTERS[Math.floor(Math.random() * LETTERS.length)];
	return id;
}

/** Repeatable random numbers from 0 to 1. */
export function seededRandom(seed: number): () => number {
	const generator = mersenne(seed);
	return () => uniformFloat64(generator);
}
