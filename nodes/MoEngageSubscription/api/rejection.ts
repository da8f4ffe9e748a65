import { oneLine, redactPeople } from './redact';
import { rejectionBody, type RejectionBody } from './schemas';

/** Longest quotation of MoEngage's words in one of our messages. */
const LONGEST_QUOTE = 240;

/** Texts longer than this are not looked at: an explanation is short. */
const LONGEST_BODY = 64_000;

/** What a body is: something to read, nothing, or something that MoEngage didn't write. */
export type Body =
	| { kind: 'empty' }
	| { kind: 'json'; value: unknown }
	| { kind: 'page' } // HTML or XML: a proxy, a firewall or a sign-in page answered
	| { kind: 'broken' } // begins like JSON and ends too soon
	| { kind: 'text'; text: string };

/** Reads a body defensively; see the contract for what has been seen. */
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

/** `title="…" description="…"`, as some gateways print an answer. */
function printedParts(text: string): RejectionBody | undefined {
	const parts = new Map<string, string>();
	for (const [, name, value] of text
		.slice(0, LONGEST_BODY)
		.matchAll(/\b(title|description|message)\s*[=:]\s*"([^"]{0,1000})"/gi))
		parts.set(name.toLowerCase(), value);
	if (parts.size === 0) return undefined;
	return rejectionBody.parse(Object.fromEntries(parts));
}

/** The parts of a refusal in whichever of the shapes it came; nothing where there are none. */
export function rejectionParts(body: Body): RejectionBody | undefined {
	if (body.kind === 'text') return printedParts(body.text) ?? { message: body.text };
	if (body.kind !== 'json') return undefined;
	if (typeof body.value === 'string') return printedParts(body.value) ?? { message: body.value };
	const read = rejectionBody.safeParse(body.value);
	return read.success ? read.data : undefined;
}

/** True where a 2xx answer nonetheless says that something is wrong. */
export function reportsRejection(parts: RejectionBody): boolean {
	if (parts.error !== undefined) return true;
	return /^(error|fail|failed|failure)$/i.test(parts.status ?? '') || parts.title !== undefined;
}

/** MoEngage's own words in one line: what is wrong, more about it, and with which field. */
export function quote(parts: RejectionBody): string {
	const { error } = parts;
	const said: (string | undefined)[] = [parts.title, parts.description, parts.message];
	if (typeof error === 'string') said.push(error);
	else if (error !== undefined) {
		said.push(error.message, error.details?.message);
		const target = error.details?.target ?? error.target;
		if (target !== undefined && target !== '') said.push(`(${target})`);
		if (!said.some((part) => part)) said.push(error.err_code ?? error.code);
	}
	const once = new Set(said.map((part) => oneLine(part ?? '')));
	once.delete('');
	return [...once].join(': ').replaceAll(': (', ' (');
}

/** Cuts a quotation to a length that a person reads. */
export function bounded(text: string, longest = LONGEST_QUOTE): string {
	return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}

/**
 * Tells one kind of refusal from another: the same for the same fault of two users. Whatever may
 * belong to one user (emails, quoted values, numbers) is left out.
 */
export function fingerprintOf(status: number, quoted: string): string {
	const kind = redactPeople(quoted, [])
		.toLowerCase()
		.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
		.replaceAll(/\S+/g, (token) => (/\d/.test(token) ? '…' : token));
	return `${status} ${bounded(kind)}`;
}
