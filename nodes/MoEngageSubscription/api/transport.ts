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
import { endOf, type End } from './deadline';
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

/** One request, without its URL and credential. */
export interface RequestSpec {
	query?: Readonly<Record<string, string>>;
	headers?: Readonly<Record<string, string>>;
	body?: object;
	/** The request's ID, if it has one. */
	requestId?: string;
	/** IDs and email addresses of the users in the request. Never shown on other users' items. */
	people: readonly string[];
}

/** What is known about an accepted request. */
export interface AcceptedResponse<A> {
	response: A;
	requestId?: string;
	/** When the response came, in ISO 8601. */
	acceptedAt: string;
}

interface RequestContext<T, A> {
	context: IExecuteFunctions | ILoadOptionsFunctions;
	account: Account;
	endpoint: Endpoint;
	schema: ZodType<A, ZodTypeDef, unknown>;
	/** How long to wait for a response, in milliseconds. */
	timeoutMs: number;
	/** Builds the request; the same for the same `batchId`. */
	build(values: readonly [T, ...T[]], batchId: string): RequestSpec;
}

/**
 * Returns a function that sends a batch as one HTTP request and returns the verdict. It never throws.
 */
export function sender<T, A>(route: RequestContext<T, A>): Send<T, AcceptedResponse<A>, Reason> {
	return async (values, { batchId, signal }) => {
		// A batch has at least one record.
		const spec = route.build(values as readonly [T, ...T[]], batchId);
		// Sent as text: a library that clones objects loses a category called `__proto__`.
		const body = spec.body === undefined ? undefined : JSON.stringify(spec.body);
		const response = await exchange(route, spec, body, signal);
		if ('kind' in response) return response;
		const { endpoint, schema, account } = route;
		const result = verdict(response, {
			endpoint,
			schema,
			people: spec.people,
			isSingle: values.length === 1,
			secrets: body === undefined ? account.secrets : [...account.secrets, body],
			now: Date.now(),
		});
		if (result.kind !== 'delivered') return result;
		const acceptedAt = new Date().toISOString();
		return {
			...result,
			result: { response: result.result, requestId: spec.requestId, acceptedAt },
		};
	};
}

/**
 * Sends one request. If the network or the credential fails, it returns a verdict instead of a
 * response.
 */
async function exchange<T, A>(
	route: RequestContext<T, A>,
	spec: RequestSpec,
	body: string | undefined,
	signal: AbortSignal,
): Promise<HttpResponse | Verdict<never, Reason>> {
	const { timeoutMs } = route;
	const credential = await unchangedCredential(route);
	if (!('data' in credential)) return credential;
	// The user stopped the workflow while the credential was read: nothing is sent after that.
	if (signal.aborted) return { kind: 'transient', reason: errors.stopped(), notTaken: true };
	const { ended, release } = endOf(timeoutMs + DEADLINE_SLACK_MS, signal);
	try {
		const responding = request(route, spec, body, credential.data);
		const response = await Promise.race([responding, ended]);
		if (typeof response === 'string') {
			// It may still arrive or fail; neither matters anymore.
			responding.then(
				({ body: late }) => discard(late),
				() => {},
			);
			return endVerdict(response, timeoutMs);
		}
		const { statusCode, headers } = response;
		const read = await readResponse(response.body, ended);
		if (typeof read === 'object') return { status: statusCode, headers, body: read.text };
		if (read === 'large') return { kind: 'transient', reason: errors.tooLarge(statusCode) };
		return endVerdict(read, timeoutMs);
	} catch (error) {
		return faultVerdict(error, timeoutMs);
	} finally {
		release();
	}
}

function endVerdict(end: End, timeoutMs: number): Verdict<never, Reason> {
	switch (end) {
		case 'late':
			return timedOut(timeoutMs);
		case 'stopped':
			return lost(errors.stopped());
	}
}

/**
 * Returns the current credential if it is still the one that the run started with. n8n reads it again
 * for each request, so that an edit would send the rest of a list to another workspace.
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
	spec: RequestSpec,
	body: string | undefined,
	credential: ICredentialDataDecryptedObject,
): Promise<IN8nHttpFullResponse> {
	const options: IHttpRequestOptions = {
		method: endpoint.method,
		url: account.baseUrl + endpoint.path + queryString(spec.query),
		headers: { ...spec.headers, 'Content-Type': 'application/json' },
		body,
		// Read as a stream, so that an endless response can't fill the memory.
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The request contains the API key, so it goes only to the URL in the credential.
		disableFollowRedirect: true,
		timeout: timeoutMs,
	};
	// The credential that was compared, so that no edit can slip in between.
	const credentialsDecrypted = { id: '', name: '', type: CREDENTIAL, data: credential };
	return (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options, {
		credentialsDecrypted,
	})) as IN8nHttpFullResponse;
}

/**
 * Encodes everything except the unreserved characters of RFC 3986. The query contains the encrypted
 * IDs of a landing page, which a library's own encoding of spaces and pluses would change.
 */
function queryString(query: RequestSpec['query']): string {
	if (query === undefined) return '';
	const pairs = Object.entries(query).map(
		([name, value]) => `${name}=${encodeURIComponent(value)}`,
	);
	return `?${pairs.join('&')}`;
}
