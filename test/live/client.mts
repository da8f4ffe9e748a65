// Requests to MoEngage, one after the other, via axios. Nothing from a request is ever printed.
import { setTimeout as wait } from 'node:timers/promises';
import axios, { type AxiosRequestConfig } from 'axios';
import { UserError } from '../harness/log.mts';
import type { Json } from '../harness/n8n-client.mts';
import type { Settings } from './settings.mts';

const TIMEOUT_MS = 30_000;
/** Longest wait for the rate limit; its window is a minute. */
const LONGEST_PAUSE_S = 65;
const TRIES = 3;

/** Ctrl-C. */
export class Stopped extends Error {}

export interface HttpResponse {
	status: number;
	/** Headers by lower-case name. */
	headers: Record<string, string>;
	data: Json[string];
	/** When it arrived, in milliseconds since 1970. */
	at: number;
}

export type Call = (
	method: string,
	path: string,
	request?: AxiosRequestConfig,
) => Promise<HttpResponse>;

function pauseSeconds(headers: Record<string, string>) {
	const reset = Number(headers['x-ratelimit-reset'] ?? NaN);
	const left = reset > 86_400 ? reset - Date.now() / 1000 : reset;
	const seconds = [Number(headers['retry-after'] ?? NaN), left].find(Number.isFinite) ?? 10;
	return Math.min(Math.max(seconds, 1), LONGEST_PAUSE_S);
}

/**
 * @param signal stops further requests. Requests in flight are awaited: if cut off,
 *   one might be carried out after the test user has been restored.
 */
export function client(
	{ baseUrl, workspaceId, apiKey, projectCode }: Settings,
	signal?: AbortSignal,
): Call {
	const http = axios.create({
		baseURL: baseUrl,
		auth: { username: workspaceId, password: apiKey },
		headers: {
			'MOE-APPKEY': workspaceId,
			'Content-Type': 'application/json',
			...(projectCode === '' ? {} : { 'MOE-PROJECT-CODE': projectCode }),
		},
		timeout: TIMEOUT_MS,
		// The request has the key, so it must not follow a redirect.
		maxRedirects: 0,
		validateStatus: () => true,
	});
	return async (method, path, request = {}) => {
		for (let attempt = 1; ; attempt++) {
			if (signal?.aborted) throw new Stopped();
			const response = await http.request({ method, url: path, ...request }).catch((problem) => {
				// Not the problem itself: it contains the request, and the request has the key.
				throw new UserError(`No response to ${method} ${path} (${problem.code ?? 'unknown'})`);
			});
			const headers = { ...response.headers } as Record<string, string>;
			if (response.status !== 429 || attempt === TRIES) {
				return { status: response.status, headers, data: response.data, at: Date.now() };
			}
			await pause(pauseSeconds(headers) * 1000, signal);
		}
	};
}

export async function pause(ms: number, signal?: AbortSignal) {
	await wait(ms, undefined, { signal }).catch(() => {
		throw new Stopped();
	});
}

/** MoEngage's message in a response, without anything that may be personal. */
export function messageOf(
	{ status, data }: HttpResponse,
	{ apiKey, customerId, unknownCustomerId, workspaceId }: Settings,
) {
	const { error } = data ?? {};
	const parts = [
		data?.title,
		data?.description,
		data?.message,
		error?.message,
		error?.details?.message,
	];
	let text = parts.filter((part) => typeof part === 'string' && part !== '').join(': ');
	for (const secret of [apiKey, customerId, unknownCustomerId, workspaceId])
		if (secret !== '') text = text.replaceAll(secret, '…');
	text = text.replaceAll(/\S+@\S+/g, '…').slice(0, 160);
	return text === '' ? String(status) : `${status} "${text}"`;
}
