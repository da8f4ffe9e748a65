import fc from 'fast-check';

import {
	asFlag,
	CATEGORY,
	OPTION,
	SWITCH,
	acceptedTexts,
} from '../../../nodes/MoEngageSubscription/operations/shared/flags';
import { ItemError } from '../../../nodes/MoEngageSubscription/operations/shared/itemError';

const VOCABULARIES = [CATEGORY, SWITCH, OPTION];
const YES = [true, 'true', 'TRUE', ' Yes ', 'y', 'Y', '1', 1, 'on', '\u200Byes\uFEFF'];
const NO = [false, 'false', 'FALSE', ' No ', 'n', '0', 0, 'off'];
const STATES = ['subscribed', 'Unsubscribed ', 'opted in', 'OPTED_OUT', 'opt-in', 'In', 'inactive'];
const NEITHER = [
	2,
	-1,
	0.5,
	NaN,
	'perhaps',
	'nope',
	'ja',
	'nein',
	'{}',
	[],
	[true],
	{},
	new Date(0),
];

/** What a person reads when a value is rejected. */
function rejection(value: unknown, label: string, vocabulary = CATEGORY): string {
	try {
		return `not rejected: ${asFlag(value, label, vocabulary)}`;
	} catch (error) {
		if (!(error instanceof ItemError)) return `broken: ${String(error)}`;
		return `${error.reason.message}. ${error.reason.description}`;
	}
}

describe('yes and no', () => {
	it.each(YES)('%j is yes', (value) => {
		expect(VOCABULARIES.map((one) => asFlag(value, 'X', one))).toEqual([true, true, true]);
	});
	it.each(NO)('%j is no', (value) => {
		expect(VOCABULARIES.map((one) => asFlag(value, 'X', one))).toEqual([false, false, false]);
	});
	it.each([undefined, null, '', '  ', '\t\n', '\u200B'])('%j is blank', (value) => {
		expect(VOCABULARIES.map((one) => asFlag(value, 'X', one))).toEqual([
			undefined,
			undefined,
			undefined,
		]);
	});
	it.each(NEITHER)('%j is rejected with the words that the question takes', (value) => {
		expect(rejection(value, 'Category "News"')).toMatch(
			/^Category "News" must be a yes\/no value \(got .*subscribed/,
		);
		const words = rejection(value, 'Unsubscribe From All', SWITCH);
		expect(words).toMatch(/^'Unsubscribe From All' must be a yes\/no value/);
		expect(words).toContain(acceptedTexts(SWITCH));
		expect(words).not.toContain('subscribed');
	});
	it('never quotes the value itself', () => {
		for (const one of VOCABULARIES) expect(rejection('ada@x.com', 'Y', one)).not.toContain('ada');
	});
});

describe('a subscription state', () => {
	it.each(STATES)('%j is rejected by a switch, which names the mix-up', (value) => {
		const words = rejection(value, 'Unsubscribe From All', SWITCH);
		expect(words).toMatch(/^'Unsubscribe From All' must be yes or no, .*subscription state/);
		expect(words).toContain(`Use ${acceptedTexts(SWITCH)}.`);
		expect(acceptedTexts(SWITCH)).not.toContain('subscribed');
	});
	it('is the value of a category only as subscribed or unsubscribed', () => {
		expect(asFlag(' Subscribed', 'X', CATEGORY)).toBe(true);
		expect(asFlag('UNSUBSCRIBED', 'X', CATEGORY)).toBe(false);
		for (const value of STATES.slice(2)) expect(rejection(value, 'X')).toContain('yes/no value');
	});
	it('in any spelling never answers a switch', () => {
		const noise = fc.stringMatching(/^[ \t_-]{0,3}$/);
		const word = fc.constantFrom(...(SWITCH.states ?? []), 'subscribed', 'unsubscribed');
		fc.assert(
			fc.property(noise, word, noise, fc.boolean(), (before, state, after, upper) => {
				const value = before + (upper ? state.toUpperCase() : state) + after;
				return rejection(value, 'X', SWITCH).startsWith("'X' must be ");
			}),
		);
	});
	it('is the same answer whatever is asked, if it is an answer at all', () => {
		fc.assert(
			fc.property(fc.constantFrom(...CATEGORY.yes, ...CATEGORY.no), (word) => {
				const [ofCategory, ofSwitch] = [CATEGORY, SWITCH].map((one) => rejection(word, 'X', one));
				const isState = word.endsWith('subscribed');
				return isState ? ofSwitch.includes('state') : ofSwitch === ofCategory;
			}),
		);
	});
});
