/**
 * Characters that aren't visible: controls, soft hyphen, zero-width and direction marks, and byte
 * order mark. Variation selectors and tags aren't among them: emoji end with those.
 */
const INVISIBLE = /[\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;

/** The zero-width joiner inside an emoji, which is part of it. */
const EMOJI_JOINER = /(?<=[\p{Extended_Pictographic}\p{EMod}\uFE0F])\u200D/gu;

/** Half of a surrogate pair: JSON can carry it, but UTF-8 can't. */
const HALF_CHARACTER = /\p{Surrogate}/u;

/** Texts that a broken mapping leaves in place of an ID. */
const LEFTOVERS = ['undefined', 'null', 'NaN'];

/** Removes spaces and invisible characters from both ends of a text; spreadsheets often leave some. */
export function trimmed(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && isMargin(text.charAt(start))) start += 1;
	while (end > start && isMargin(text.charAt(end - 1))) end -= 1;
	return text.slice(start, end);
}

function isMargin(character: string): boolean {
	return character.trim() === '' || INVISIBLE.test(character);
}

export function hasInvisible(text: string): boolean {
	return INVISIBLE.test(text) && INVISIBLE.test(text.replace(EMOJI_JOINER, ''));
}

export function hasHalfCharacter(text: string): boolean {
	return HALF_CHARACTER.test(text);
}

/** Returns what a broken mapping left in a text, or `undefined` if the text may be intended. */
export function leftoverIn(text: string): string | undefined {
	if (text.includes('{{') || text.includes('}}')) return '{{ … }}';
	const lower = text.toLowerCase();
	if (lower.includes('[object object]')) return '[object Object]';
	return LEFTOVERS.find((leftover) => leftover.toLowerCase() === lower);
}
