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

/** Returns the error for a rejected value. */
function rejection(value: unknown, label: string, vocabulary = CATEGORY): string {
	try {
		return `not rejected: ${asFlag(value, label, vocabulary)}`;
	} catch (error) {
		if (!(error instanceof ItemError)) return `unexpected: ${String(error)}`;
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
	it.each(NEITHER)('%j is rejected with the accepted texts', (value) => {
		expect(rejection(value, 'Category "News"')).toMatch(
			/^Category "News" must be a yes\/no value \(got .*subscribed/,
		);
		const error = rejection(value, 'Unsubscribe From All', SWITCH);
		expect(error).toMatch(/^'Unsubscribe From All' must be a yes\/no value/);
		expect(error).toContain(acceptedTexts(SWITCH));
		expect(error).not.toContain('subscribed');
	});
	it('an error never contains the rejected value', () => {
		for (const one of VOCABULARIES) expect(rejection('ada@x.com', 'Y', one)).not.toContain('ada');
	});
});

describe('a subscription state', () => {
	it.each(STATES)(
		'the subscription state %j is rejected by a switch with an explanation',
		(value) => {
			const error = rejection(value, 'Unsubscribe From All', SWITCH);
			expect(error).toMatch(/^'Unsubscribe From All' must be yes or no, .*subscription state/);
			expect(error).toContain(`Use ${acceptedTexts(SWITCH)}.`);
			expect(acceptedTexts(SWITCH)).not.toContain('subscribed');
		},
	);
	it('a category accepts only the states subscribed and unsubscribed', () => {
		expect(asFlag(' Subscribed', 'X', CATEGORY)).toBe(true);
		expect(asFlag('UNSUBSCRIBED', 'X', CATEGORY)).toBe(false);
		for (const value of STATES.slice(2)) expect(rejection(value, 'X')).toContain('yes/no value');
	});
	it('a subscription state never sets a switch, however it’s spelled', () => {
		const noise = fc.stringMatching(/^[ \t_-]{0,3}$/);
		const anyState = fc.constantFrom(...(SWITCH.states ?? []), 'subscribed', 'unsubscribed');
		fc.assert(
			fc.property(noise, anyState, noise, fc.boolean(), (before, state, after, upper) => {
				const value = before + (upper ? state.toUpperCase() : state) + after;
				return rejection(value, 'X', SWITCH).startsWith("'X' must be ");
			}),
		);
	});
	it('yes and no mean the same for categories and switches', () => {
		fc.assert(
			fc.property(fc.constantFrom(...CATEGORY.yes, ...CATEGORY.no), (text) => {
				const [ofCategory, ofSwitch] = [CATEGORY, SWITCH].map((one) => rejection(text, 'X', one));
				const isState = text.endsWith('subscribed');
				return isState ? ofSwitch.includes('state') : ofSwitch === ofCategory;
			}),
		);
	});
});
