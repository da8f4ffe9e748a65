import { trimmed } from './characters';
import { inputErrors } from './inputErrors';
import { isBlank, kindOf } from './values';

/** The texts that mean yes or no for one kind of field. */
interface Vocabulary {
	yes: readonly string[];
	no: readonly string[];
	/** States whose meaning depends on the field, without spaces, hyphens, and underscores. */
	states?: readonly string[];
}

const YES = ['true', 'yes', 'y', '1', 'on'];
const NO = ['false', 'no', 'n', '0', 'off'];

/**
 * For a switch such as Unsubscribe From All, a "yes" for "subscribed" would mean the opposite, so a
 * subscription state is rejected there instead of being read as yes or no.
 */
const STATES = [
	...['subscribed', 'unsubscribed', 'subscribe', 'unsubscribe', 'resubscribed', 'notsubscribed'],
	...['optedin', 'optedout', 'optin', 'optout', 'doubleoptedin', 'doubleoptin', 'optinpending'],
	...['pending', 'confirmed', 'unconfirmed', 'in', 'out', 'active', 'inactive'],
	...['enabled', 'disabled'],
];

/** Whether the user is subscribed to a category. */
export const CATEGORY: Vocabulary = { yes: [...YES, 'subscribed'], no: [...NO, 'unsubscribed'] };
/** Switches that change a subscription. */
export const SWITCH: Vocabulary = { yes: YES, no: NO, states: STATES };
/** Options of the run. */
export const OPTION: Vocabulary = { yes: YES, no: NO };

/** Returns the texts that a vocabulary accepts, for messages and documentation. */
export function acceptedTexts({ yes, no }: Vocabulary): string {
	return `${yes.join(', ')} or ${no.join(', ')}`;
}

/** Returns whether a value means yes, or `undefined` for a blank value. */
export function asFlag(value: unknown, label: string, vocabulary: Vocabulary): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (isBlank(value)) return undefined;
	if (typeof value === 'string' || typeof value === 'number') {
		const text = trimmed(String(value)).toLowerCase();
		if (vocabulary.yes.includes(text)) return true;
		if (vocabulary.no.includes(text)) return false;
		if (vocabulary.states?.includes(text.replace(/[\s_-]/g, '')))
			throw inputErrors.subscriptionState(label, acceptedTexts(vocabulary));
	}
	throw inputErrors.neitherYesNorNo(label, kindOf(value), acceptedTexts(vocabulary));
}
