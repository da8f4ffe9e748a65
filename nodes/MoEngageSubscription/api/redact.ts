/** Removes API keys and personal data from texts that a server sent. */
import { decode, type Decoded } from './decoded';

/** Longest message in characters. Longer texts are dropped, because an explanation is short. */
const LONGEST_TEXT = 64_000;

/** Values up to this length are removed only as whole tokens; otherwise, too much of a text would be removed. */
const SHORT = 2;

/** A value that is this many times longer than a text can't be in it, however it is escaped. */
const MUCH_LONGER = 16;

/** Returns a message on one line, or an empty text if it is too long to be an explanation. */
export function oneLine(text: string): string {
	// Never shortened: the rest of a value that was cut wouldn't be found anymore.
	return text.length > LONGEST_TEXT ? '' : text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/**
 * Removes other people's IDs from a text, and everything that looks like an email address unless it
 * is one of `own`.
 */
export function redactPeople(
	text: string,
	people: readonly string[],
	own: readonly string[] = [],
): string {
	const known = new Set(own.map((value) => value.toLowerCase()));
	return redact(text, people).replaceAll(/[^\s"'`<>()[\]{},;:]+/g, (token) => {
		const isKnown = known.has(token.toLowerCase()) || known.has(token.slice(0, -1).toLowerCase());
		const isEmail = /[^@](@|%(25){0,4}40)[^@]|[^@]&(#64|#x40|commat)$/i.test(token);
		return isEmail && !isKnown ? '…' : token;
	});
}

/** Removes the given values from a text, whatever their case, even if they are escaped or encoded. */
export function redact(text: string, values: readonly string[]): string {
	const decoded = decode(text);
	const parts = values
		.filter((value) => value.length <= text.length * MUCH_LONGER)
		.flatMap((value) => partsWith(decode(oneLine(value)).text, decoded, text.length));
	let clean = '';
	let from = 0;
	for (const [start, end] of parts.sort(([a], [b]) => a - b)) {
		// If values overlap, such as `user-1` and `user-12`, all of them are removed.
		if (start >= from) clean += `${text.slice(from, start)}…`;
		from = Math.max(from, end);
	}
	return clean + text.slice(from);
}

/**
 * Returns the start and end of each part of the original text, of that length, that contains the
 * value. Escapes next to it that stand for nothing may belong to it, so they are included.
 */
function partsWith(
	value: string,
	{ text, starts, ends }: Decoded,
	length: number,
): Array<[number, number]> {
	const found: Array<[number, number]> = [];
	if (value === '') return found;
	for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
		const end = at + value.length;
		if (value.length <= SHORT && (isInside(text[at - 1]) || isInside(text[end]))) continue;
		found.push([ends[at - 1] ?? 0, starts[end] ?? length]);
	}
	return found;
}

/** Whether a character next to a value makes it part of a longer word. */
function isInside(char: string | undefined): boolean {
	return char !== undefined && /[\p{L}\p{N}_]/u.test(char);
}
