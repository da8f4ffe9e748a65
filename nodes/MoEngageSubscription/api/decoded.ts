/** A text with its escapes decoded, and where each of its characters comes from. */
export interface Decoded {
	/** In lowercase. */
	text: string;
	/** For each character of `text`, the start and end of its part of the original text. */
	starts: readonly number[];
	ends: readonly number[];
}

/** Maximum number of escape layers to decode. A text that was URL-encoded twice has two. */
const MOST_LAYERS = 5;

/** HTML's names for characters that IDs and API keys can contain. */
const NAMED: Readonly<Record<string, string>> = {
	amp: '&',
	apos: "'",
	ast: '*',
	colon: ':',
	commat: '@',
	equals: '=',
	excl: '!',
	gt: '>',
	lowbar: '_',
	lt: '<',
	num: '#',
	percnt: '%',
	period: '.',
	plus: '+',
	quot: '"',
	sol: '/',
};

/**
 * One escape sequence of a URL, JSON, JavaScript, or HTML. Forms encode a space as a plus. Other
 * backslashes are dropped, because their number depends on how often the text was quoted.
 */
const ESCAPE =
	/%[c-f][\da-f](?:%[89ab][\da-f]){1,3}|%[0-7][\da-f]|\\+(?:u[\da-f]{4}|x[\da-f]{2})?|&#\d{1,7};?|&#x[\da-f]{1,6};?|&[a-z]{2,6};|\+/gi;

/** Decodes all layers of escapes. */
export function decode(text: string): Decoded {
	const identity = Array.from({ length: text.length }, (_, at) => at);
	let found: Decoded = { text, starts: identity, ends: identity.map((at) => at + 1) };
	for (let layer = 0; layer < MOST_LAYERS; layer++) {
		const next = decodeLayer(found);
		if (next.text === found.text) break;
		found = next;
	}
	return { ...found, text: inLowerCase(found.text) };
}

function decodeLayer({ text, starts, ends }: Decoded): Decoded {
	const next = { text: '', starts: [] as number[], ends: [] as number[] };
	let from = 0;
	const copy = (to: number) => {
		next.text += text.slice(from, to);
		for (const start of starts.slice(from, to)) next.starts.push(start);
		for (const end of ends.slice(from, to)) next.ends.push(end);
	};
	for (const { 0: escape, index } of text.matchAll(ESCAPE)) {
		copy(index);
		from = index + escape.length;
		// An escape has at least one character, so both exist.
		const [start, end] = [starts[index], ends[from - 1]] as [number, number];
		const plain = meaningOf(escape);
		next.text += plain;
		for (let at = 0; at < plain.length; at++) {
			next.starts.push(start);
			next.ends.push(end);
		}
	}
	copy(text.length);
	return next;
}

function meaningOf(escape: string): string {
	if (escape === '+') return ' ';
	if (escape.startsWith('%')) return Buffer.from(escape.replaceAll('%', ''), 'hex').toString();
	if (escape.startsWith('\\')) {
		const rest = escape.replace(/^\\+/, '');
		return rest === '' ? '' : character(parseInt(rest.slice(1), 16), escape);
	}
	const name = escape.slice(1).replace(/;$/, '').toLowerCase();
	if (name.startsWith('#x')) return character(parseInt(name.slice(2), 16), escape);
	if (name.startsWith('#')) return character(parseInt(name.slice(1), 10), escape);
	return NAMED[name] ?? escape;
}

function character(code: number, escape: string): string {
	return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : escape;
}

/** Keeps the length of the text: the few letters that grow in lowercase stay as they are. */
function inLowerCase(text: string): string {
	const lower = text.toLowerCase();
	if (lower.length === text.length) return lower;
	return Array.from({ length: text.length }, (_, at) => {
		const own = text.charAt(at);
		const small = own.toLowerCase();
		return small.length === 1 ? small : own;
	}).join('');
}
