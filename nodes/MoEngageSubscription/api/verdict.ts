import type { ZodType, ZodTypeDef } from 'zod';

import type { Verdict } from '../delivery';
import type { Endpoint } from './endpoints';
import { rateFacts, turnedAwayByLimit, type Headers } from './rate';
import { because, byStatus, type Reason } from './reasons';
import {
	bounded,
	kindOfRefusal,
	oneLine,
	quote,
	readBody,
	refusalParts,
	saysRefused,
	withoutPeople,
	withoutWords,
} from './words';

/** An answer as it came over the wire. */
export interface Answer {
	status: number;
	/** By lower-case name. */
	headers: Headers;
	body: string;
}

/** What is needed to read an answer besides the answer. */
export interface Question<R> {
	endpoint: Endpoint;
	/** What a good answer's JSON looks like. */
	schema: ZodType<R, ZodTypeDef, unknown>;
	/** Whom the request was about, by all names that it gave: told to nobody else. */
	people: readonly string[];
	/** The request was about one record only. */
	alone: boolean;
	/** Key, Basic header and the request's own body: never quoted. */
	secrets: readonly string[];
	/** Milliseconds since 1970. */
	now: number;
}

type Refused = Extract<Verdict<never, Reason>, { kind: 'rejected' }>;

/** Statuses whose fault lies in what was sent. */
const REFUSED = new Set([400, 413, 422]);

/** Bulk Resubscribe's codes for what is wrong with the headers. */
const HEADER_CODES = new Set(['InvalidHeaderValue', 'HeaderMismatch', 'AuthenticationMissing']);

/**
 * What one answer of MoEngage means for the batch that was sent. All shapes of answers end here:
 * whatever comes after knows verdicts only.
 */
export function verdict<R>(answer: Answer, question: Question<R>): Verdict<R, Reason> {
	return { ...judge(answer, question), rate: rateFacts(answer.headers, question.now) };
}

function judge<R>(answer: Answer, question: Question<R>): Verdict<R, Reason> {
	const { status } = answer;
	if (status >= 200 && status < 300) return judgeGood(answer, question);
	if (status === 429 || (status === 503 && turnedAwayByLimit(answer.headers)))
		return { kind: 'throttled' };
	if (status === 408 || status >= 500)
		return { kind: 'transient', reason: byStatus(status, said(answer, question)) };
	const missing = question.endpoint.userMayBeMissing && (status === 404 || status === 409);
	// A workspace without v5 answers 404 too, but not in the shape of v5.
	const aboutUser = missing && typeof refusalParts(readBody(answer.body))?.error === 'object';
	if (status === 400 && blamesHeaders(answer))
		return { kind: 'fatal', reason: because.headers(status, said(answer, question)) };
	if (REFUSED.has(status) || aboutUser) return refused(answer, question);
	if (status >= 300 && status < 400)
		return { kind: 'fatal', reason: because.redirected(status, host(answer, question)) };
	return { kind: 'fatal', reason: byStatus(status, said(answer, question)) };
}

/** A 2xx is an acceptance unless the body says otherwise or cannot be MoEngage's. */
function judgeGood<R>(answer: Answer, question: Question<R>): Verdict<R, Reason> {
	const body = readBody(answer.body);
	const parts = refusalParts(body);
	if (parts !== undefined && saysRefused(parts)) {
		if (question.endpoint.reads) return refused(answer, question);
		// The status says that it is taken, the words the contrary: that nothing changed is not sure.
		return { ...refused(answer, question, because.contradicted), unsure: true };
	}
	if (body.kind === 'page' || body.kind === 'broken')
		return { kind: 'transient', reason: because.unreadable(answer.status) };
	const read = question.schema.safeParse(body.kind === 'json' ? body.value : {});
	if (read.success) return { kind: 'delivered', result: accepted(read.data, question) };
	if (!question.endpoint.reads) {
		// A write is accepted by its status; a body such as `"ok"` takes nothing away from that.
		const bare = question.schema.safeParse({});
		if (bare.success) return { kind: 'delivered', result: bare.data };
	}
	return {
		kind: 'rejected',
		reason: because.unreadable(answer.status),
		words: `${answer.status} unreadable`,
	};
}

function refused<R>(
	answer: Answer,
	question: Question<R>,
	reasonFor: typeof because.refused = because.refused,
): Refused {
	const { status } = answer;
	const { endpoint, people, alone } = question;
	const parts = refusalParts(readBody(answer.body));
	return {
		kind: 'rejected',
		reason: reasonFor(status, said(answer, question, alone), endpoint.reads),
		forOthers: reasonFor(status, said(answer, question), endpoint.reads),
		words: kindOfRefusal(status, withoutWords(parts === undefined ? '' : quote(parts), people)),
	};
}

/** MoEngage's own words on what is wrong. */
function said<R>(answer: Answer, question: Question<R>, toThemselves = false): string {
	const parts = refusalParts(readBody(answer.body));
	return parts === undefined ? '' : fit(quote(parts), question, toThemselves);
}

/** Words that may be shown: whoever they are about is named to nobody but to themselves. */
function fit<R>(text: string, { people, secrets }: Question<R>, toThemselves: boolean): string {
	const words = withoutWords(oneLine(text), secrets);
	return bounded(toThemselves ? withoutPeople(words, [], people) : withoutPeople(words, people));
}

/** What an acceptance says goes to every item of its batch. */
function accepted<R>(result: R, question: Question<R>): R {
	// What was read belongs to the one person who was asked for.
	if (question.endpoint.reads) return result;
	const said = Object.entries(result as object).map(([key, value]: [string, unknown]) => [
		key,
		typeof value === 'string' ? fit(value, question, question.alone) : value,
	]);
	return Object.fromEntries(said) as R;
}

/** A 400 that no other user of the list can escape: what is wrong comes from the credential. */
function blamesHeaders({ body }: Answer): boolean {
	const error = refusalParts(readBody(body))?.error;
	return typeof error === 'object' && HEADER_CODES.has(error.err_code ?? '');
}

function host<R>({ headers: { location } }: Answer, { secrets }: Question<R>): string | undefined {
	if (typeof location !== 'string' || !URL.canParse(location)) return undefined;
	return withoutWords(new URL(location).host, secrets);
}
