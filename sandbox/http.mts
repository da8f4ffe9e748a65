/**
 * HTTP helpers: reading a body, writing a response.
 *
 * @typedef {object} HttpResponse
 * @property {number} status
 * @property {unknown} [body] an object is sent as JSON, a string as it is, undefined as no body
 * @property {Record<string, string>} [headers]
 *
 * @typedef {object} HttpRequest one request, fully read
 * @property {string} method
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} text the body as it was sent
 * @property {unknown} body the body as JSON; undefined if it is empty or not JSON
 * @property {boolean} tooLarge
 */

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {number} maxBytes the rest is read and dropped, so that the client gets a response
 * @returns {Promise<{ text: string, tooLarge: boolean }>}
 */
export async function readBody(request, maxBytes) {
	/** @type {Buffer[]} */
	const chunks = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size <= maxBytes) chunks.push(chunk);
	}
	return { text: Buffer.concat(chunks).toString('utf8'), tooLarge: size > maxBytes };
}

/**
 * @param {string} text
 * @returns {unknown} undefined if it is not JSON
 */
export function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * @param {HttpResponse} message
 * @returns {{ payload: Buffer, headers: Record<string, string> }}
 */
export function serialize(message) {
	const { body } = message;
	const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
	const payload = Buffer.from(text, 'utf8');
	/** @type {Record<string, string>} */
	const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
	const headers = { ...type, ...message.headers, 'content-length': String(payload.length) };
	return { payload, headers };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {HttpResponse} message
 */
export function send(response, message) {
	const { payload, headers } = serialize(message);
	response.writeHead(message.status, headers);
	response.end(payload);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, boolean>} category names with true or false
 */
export function isCategories(value) {
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

/**
 * Repeatable random numbers from 0 to 1 (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function seededRandom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
