import type { ZodType, ZodTypeDef } from 'zod';

import type { Verdict } from '../delivery';
import { isAcceptance, isAcceptingStatus, reportsError } from './acceptance';
import { blamedPart, blamesSetting } from './blame';
import type { Endpoint } from './endpoints';
import { rateFacts, isThrottledByEnvoy, type Headers } from './rateHeaders';
import { errors, byStatus, type Reason } from './errors';
import { oneLine, redactPeople, redact } from './redact';
import {
	bounded,
	fingerprintOf,
	quote,
	readBody,
	rejectionParts,
	reportsRejection,
} from './rejection';

/** A response as received. */
export interface HttpResponse {
	status: number;
	/** By lowercase name. */
	headers: Headers;
	body: string;
}

/** What is needed to judge a response, besides the response. */
export interface ResponseContext<R> {
	endpoint: Endpoint;
	/** The JSON of a successful response. */
	schema: ZodType<R, ZodTypeDef, unknown>;
	/** IDs and email addresses of the users in the request. Never shown on other users' items. */
	people: readonly string[];
	/** The request contained only one record. */
	isSingle: boolean;
	/** The API key, the Basic header, and the request body. Never quoted. */
	secrets: readonly string[];
	/** Milliseconds since 1970. */
	now: number;
}

type Rejected = Extract<Verdict<never, Reason>, { kind: 'rejected' }>;

/** Statuses that blame what was sent: its values, or how long they are. */
const REJECTED = new Set([400, 413, 414, 422, 431]);
const TOO_LONG = new Set([413, 414, 431]);

/** Statuses that every other request would get too, because they blame the credential or the URL. */
const FOR_ALL = new Set([401, 403, 405, 409, 415]);

/**
 * Returns what a response means for the batch that was sent. All knowledge about MoEngage's responses
 * ends here: later code handles only verdicts.
 */
export function verdict<R>(
	response: HttpResponse,
	context: ResponseContext<R>,
): Verdict<R, Reason> {
	return { ...judgeResponse(response, context), rate: rateFacts(response.headers, context.now) };
}

function judgeResponse<R>(response: HttpResponse, context: ResponseContext<R>): Verdict<R, Reason> {
	const { status } = response;
	if (status >= 200 && status < 300) return judgeSuccess(response, context);
	if (status === 429 || (status === 503 && isThrottledByEnvoy(response.headers)))
		return { kind: 'throttled' };
	if (status === 408 || status >= 500)
		return { kind: 'transient', reason: byStatus(status, messageOf(response, context)) };
	const blamed = blamedPart(status, response.body);
	if (blamed !== undefined)
		return { kind: 'fatal', reason: errors.blamed(blamed, status, messageOf(response, context)) };
	if (REJECTED.has(status) || isAboutUser(response, context)) return rejected(response, context);
	if (status >= 300 && status < 400)
		return { kind: 'fatal', reason: errors.redirected(status, host(response, context)) };
	const reason = byStatus(status, messageOf(response, context));
	// If the endpoint looks up users, a 409 isn't about the API secret, unlike in the older APIs.
	const forAll = FOR_ALL.has(status) && !(status === 409 && context.endpoint.userMayBeMissing);
	return forAll || status < 400
		? { kind: 'fatal', reason }
		: { kind: 'fatal', reason, scope: 'run' };
}

/** A 404 of another shape comes from a wrong URL or a proxy, so it is about every user. */
function isAboutUser<R>({ status, body }: HttpResponse, { endpoint }: ResponseContext<R>): boolean {
	const missing = endpoint.userMayBeMissing && (status === 404 || status === 409);
	return missing && typeof rejectionParts(readBody(body))?.error === 'object';
}

/** A 2xx is an acceptance only with a body that MoEngage documents, or without a body. */
function judgeSuccess<R>(response: HttpResponse, context: ResponseContext<R>): Verdict<R, Reason> {
	const { endpoint, schema } = context;
	const body = readBody(response.body);
	const parts = rejectionParts(body);
	if (parts !== undefined && reportsRejection(parts)) {
		if (endpoint.reads) return rejected(response, context);
		// The status accepts the change and the body rejects it: nothing proves that nothing changed.
		return { ...rejected(response, context, errors.contradicted), ambiguous: true };
	}
	const reason = errors.unreadable(response.status);
	if (body.kind === 'page' || body.kind === 'broken') return { kind: 'transient', reason };
	const value = body.kind === 'json' ? body.value : {};
	const isAccepted = endpoint.reads
		? !reportsError(value)
		: isAcceptingStatus(response.status) && (body.kind === 'empty' || isAcceptance(value));
	const read = schema.safeParse(value);
	if (isAccepted && read.success)
		return { kind: 'delivered', result: accepted(read.data, context) };
	// Something other than MoEngage may have responded to the change: the next attempt may reach it.
	if (!endpoint.reads) return { kind: 'transient', reason };
	return { kind: 'rejected', reason, fingerprint: `${response.status} unreadable` };
}

function rejected<R>(
	response: HttpResponse,
	context: ResponseContext<R>,
	reasonFor: typeof errors.rejected = errors.rejected,
): Rejected {
	const { status } = response;
	const { endpoint, people, isSingle } = context;
	const parts = rejectionParts(readBody(response.body));
	const make = TOO_LONG.has(status) ? errors.tooLong : reasonFor;
	return {
		kind: 'rejected',
		reason: make(status, messageOf(response, context, isSingle), endpoint.reads, isSingle),
		sharedReason: make(status, messageOf(response, context), endpoint.reads, isSingle),
		fingerprint: fingerprintOf(status, redact(parts === undefined ? '' : quote(parts), people)),
		...(status === 413 && { oversized: true }),
		...(blamesSetting(parts) && { common: true }),
	};
}

/**
 * Returns MoEngage's message without secrets. With `forOwnItem`, it may name the user in the request.
 */
function messageOf<R>(
	response: HttpResponse,
	context: ResponseContext<R>,
	forOwnItem = false,
): string {
	const parts = rejectionParts(readBody(response.body));
	return parts === undefined ? '' : redacted(quote(parts), context, forOwnItem);
}

/** Removes secrets and users from a text; with `forOwnItem`, only users who aren't in the request. */
function redacted<R>(
	text: string,
	{ people, secrets }: ResponseContext<R>,
	forOwnItem: boolean,
): string {
	const line = redact(oneLine(text), secrets);
	return bounded(forOwnItem ? redactPeople(line, [], people) : redactPeople(line, people));
}

/** Redacts an acceptance, because its texts go to every item of the batch. */
function accepted<R>(result: R, context: ResponseContext<R>): R {
	// A read returns only the data of the user in the request.
	if (context.endpoint.reads) return result;
	const entries = Object.entries(result as object).map(([key, value]: [string, unknown]) => [
		key,
		typeof value === 'string' ? redacted(value, context, context.isSingle) : value,
	]);
	return Object.fromEntries(entries) as R;
}

function host<R>(
	{ headers: { location } }: HttpResponse,
	{ secrets }: ResponseContext<R>,
): string | undefined {
	if (typeof location !== 'string' || !URL.canParse(location)) return undefined;
	return redact(new URL(location).host, secrets);
}
