import { createHash, randomUUID } from 'node:crypto';

import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { ZodType, ZodTypeDef } from 'zod';

import type { Send, Verdict } from '../delivery';
import { readAccount, type Account } from './account';
import { endOf } from './deadline';
import type { Endpoint } from './endpoints';
import { faultVerdict, lost, timedOut } from './networkFault';
import { errors, type Reason } from './errors';
import { discard, readResponse } from './responseBody';
import { verdict, type HttpResponse } from './verdict';

export const CREDENTIAL = 'moEngageApi';
export const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * How much longer than the timeout a request may take, in milliseconds. n8n's own timeout ends most
 * requests first and closes the connection; it misses a 101 and a body that stops or drips.
 */
const DEADLINE_SLACK_MS = 500;

/** One request, without address and account. */
export interface RequestSpec {
	query?: Readonly<Record<string, string>>;
	headers?: Readonly<Record<string, string>>;
	body?: object;
	/** The id that the request carries, where it carries one. */
	requestId?: string;
	/** Whom it is about: never named to somebody else. */
	people: readonly string[];
}

/** What is known of an accepted request. */
export interface AcceptedResponse<A> {
	response: A;
	requestId?: string;
}

export interface RequestContext<T, A> {
	context: IExecuteFunctions | ILoadOptionsFunctions;
	account: Account;
	endpoint: Endpoint;
	schema: ZodType<A, ZodTypeDef, unknown>;
	/** Milliseconds that MoEngage may take for an answer. */
	timeoutMs: number;
	/** Builds the request; the same for the same `batchId`. */
	build(values: readonly T[], batchId: string): RequestSpec;
}

/** The way from a batch to a verdict: one HTTP request. Never throws. */
export function sender<T, A>(route: RequestContext<T, A>): Send<T, AcceptedResponse<A>, Reason> {
	return async (values, { batchId, signal }) => {
		const call = route.build(values, batchId);
		// As text: a library that clones objects loses a category called `__proto__`.
		const body = call.body === undefined ? undefined : JSON.stringify(call.body);
		const found = await exchange(route, call, body, signal);
		if ('kind' in found) return found;
		const { endpoint, schema, account } = route;
		const judged = verdict(found, {
			endpoint,
			schema,
			people: call.people,
			isSingle: values.length === 1,
			secrets: body === undefined ? account.secrets : [...account.secrets, body],
			now: Date.now(),
		});
		if (judged.kind !== 'delivered') return judged;
		return { ...judged, result: { response: judged.result, requestId: call.requestId } };
	};
}

/** Sends one request. A fault of the network or of the credential is a verdict in itself. */
async function exchange<T, A>(
	route: RequestContext<T, A>,
	call: RequestSpec,
	body: string | undefined,
	signal: AbortSignal,
): Promise<HttpResponse | Verdict<never, Reason>> {
	const { timeoutMs } = route;
	const credential = await unchangedCredential(route);
	if (!('data' in credential)) return credential;
	// The Stop came while the credential was read: nothing leaves after it.
	if (signal.aborted) return { kind: 'transient', reason: errors.stopped(), notTaken: true };
	const { ended, release } = endOf(timeoutMs + DEADLINE_SLACK_MS, signal);
	try {
		const responding = request(route, call, body, credential.data);
		const response = await Promise.race([responding, ended]);
		if (typeof response === 'string') {
			// It may still come, or fail: neither matters any more.
			responding.then(
				({ body: late }) => discard(late),
				() => {},
			);
			return response === 'late' ? timedOut(timeoutMs) : lost(errors.stopped());
		}
		const { statusCode, headers } = response;
		const read = await readResponse(response.body, ended);
		if (read === 'late') return timedOut(timeoutMs);
		if (read === 'stopped') return lost(errors.stopped());
		if (read === 'large') return { kind: 'transient', reason: errors.tooLarge(statusCode) };
		return { status: statusCode, headers, body: read.text };
	} catch (error) {
		return faultVerdict(error, timeoutMs);
	} finally {
		release();
	}
}

/**
 * The credential as it is now, if it still is the one that the run started with. n8n reads it anew
 * for each request: an edit would send the rest of a list to another workspace.
 */
async function unchangedCredential<T, A>({
	context,
	account,
}: RequestContext<T, A>): Promise<
	{ data: ICredentialDataDecryptedObject } | Verdict<never, Reason>
> {
	let data: ICredentialDataDecryptedObject;
	try {
		data = await context.getCredentials(CREDENTIAL);
	} catch {
		return { kind: 'fatal', scope: 'sender', reason: errors.credentialUnreadable() };
	}
	const now = readAccount(data);
	if (!('problem' in now) && now.fingerprint === account.fingerprint) return { data };
	return { kind: 'fatal', scope: 'sender', reason: errors.credentialChanged() };
}

async function request<T, A>(
	{ context, account, endpoint, timeoutMs }: RequestContext<T, A>,
	call: RequestSpec,
	body: string | undefined,
	credential: ICredentialDataDecryptedObject,
): Promise<IN8nHttpFullResponse> {
	const options: IHttpRequestOptions = {
		method: endpoint.method,
		url: account.baseUrl + endpoint.path + queryString(call.query),
		headers: { ...call.headers, 'Content-Type': 'application/json' },
		body,
		// As a stream: an endless response must not fill the memory.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The request holds the key: it goes where the credential says and nowhere else.
		disableFollowRedirect: true,
		timeout: timeoutMs,
	};
	// With the credential that was compared, so that no edit slips in between.
	const credentialsDecrypted = { id: '', name: '', type: CREDENTIAL, data: credential };
	return (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options, {
		credentialsDecrypted,
	})) as IN8nHttpFullResponse;
}

/**
 * Encodes all but what RFC 3986 leaves alone. The encrypted IDs of a landing page stand in the
 * query, where a library's own idea of spaces and plus signs would change them.
 */
function queryString(query: RequestSpec['query']): string {
	if (query === undefined) return '';
	const pairs = Object.entries(query).map(
		([name, value]) => `${name}=${encodeURIComponent(value)}`,
	);
	return `?${pairs.join('&')}`;
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
