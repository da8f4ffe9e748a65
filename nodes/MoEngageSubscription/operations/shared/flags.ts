import { trimmed } from './characters';
import { inputErrors } from './inputErrors';
import { isBlank, kindOf } from './values';

/** The texts that mean yes or no as the answer to one kind of question. */
export interface Vocabulary {
	yes: readonly string[];
	no: readonly string[];
	/** Without spaces, hyphens and underscores: states whose meaning depends on the question. */
	states?: readonly string[];
}

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

/**
 * In a switch such as Unsubscribe From All, "subscribed" would answer the opposite of what was
 * asked, so a subscription state is rejected there instead of being read as yes or no.
 */
const STATES = [
	...['subscribed', 'unsubscribed', 'subscribe', 'unsubscribe', 'resubscribed', 'notsubscribed'],
	...['optedin', 'optedout', 'optin', 'optout', 'doubleoptedin', 'doubleoptin', 'optinpending'],
	...['pending', 'confirmed', 'unconfirmed', 'in', 'out', 'active', 'inactive'],
	...['enabled', 'disabled'],
];

/** "Is the user subscribed to this category?" */
export const CATEGORY: Vocabulary = { yes: [...YES, 'subscribed'], no: [...NO, 'unsubscribed'] };
/** Switches that change a subscription. */
export const SWITCH: Vocabulary = { yes: YES, no: NO, states: STATES };
/** Options of the run. */
export const OPTION: Vocabulary = { yes: YES, no: NO };

/** The texts that a vocabulary takes, for messages and documentation. */
export function wordsOf({ yes, no }: Vocabulary): string {
	return `${yes.join(', ')} or ${no.join(', ')}`;
}

/** Yes or no, or `undefined` for a blank value. */
export function asFlag(value: unknown, label: string, vocabulary: Vocabulary): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (isBlank(value)) return undefined;
	if (typeof value === 'string' || typeof value === 'number') {
		const word = trimmed(String(value)).toLowerCase();
		if (vocabulary.yes.includes(word)) return true;
		if (vocabulary.no.includes(word)) return false;
		if (vocabulary.states?.includes(word.replace(/[\s_-]/g, '')))
			throw inputErrors.subscriptionState(label, wordsOf(vocabulary));
	}
	throw inputErrors.neitherYesNorNo(label, kindOf(value), wordsOf(vocabulary));
}
