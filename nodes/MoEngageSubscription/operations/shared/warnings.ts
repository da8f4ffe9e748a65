import { ItemError } from './itemError';
import { quoted } from './inputErrors';

/**
 * The texts in the `warnings` of an item that was sent. As in inputErrors.ts, `label` is the name of
 * the parameter or field, and values are never quoted.
 */
export const warnings = {
	/** `error` is the reason why a part of the item couldn't be read. */
	leftOut: (label: string, error: unknown) =>
		error instanceof ItemError
			? `Left out: ${error.reason.message}.`
			: `Left out: ${quoted(label)} couldn't be read. Check its expression.`,
	onlyOptOuts: (label: string) =>
		`Left out: ${label} would have been subscribed, but another value of this item couldn't be read, so the item only unsubscribes.`,
	optedOut: (label: string) =>
		`Left out: ${label} would have been subscribed, but the opt-in status of this item is opted out.`,
	conflict: (label: string) =>
		`${label} has conflicting values in this item, so the user is unsubscribed from it.`,
	placeholder: (label: string) =>
		`${quoted(label)} looks like a placeholder for a missing ID, such as "none" or "0". MoEngage's Data API doesn't accept it as an ID. It was sent unchanged, so check the data source.`,
	invisible: (label: string) =>
		`${quoted(label)} contains invisible characters. It was sent unchanged, so check that it matches the value in MoEngage.`,
};
