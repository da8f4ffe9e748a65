import fc from 'fast-check';

import {
	hasHalfCharacter,
	hasInvisible,
	leftoverIn,
	trimmed,
} from '../../../nodes/MoEngageSubscription/operations/shared/characters';

const INVISIBLE = ['\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF', '\u00AD', '\u202E', '\u0000'];

describe('a text', () => {
	it.each(INVISIBLE)('loses %j at its ends, and has it inside', (one) => {
		expect(trimmed(`${one} ${one}ada ${one}`)).toBe('ada');
		expect(trimmed(`a${one}da`)).toBe(`a${one}da`);
		expect([hasInvisible(`a${one}da`), hasInvisible('ada')]).toEqual([true, false]);
		expect(trimmed(one.repeat(3))).toBe('');
	});
	it.each(['❤️', '👩‍💻 News', '👨‍👩‍👧', '👍🏽‍❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'Привет', '名前', 'naïve'])(
		'%s is as it is shown',
		(text) => {
			expect([trimmed(text), hasInvisible(text), hasHalfCharacter(text)]).toEqual([
				text,
				false,
				false,
			]);
		},
	);
	it('is trimmed only at its ends, and to nothing else the second time', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				const once = trimmed(text);
				return trimmed(once) === once && text.includes(once);
			}),
		);
	});
	it('is trimmed at once, however long', () => {
		const started = performance.now();
		trimmed(`a${' \u200B'.repeat(500_000)}a`);
		expect(performance.now() - started).toBeLessThan(1000);
	});
});

describe('half a character', () => {
	it.each(['\uD83D', 'a\uDE00', '\uDE00\uD83D', '😀\uD83D'])('is found in %j', (text) => {
		expect(hasHalfCharacter(text)).toBe(true);
	});
	it('is what a text in UTF-8 loses', () => {
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
	])('%s is named %s', (text, leftover) => {
		expect(leftoverIn(text)).toBe(leftover);
	});
	it.each(['none', 'n/a', 'guest', '0', 'nullable', 'undefined-1', 'Nan Goldin', '{id}', 'ada'])(
		'is not %s',
		(text) => {
			expect(leftoverIn(text)).toBeUndefined();
		},
	);
});
