import { createHash, randomUUID } from 'node:crypto';

import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import { realClock, type Send, type Verdict } from '../delivery';
import type { Account } from './account';
import type { Endpoint } from './endpoints';
import { because, type Reason } from './reasons';
import { verdict, type Answer } from './verdict';

export const CREDENTIAL = 'moEngageApi';
export const DEFAULT_TIMEOUT_MS = 30_000;

/** No answer in the contract comes near to this; more is not MoEngage, or not well. */
const LARGEST_ANSWER = 2 * 1024 * 1024;

/** One request, without address and account. */
export interface Call {
	query?: Readonly<Record<string, string>>;
	headers?: Readonly<Record<string, string>>;
	body?: object;
	/** The id that the request carries, where it carries one. */
	requestId?: string;
	/** Whom it is about: never named to somebody else. */
	people: readonly string[];
}

/** What is known of an accepted request. */
export interface Receipt<A> {
	answer: A;
	requestId?: string;
}

export interface Route<T, A> {
	context: IExecuteFunctions | ILoadOptionsFunctions;
	account: Account;
	endpoint: Endpoint;
	schema: ZodType<A, ZodTypeDef, unknown>;
	/** Milliseconds that MoEngage may take for an answer. */
	timeoutMs: number;
	/** Builds the request; the same for the same `batchId`. */
	build(values: readonly T[], batchId: string): Call;
}

/** The way from a batch to a verdict: one HTTP request. Never throws. */
export function sender<T, A>(route: Route<T, A>): Send<T, Receipt<A>, Reason> {
	return async (values, { batchId }) => {
		const call = route.build(values, batchId);
		// As text: a library that clones objects loses a category called `__proto__`.
		const body = call.body === undefined ? undefined : JSON.stringify(call.body);
		const found = await exchange(route, call, body);
		if ('kind' in found) return found;
		const { endpoint, schema, account } = route;
		const judged = verdict(found, {
			endpoint,
			schema,
			people: call.people,
			alone: values.length === 1,
			secrets: body === undefined ? account.secrets : [...account.secrets, body],
			now: Date.now(),
		});
		if (judged.kind !== 'delivered') return judged;
		return { ...judged, result: { answer: judged.result, requestId: call.requestId } };
	};
}

/** Sends one request. A fault of the network is a verdict of its own. */
async function exchange<T, A>(
	{ context, account, endpoint, timeoutMs }: Route<T, A>,
	call: Call,
	body: string | undefined,
): Promise<Answer | Verdict<never, Reason>> {
	const started = Date.now();
	try {
		const options: IHttpRequestOptions = {
			method: endpoint.method,
			url: account.baseUrl + endpoint.path + queryString(call.query),
			headers: { ...call.headers, 'Content-Type': 'application/json' },
			body,
			// As a stream: an endless answer must not fill the memory.
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			// The request holds the key: it goes where the credential says and nowhere else.
			disableFollowRedirect: true,
			timeout: timeoutMs,
		};
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			context,
			CREDENTIAL,
			options,
		)) as IN8nHttpFullResponse;
		const answer = await read(response.body, started + timeoutMs);
		if (answer === 'late') return { kind: 'transient', reason: because.timedOut(timeoutMs) };
		if (answer === 'large')
			return { kind: 'transient', reason: because.tooLarge(response.statusCode) };
		return { status: response.statusCode, headers: response.headers, body: answer.text };
	} catch (error) {
		const code = faultCode(error);
		const late = code === 'ECONNABORTED' || code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT';
		const reason = late ? because.timedOut(timeoutMs) : because.unreachable(code);
		return { kind: 'transient', reason };
	}
}

/**
 * Encodes all but what RFC 3986 leaves alone. The encrypted IDs of a landing page stand in the
 * query, where a library's own idea of spaces and plus signs would change them.
 */
function queryString(query: Call['query']): string {
	if (query === undefined) return '';
	const pairs = Object.entries(query).map(
		([name, value]) => `${name}=${encodeURIComponent(value)}`,
	);
	return `?${pairs.join('&')}`;
}

/** Reads an answer's body to its end, its largest size or the given time. */
async function read(
	body: IN8nHttpFullResponse['body'],
	deadline: number,
): Promise<{ text: string } | 'late' | 'large'> {
	if (typeof body === 'string') return { text: body };
	if (body === null || body === undefined) return { text: '' };
	if (!isStream(body))
		return { text: Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body) };
	// n8n's own time-out ends with the headers: it sees neither an answer that stops in the middle
	// nor one that drips.
	let cancel = () => {};
	const late = new Promise<'late'>((resolve) => {
		cancel = realClock.after(Math.max(0, deadline - Date.now()), () => resolve('late'));
	});
	const chunks: Buffer[] = [];
	let size = 0;
	const iterator = body[Symbol.asyncIterator]();
	try {
		for (;;) {
			const next = await Promise.race([iterator.next(), late]);
			if (next === 'late') return next;
			if (next.done) return { text: Buffer.concat(chunks).toString() };
			size += next.value.length;
			if (size > LARGEST_ANSWER) return 'large';
			chunks.push(next.value);
		}
	} finally {
		cancel();
		// With the stream closes the connection. Nobody is left to hear how it ends.
		body.on('error', () => {});
		body.destroy();
	}
}

/** What is used of a stream. */
interface Chunks extends AsyncIterable<Buffer> {
	on(event: 'error', listener: () => void): unknown;
	destroy(): unknown;
}

function isStream(body: unknown): body is Chunks {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** The system's name of a network fault. n8n wraps the original error, once or twice. */
function faultCode(error: unknown): string | undefined {
	let current: unknown = error;
	for (let depth = 0; depth < 4 && typeof current === 'object' && current !== null; depth += 1) {
		const { code, errorCode, cause } = current as Record<string, unknown>;
		for (const name of [code, errorCode])
			if (typeof name === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(name)) return name;
		current = cause;
	}
	return undefined;
}

/** A random part for each record that opened a batch, for as long as the record lives. */
const origins = new WeakMap<object, string>();

/**
 * A UUID v4 for one batch: the same when the batch is sent again, by whichever execution, and
 * another for every other batch, however alike.
 */
export function requestIdOf(batchId: string, [first]: readonly object[]): string {
	const origin = origins.get(first) ?? randomUUID();
	origins.set(first, origin);
	const hash = createHash('sha256').update(`${origin} ${batchId}`).digest('hex');
	const variant = ((parseInt(hash[16], 16) & 0x3) | 0x8).toString(16);
	return [
		hash.slice(0, 8),
		hash.slice(8, 12),
		`4${hash.slice(13, 16)}`,
		variant + hash.slice(17, 20),
		hash.slice(20, 32),
	].join('-');
}
