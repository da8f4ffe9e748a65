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

/** Returns MoEngage's message on one line: what is wrong, the details, and the field. */
export function quote(parts: RejectionBody): string {
	const { error } = parts;
	const texts: (string | undefined)[] = [parts.title, parts.description, parts.message];
	if (typeof error === 'string') texts.push(error);
	else if (error !== undefined) {
		texts.push(error.message, ...(error.details ?? []).map(({ message }) => message));
		const targets = targetsOf(parts);
		if (targets.length > 0) texts.push(`(${targets.join(', ')})`);
		if (!texts.some((part) => part)) texts.push(error.err_code ?? error.code);
	}
	const once = new Set(texts.map((part) => oneLine(part ?? '')));
	once.delete('');
	return [...once].join(': ').replaceAll(': (', ' (');
}

/** Returns the fields that a rejection is about: those of its details, if it has any. */
export function targetsOf({ error }: RejectionBody): string[] {
	if (typeof error !== 'object') return [];
	const detailed = (error.details ?? []).map(({ target }) => target);
	const targets = detailed.some((target) => target) ? detailed : [error.target];
	return targets.filter((target) => target !== undefined && target !== '') as string[];
}

/** Shortens a quotation to a readable length. */
export function bounded(text: string, longest = LONGEST_QUOTE): string {
	return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
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
