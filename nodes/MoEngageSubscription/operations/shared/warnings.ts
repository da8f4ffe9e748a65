import { ItemError } from './itemError';
import { quoted } from './inputErrors';

/**
 * What `warnings` of an item that was sent says. As in refusals.ts, `label` names the parameter or
 * field, and no value is quoted.
 */
export const warnings = {
	/** `error` is why a part of the item couldn't be read. */
	leftOut: (label: string, error: unknown) =>
		error instanceof ItemError
			? `Left out: ${error.reason.message}.`
			: `Left out: ${quoted(label)} couldn't be read, so check its expression.`,
	onlyOptOuts: (label: string) =>
		`Left out: ${label} would be subscribed, but this item has a value that couldn't be read, so it only unsubscribes.`,
	optedOut: (label: string) =>
		`Left out: ${label} would be subscribed, but the opt-in status of this item is opted out.`,
	disagreement: (label: string) =>
		`${label} has different values in this item, so it is unsubscribed.`,
	invisible: (label: string) =>
		`${quoted(label)} has invisible characters in it. It was sent as it is, so check that MoEngage knows it in this form.`,
};
