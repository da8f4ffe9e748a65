import { oneLine, redactPeople } from './redact';
import { rejectionBody, type RejectionBody } from './schemas';

/** Longest quotation of MoEngage's message in one of ours, in characters. */
const LONGEST_QUOTE = 240;

/** Longest text to parse, in characters. The rest is ignored, because an explanation is short. */
const LONGEST_BODY = 64_000;

/** The contents of a response body: readable, empty, or not written by MoEngage. */
type Body =
	| { kind: 'empty' }
	| { kind: 'json'; value: unknown }
	| { kind: 'page' } // HTML or XML from a proxy, a firewall, or a sign-in page
	| { kind: 'broken' } // starts like JSON but is cut off
	| { kind: 'text'; text: string };

/** Parses a response body and never throws. docs/responses.md lists the shapes it is tested with. */
export function readBody(raw: string): Body {
	const text = raw.trim();
	if (text === '') return { kind: 'empty' };
	if (text.startsWith('<')) return { kind: 'page' };
	try {
		return { kind: 'json', value: JSON.parse(text) };
	} catch {
		return /^[[{"]/.test(text) ? { kind: 'broken' } : { kind: 'text', text };
	}
}

/** `title="…" description="…"`, as some gateways print a response. */
function printedParts(text: string): RejectionBody | undefined {
	const parts = new Map<string, string>();
	for (const [, name = '', value = ''] of text
		.slice(0, LONGEST_BODY)
		.matchAll(/\b(title|description|message)\s*[=:]\s*"([^"]{0,1000})"/gi))
		parts.set(name.toLowerCase(), value);
	if (parts.size === 0) return undefined;
	return rejectionBody.parse(Object.fromEntries(parts));
}

/** Returns the parts of a rejection, whatever its shape, or `undefined` if there are none. */
export function rejectionParts(body: Body): RejectionBody | undefined {
	switch (body.kind) {
		case 'text':
			return printedParts(body.text) ?? { message: body.text };
		case 'json': {
			const { value } = body;
			if (typeof value === 'string') return printedParts(value) ?? { message: value };
			const read = rejectionBody.safeParse(value);
			return read.success ? read.data : undefined;
		}
		case 'empty':
		case 'page':
		case 'broken':
			return undefined;
	}
}

/** Whether the body of a 2xx response reports a rejection. */
export function reportsRejection(parts: RejectionBody): boolean {
	if (parts.error !== undefined) return true;
	return /^(error|fail|failed|failure)$/i.test(parts.status ?? '') || parts.title !== undefined;
}

/**
 * Returns MoEngage's message on one line: what is wrong, the details, and at its end the field in
 * parentheses.
 */
export function quote(parts: RejectionBody): string {
	const { error } = parts;
	const texts: (string | undefined)[] = [parts.title, parts.description, parts.message];
	if (typeof error === 'string') texts.push(error);
	else if (error !== undefined) {
		const { details = [] } = error;
		texts.push(error.message);
		for (const { message, target } of details) texts.push(message, inParentheses(target));
		if (!details.some(({ target }) => target)) texts.push(inParentheses(error.target));
		if (!texts.some((part) => part)) texts.push(error.err_code ?? error.code);
	}
	const once = new Set(texts.map((part) => oneLine(part ?? '')));
	once.delete('');
	return [...once].join(': ').replaceAll(': (', ' (');
}

function inParentheses(target: string | undefined): string {
	return target === undefined || target === '' ? '' : `(${target})`;
}

/** The field at the end of a quotation. */
const TARGET = / \(([^()]{1,80})\)$/;

/** Returns the field that a quotation names, such as `categories`. */
export function targetOf(quoted: string): string | undefined {
	return TARGET.exec(quoted)?.[1];
}

/** Shortens a quotation to a readable length; the field at its end stays. */
export function bounded(text: string, longest = LONGEST_QUOTE): string {
	if (text.length <= longest) return text;
	const [end = ''] = TARGET.exec(text) ?? [];
	return `${text.slice(0, longest - end.length - 1).trimEnd()}…${end}`;
}

/**
 * Identifies a kind of rejection: the same for the same fault of two users. Everything that may
 * belong to one user (email addresses, quoted values, numbers) is left out.
 */
export function fingerprintOf(status: number, quoted: string): string {
	const kind = redactPeople(quoted, [])
		.toLowerCase()
		.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
		.replaceAll(/\S+/g, (token) => (/\d/.test(token) ? '…' : token));
	return `${status} ${bounded(kind)}`;
}
