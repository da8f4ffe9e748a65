import { targetsOf } from './rejection';
import type { RejectionBody } from './schemas';

const CATEGORIES =
	'MoEngage rejects the whole change if one category is unknown or inactive. Check that each category of this item is active in MoEngage and that its name matches exactly, then rerun the workflow for it.';
const NOT_SUPPORTED =
	"MoEngage doesn't accept a part of the request that this node sends. Update the node to its newest version, and report it if that doesn't help.";

/** What to do about a rejection, by the field that it names in `target`. */
const BY_TARGET: Record<string, string> = {
	'customer_id or email_id':
		"MoEngage has no user with the 'Customer ID' or 'Email' of this item. Correct the value, or create the user in MoEngage first, then rerun the workflow for it.",
	customer_id:
		"Enter the 'Customer ID' of this user as text. Your workspace doesn't accept an email address alone unless MoEngage has enabled unsubscribing by email for it.",
	categories: CATEGORIES,
	channel: NOT_SUPPORTED,
	opt_in_status: NOT_SUPPORTED,
	event_attributes:
		"Check 'Event Attributes' in the options: MoEngage accepts up to 5, with names of up to 50 and values of up to 255 characters.",
};

/** v5 names the identifier for several reasons, which have a status each. */
const BY_IDENTIFIER_STATUS: Record<number, string> = {
	400: "Check that 'Identify User By' matches the kind of ID in this item.",
	404: 'MoEngage has no user with this ID or email address. Correct the value, or create the user in MoEngage first, then rerun the workflow for this item.',
	409: "Several profiles in MoEngage have this email address, and unsubscribing by email isn't enabled for your workspace, so MoEngage can't tell which one you mean. Identify the user by customer ID or MoEngage user ID.",
};

/** Returns how to fix a rejection whose field MoEngage names, or `undefined` if it names none we know. */
export function adviceFor(status: number, parts: RejectionBody): string | undefined {
	for (const target of targetsOf(parts)) {
		if (target === 'user_identifier_value') return BY_IDENTIFIER_STATUS[status];
		// v5 names each category: `categories.Newsletter`.
		if (target.startsWith('categories.')) return CATEGORIES;
		// Email Opt-In names keys that it doesn't know as a list: `['key']`.
		const advice = target.startsWith('[') ? NOT_SUPPORTED : BY_TARGET[target];
		if (advice !== undefined) return advice;
	}
	return undefined;
}
