// Requests to MoEngage, one after the other, by axios. Nothing that a request holds gets into words.
import { setTimeout as wait } from 'node:timers/promises';
import axios from 'axios';
import { Trouble } from '../../demo/lib/say.mjs';

const TIMEOUT_MS = 30_000;
/** Longest wait for the rate limit; its window is a minute. */
const LONGEST_PAUSE_S = 65;
const TRIES = 3;

/** Ctrl-C. */
export class Stopped extends Error {}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers by lower-case name
 * @property {any} data
 * @property {number} at when it came, ms since 1970
 *
 * @typedef {(method: string, path: string, request?: import('axios').AxiosRequestConfig) => Promise<Answer>} Call
 */

/** @param {Record<string, string>} headers */
function pauseSeconds(headers) {
	const reset = Number(headers['x-ratelimit-reset'] ?? NaN);
	const left = reset > 86_400 ? reset - Date.now() / 1000 : reset;
	const told = [Number(headers['retry-after'] ?? NaN), left].find(Number.isFinite) ?? 10;
	return Math.min(Math.max(told, 1), LONGEST_PAUSE_S);
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @param {AbortSignal} [signal] lets no further request out. What is under way is waited for: cut off,
 *   it might be carried out after the test user has been put back.
 * @returns {Call}
 */
export function client({ baseUrl, workspaceId, apiKey, projectCode }, signal) {
	const http = axios.create({
		baseURL: baseUrl,
		auth: { username: workspaceId, password: apiKey },
		headers: {
			'MOE-APPKEY': workspaceId,
			'Content-Type': 'application/json',
			...(projectCode === '' ? {} : { 'MOE-PROJECT-CODE': projectCode }),
		},
		timeout: TIMEOUT_MS,
		// The request holds the key: it goes where it was sent to and nowhere else.
		maxRedirects: 0,
		validateStatus: () => true,
	});
	return async (method, path, request = {}) => {
		for (let attempt = 1; ; attempt++) {
			if (signal?.aborted) throw new Stopped();
			const answer = await http.request({ method, url: path, ...request }).catch((problem) => {
				// Not the problem itself: it holds the request, and that the key.
				throw new Trouble(`No answer to ${method} ${path} (${problem.code ?? 'unknown'})`);
			});
			const headers = /** @type {Record<string, string>} */ ({ ...answer.headers });
			if (answer.status !== 429 || attempt === TRIES) {
				return { status: answer.status, headers, data: answer.data, at: Date.now() };
			}
			await pause(pauseSeconds(headers) * 1000, signal);
		}
	};
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export async function pause(ms, signal) {
	await wait(ms, undefined, { signal }).catch(() => {
		throw new Stopped();
	});
}

/**
 * MoEngage's words of an answer, without whatever may be somebody's.
 *
 * @param {Answer} answer
 * @param {import('./settings.mjs').Settings} settings
 */
export function wordsOf({ status, data }, { apiKey, customerId, unknownCustomerId, workspaceId }) {
	const { error } = data ?? {};
	const said = [
		data?.title,
		data?.description,
		data?.message,
		error?.message,
		error?.details?.message,
	];
	let text = said.filter((part) => typeof part === 'string' && part !== '').join(': ');
	for (const secret of [apiKey, customerId, unknownCustomerId, workspaceId])
		if (secret !== '') text = text.replaceAll(secret, '…');
	text = text.replaceAll(/\S+@\S+/g, '…').slice(0, 160);
	return text === '' ? String(status) : `${status} "${text}"`;
}
