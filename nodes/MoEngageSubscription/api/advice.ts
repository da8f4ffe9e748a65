import { targetOf } from './rejection';

/** A documented rejection: how to recognize it, and what to do about it. */
interface Advice {
	/** The field that MoEngage names, see `targetOf`. */
	target?: RegExp;
	/** The whole message. */
	message?: RegExp;
	/** Only with this status. */
	status?: number;
	text: string;
}

/** How to fix each documented rejection of one item. The first match applies. */
const ADVICE: readonly Advice[] = [
	{
		// Opt-in: the customer ID or email address that was sent belongs to no user.
		target: /^customer_id or email_id$/,
		text: "Check 'Customer ID' and 'Email': MoEngage has no user with these values, and this operation doesn't create one. Create the user in MoEngage first, or remove the item.",
	},
	{
		// Opt-in: an email address alone isn't enough in this workspace.
		target: /^customer_id$/,
		text: "Set 'Customer ID' for this item. Your workspace doesn't unsubscribe users by email address, so MoEngage can't identify the user by 'Email' alone.",
	},
	{
		target: /^categories\b/,
		text: 'Check the categories of this item: each must be active in MoEngage, and its name must match exactly. One unknown name rejects the whole change.',
	},
	{
		// Opt-in: a key that isn't documented.
		target: /^\['.*'\]$/,
		text: "The request has a key that MoEngage doesn't accept. Update this node to its newest version. If that doesn't help, report it to the node's maintainers.",
	},
	{
		target: /^channel$/,
		text: "Choose a channel that MoEngage supports in 'Channel'. Opt-in status exists only for email.",
	},
	{
		target: /^opt_in_status$/,
		text: "Set 'Opt-In Status' to DOUBLE_OPTED_IN, OPT_IN_PENDING, or OPTED_OUT for this item.",
	},
	{
		status: 409,
		target: /^user_identifier_value$/,
		text: "The email address belongs to several profiles, and email-based unsubscribe is disabled in your workspace. Identify the user by customer ID or MoEngage user ID in 'Identify User By'. Or ask MoEngage support to enable email-based unsubscribe.",
	},
	{
		status: 404,
		target: /^user_identifier_value$/,
		text: "MoEngage has no user with this ID or email address, and this operation doesn't create one. Check the value and 'Identify User By'.",
	},
	{
		target: /^user_identifier_(value|type)$/,
		text: "Check the user's ID or email address in this item, and that 'Identify User By' matches its kind: customer ID, email address, or MoEngage user ID.",
	},
	{
		target: /^event_attributes\b/,
		text: "Check 'Event Attributes': MoEngage accepts up to 5, with names of up to 50 and values of up to 255 characters.",
	},
	{
		target: /^Idempotency-Key$/i,
		text: 'Run the workflow again for this item: it is then sent as a new request.',
	},
	{
		message: /\bESP settings\b/i,
		text: "Check 'Email Provider (ESP)': it must be the provider that your workspace sends email with, in uppercase, such as SENDGRID.",
	},
	{
		message: /^Sentry check failed$/i,
		text: "MoEngage doesn't document the cause of this rejection. Run the workflow again for this item; if it is rejected again, ask MoEngage support.",
	},
];

/** Returns how to fix a rejection, or `undefined` if it isn't documented. `message` is its quotation. */
export function adviceFor(status: number, message: string): string | undefined {
	const field = targetOf(message);
	return ADVICE.find(
		(one) =>
			(one.status === undefined || one.status === status) &&
			(one.target === undefined || (field !== undefined && one.target.test(field))) &&
			(one.message === undefined || one.message.test(message)),
	)?.text;
}
