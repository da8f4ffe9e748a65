/** Takes keys and people out of texts that a server sent. */
import { decode, type Decoded } from './decoded';

/** Longer texts are dropped: an explanation is short. */
const LONGEST_TEXT = 64_000;

/** Words this short are taken out only as whole tokens: otherwise half of a text would go with them. */
const SHORT = 2;

/** A word that is this many times longer than a text isn't in it, however it is escaped. */
const MUCH_LONGER = 16;

/** A message in one line, or nothing if it is too long to be an explanation. */
export function oneLine(text: string): string {
	// Whole or not at all: the rest of a word that was cut would not be found any more.
	return text.length > LONGEST_TEXT ? '' : text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/**
 * Takes given words out of a text (other people's IDs), and everything that looks like an email
 * unless it is one of `own`.
 */
export function redactPeople(
	text: string,
	people: readonly string[],
	own: readonly string[] = [],
): string {
	const known = new Set(own.map((word) => word.toLowerCase()));
	return redact(text, people).replaceAll(/[^\s"'`<>()[\]{},;:]+/g, (token) => {
		const isKnown = known.has(token.toLowerCase()) || known.has(token.slice(0, -1).toLowerCase());
		const isEmail = /[^@](@|%(25){0,4}40)[^@]|[^@]&(#64|#x40|commat)$/i.test(token);
		return isEmail && !isKnown ? '…' : token;
	});
}

/** Takes given words out of a text, whatever their case, also if they are escaped or encoded. */
export function redact(text: string, words: readonly string[]): string {
	const decoded = decode(text);
	const parts = words
		.filter((word) => word.length <= text.length * MUCH_LONGER)
		.flatMap((word) => partsWith(decode(oneLine(word)).text, decoded));
	let clean = '';
	let from = 0;
	for (const [start, end] of parts.sort(([a], [b]) => a - b)) {
		// Where words overlap, such as `user-1` and `user-12`, all of it goes.
		if (start >= from) clean += `${text.slice(from, start)}…`;
		from = Math.max(from, end);
	}
	return clean + text.slice(from);
}

/** Start and end of each part of the original text that contains the word. */
function partsWith(word: string, { text, starts, ends }: Decoded): Array<[number, number]> {
	const found: Array<[number, number]> = [];
	if (word === '') return found;
	for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
		const end = at + word.length;
		if (word.length <= SHORT && (isInside(text[at - 1]) || isInside(text[end]))) continue;
		found.push([starts[at], ends[end - 1]]);
	}
	return found;
}

/** Whether a character next to a word makes it a part of a longer one. */
function isInside(char: string | undefined): boolean {
	return char !== undefined && /[\p{L}\p{N}_]/u.test(char);
}
