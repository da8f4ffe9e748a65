import fc from 'fast-check';

import {
	hasHalfCharacter,
	hasInvisible,
	leftoverIn,
	trimmed,
} from '../../../nodes/MoEngageSubscription/operations/shared/characters';

const INVISIBLE = ['\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD', '\u202E', '\u0000'];

describe('a text', () => {
	it.each(INVISIBLE)(
		'the invisible character %j is trimmed at both ends and reported inside',
		(one) => {
			expect(trimmed(`${one} ${one}ada ${one}`)).toBe('ada');
			expect(trimmed(`a${one}da`)).toBe(`a${one}da`);
			expect([hasInvisible(`a${one}da`), hasInvisible('ada')]).toEqual([true, false]);
			expect(trimmed(one.repeat(3))).toBe('');
		},
	);
	it.each(['❤️', '👩‍💻 News', '👨‍👩‍👧', '👍🏽‍❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'Привет', '名前', 'naïve'])(
		'the visible text %s is unchanged',
		(text) => {
			expect([trimmed(text), hasInvisible(text), hasHalfCharacter(text)]).toEqual([
				text,
				false,
				false,
			]);
		},
	);
	it('trimming affects only the ends and is idempotent', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				const once = trimmed(text);
				return trimmed(once) === once && text.includes(once);
			}),
		);
	});
	it('a long text is trimmed in under a second', () => {
		const started = performance.now();
		trimmed(`a${' \u200B'.repeat(500_000)}a`);
		expect(performance.now() - started).toBeLessThan(1000);
	});
});

describe('half a character', () => {
	it.each(['\uD83D', 'a\uDE00', '\uDE00\uD83D', '😀\uD83D'])(
		'half a character is found in %j',
		(text) => {
			expect(hasHalfCharacter(text)).toBe(true);
		},
	);
	it('a text has half a character exactly if UTF-8 can’t encode it', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0xd700, max: 0xe000 }), { maxLength: 6 }), (units) => {
				const text = String.fromCharCode(...units);
				return hasHalfCharacter(text) === (Buffer.from(text).toString() !== text);
			}),
		);
	});
});

describe('what a broken mapping leaves', () => {
	it.each([
		['undefined', 'undefined'],
		['NULL', 'null'],
		['nan', 'NaN'],
		['[Object object],[object Object]', '[object Object]'],
		['{{ $json.id }}', '{{ … }}'],
		['id }}', '{{ … }}'],
	])('the leftover %s is reported as %s', (text, leftover) => {
		expect(leftoverIn(text)).toBe(leftover);
	});
	it.each(['none', 'n/a', 'guest', '0', 'nullable', 'undefined-1', 'Nan Goldin', '{id}', 'ada'])(
		'%s isn’t a leftover',
		(text) => {
			expect(leftoverIn(text)).toBeUndefined();
		},
	);
});
