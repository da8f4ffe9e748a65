import type { ZodType, ZodTypeDef } from 'zod';

import type { Verdict } from '../delivery';
import { contradicts, isAcceptance, isAcceptingStatus } from './acceptance';
import type { Endpoint } from './endpoints';
import { rateFacts, turnedAwayByLimit, type Headers } from './rateHeaders';
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

/** An answer as it came over the wire. */
export interface HttpResponse {
	status: number;
	/** By lower-case name. */
	headers: Headers;
	body: string;
}

/** What is needed to read an answer besides the answer. */
export interface ResponseContext<R> {
	endpoint: Endpoint;
	/** What a good answer's JSON looks like. */
	schema: ZodType<R, ZodTypeDef, unknown>;
	/** Whom the request was about, by all names that it gave: told to nobody else. */
	people: readonly string[];
	/** The request was about one record only. */
	isSingle: boolean;
	/** Key, Basic header and the request's own body: never quoted. */
	secrets: readonly string[];
	/** Milliseconds since 1970. */
	now: number;
}

type Rejected = Extract<Verdict<never, Reason>, { kind: 'rejected' }>;

/** Statuses whose fault lies in what was sent: its values, or how long they are. */
const REJECTED = new Set([400, 413, 414, 422, 431]);
const TOO_LONG = new Set([413, 414, 431]);

/** Statuses that no other request can escape: they blame the credential or the URL. */
const FOR_ALL = new Set([401, 403, 405, 409, 415]);

/** Bulk Resubscribe's codes for what is wrong with the headers. */
const HEADER_CODES = new Set(['InvalidHeaderValue', 'HeaderMismatch', 'AuthenticationMissing']);

/**
 * What one answer of MoEngage means for the batch that was sent. All shapes of answers end here:
 * whatever comes after knows verdicts only.
 */
export function verdict<R>(answer: HttpResponse, question: ResponseContext<R>): Verdict<R, Reason> {
	return { ...judgeResponse(answer, question), rate: rateFacts(answer.headers, question.now) };
}

function judgeResponse<R>(answer: HttpResponse, question: ResponseContext<R>): Verdict<R, Reason> {
	const { status } = answer;
	if (status >= 200 && status < 300) return judgeSuccess(answer, question);
	if (status === 429 || (status === 503 && turnedAwayByLimit(answer.headers)))
		return { kind: 'throttled' };
	if (status === 408 || status >= 500)
		return { kind: 'transient', reason: byStatus(status, messageOf(answer, question)) };
	if (status === 400 && blamesHeaders(answer))
		return { kind: 'fatal', reason: errors.headers(status, messageOf(answer, question)) };
	if (REJECTED.has(status) || isAboutUser(answer, question)) return rejected(answer, question);
	if (status >= 300 && status < 400)
		return { kind: 'fatal', reason: errors.redirected(status, host(answer, question)) };
	const reason = byStatus(status, messageOf(answer, question));
	// A 409 where users are looked up is no word on the API secret, unlike in the older APIs.
	const forAll = FOR_ALL.has(status) && !(status === 409 && question.endpoint.userMayBeMissing);
	return forAll || status < 400
		? { kind: 'fatal', reason }
		: { kind: 'fatal', reason, scope: 'run' };
}

/** A workspace without v5 responds with 404 too, but not in the shape of v5. */
function isAboutUser<R>({ status, body }: HttpResponse, { endpoint }: ResponseContext<R>): boolean {
	const missing = endpoint.userMayBeMissing && (status === 404 || status === 409);
	return missing && typeof rejectionParts(readBody(body))?.error === 'object';
}

/** A 2xx is an acceptance only with a body that MoEngage documents, or with none. */
function judgeSuccess<R>(answer: HttpResponse, question: ResponseContext<R>): Verdict<R, Reason> {
	const { endpoint, schema } = question;
	const body = readBody(answer.body);
	const parts = rejectionParts(body);
	if (parts !== undefined && reportsRejection(parts)) {
		if (endpoint.reads) return rejected(answer, question);
		// The status accepts the change and the body rejects it: nothing proves that nothing changed.
		return { ...rejected(answer, question, errors.contradicted), ambiguous: true };
	}
	const reason = errors.unreadable(answer.status);
	if (body.kind === 'page' || body.kind === 'broken') return { kind: 'transient', reason };
	const value = body.kind === 'json' ? body.value : {};
	const isYes = endpoint.reads
		? !contradicts(value)
		: isAcceptingStatus(answer.status) && (body.kind === 'empty' || isAcceptance(value));
	const read = schema.safeParse(value);
	if (isYes && read.success) return { kind: 'delivered', result: accepted(read.data, question) };
	// Something other than MoEngage may have responded to the change: the next attempt may reach it.
	if (!endpoint.reads) return { kind: 'transient', reason };
	return { kind: 'rejected', reason, fingerprint: `${answer.status} unreadable` };
}

function rejected<R>(
	answer: HttpResponse,
	question: ResponseContext<R>,
	reasonFor: typeof errors.rejected = errors.rejected,
): Rejected {
	const { status } = answer;
	const { endpoint, people, isSingle: alone } = question;
	const parts = rejectionParts(readBody(answer.body));
	const make = TOO_LONG.has(status) ? errors.tooLong : reasonFor;
	return {
		kind: 'rejected',
		reason: make(status, messageOf(answer, question, alone), endpoint.reads, alone),
		sharedReason: make(status, messageOf(answer, question), endpoint.reads, alone),
		fingerprint: fingerprintOf(status, redact(parts === undefined ? '' : quote(parts), people)),
		...(status === 413 && { oversized: true }),
	};
}

/** MoEngage's own words on what is wrong. */
function messageOf<R>(
	answer: HttpResponse,
	question: ResponseContext<R>,
	toThemselves = false,
): string {
	const parts = rejectionParts(readBody(answer.body));
	return parts === undefined ? '' : redacted(quote(parts), question, toThemselves);
}

/** Words that may be shown: whoever they are about is named to nobody but to themselves. */
function redacted<R>(
	text: string,
	{ people, secrets }: ResponseContext<R>,
	toThemselves: boolean,
): string {
	const words = redact(oneLine(text), secrets);
	return bounded(toThemselves ? redactPeople(words, [], people) : redactPeople(words, people));
}

/** What an acceptance says goes to every item of its batch. */
function accepted<R>(result: R, question: ResponseContext<R>): R {
	// What was read belongs to the one person who was asked for.
	if (question.endpoint.reads) return result;
	const said = Object.entries(result as object).map(([key, value]: [string, unknown]) => [
		key,
		typeof value === 'string' ? redacted(value, question, question.isSingle) : value,
	]);
	return Object.fromEntries(said) as R;
}

/** A 400 that no other user of the list can escape: what is wrong comes from the credential. */
function blamesHeaders({ body }: HttpResponse): boolean {
	const error = rejectionParts(readBody(body))?.error;
	return typeof error === 'object' && HEADER_CODES.has(error.err_code ?? '');
}

function host<R>(
	{ headers: { location } }: HttpResponse,
	{ secrets }: ResponseContext<R>,
): string | undefined {
	if (typeof location !== 'string' || !URL.canParse(location)) return undefined;
	return redact(new URL(location).host, secrets);
}
