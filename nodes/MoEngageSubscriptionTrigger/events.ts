import type { INodePropertyOptions } from 'n8n-workflow';

/** One of MoEngage's events: its value and name in this node, and the codes and names MoEngage sends. */
interface KnownEvent {
	value: string;
	displayName: string;
	description: string;
	codes: readonly string[];
	names: readonly string[];
}

/** Codes are missing if MoEngage doesn't publish them; those events are recognized by name. */
export const knownEvents: readonly KnownEvent[] = [
	{
		value: 'bounceReset',
		displayName: 'Bounce Reset',
		description: 'The bounce status of an email address was cleared',
		codes: [],
		names: ['Email Bounce Reset'],
	},
	{
		value: 'categoriesUpdated',
		displayName: 'Categories Updated',
		description: 'A user changed their subscription categories',
		codes: ['MOE_EMAIL_SUBSCRIPTION_UPDATED'],
		names: ['Email Subscription Category Updated'],
	},
	{
		value: 'complained',
		displayName: 'Complained',
		description: 'A user marked an email as spam',
		codes: ['MOE_EMAIL_SPAM'],
		names: ['Email Complained', 'Email Spam Complained'],
	},
	{
		value: 'complaintReset',
		displayName: 'Complaint Reset',
		description: 'The spam complaint of an email address was cleared',
		codes: [],
		names: ['Email Complain Reset'],
	},
	{
		value: 'dropped',
		displayName: 'Dropped',
		description: "An email wasn't sent, for example because of an earlier unsubscribe",
		codes: ['MOE_EMAIL_DROP', 'MOE_EMAIL_DROPPED_UNSUBSCRIBE'],
		names: ['Email Dropped', 'ESP Dropped Request', 'Email Unsubscribe Drop'],
	},
	{
		value: 'emailUnsubscribed',
		displayName: 'Email Unsubscribed',
		description: 'A user unsubscribed from all emails',
		codes: ['MOE_EMAIL_UNSUBSCRIBE'],
		names: ['Email Unsubscribed'],
	},
	{
		value: 'hardBounced',
		displayName: 'Hard Bounced',
		description: 'An email permanently failed to be delivered',
		codes: ['MOE_EMAIL_HARD_BOUNCE'],
		names: ['Email Bounced'],
	},
	{
		value: 'optInStatusUpdated',
		displayName: 'Opt-In Status Updated',
		description: 'The opt-in status of a user changed',
		codes: [],
		names: ['Email Optin Status Updated'],
	},
	{
		value: 'resubscribed',
		displayName: 'Resubscribed',
		description: 'The unsubscribe of an email address was cleared',
		codes: [],
		names: ['Email Resubscribed'],
	},
	{
		value: 'softBounced',
		displayName: 'Soft Bounced',
		description: 'An email temporarily failed to be delivered',
		codes: ['MOE_EMAIL_SOFT_BOUNCE'],
		names: ['Email Soft Bounced'],
	},
];

const ANY = 'any';
export const OTHER = 'other';

/** The entries of the list 'Events', in alphabetical order as n8n's linter requires. */
export const eventOptions: INodePropertyOptions[] = [
	{ name: 'Any Event', value: ANY, description: 'Every event that MoEngage sends' },
	...knownEvents.map(({ displayName, value, description }) => ({
		name: displayName,
		value,
		description,
	})),
	{ name: 'Other', value: OTHER, description: 'Events that are not in this list' },
].sort((a, b) => a.name.localeCompare(b.name));

/** MoEngage's pages spell the same event with different case and hyphens. */
const normalized = (text: string) => text.toLowerCase().replace(/-/g, '').trim();

const valueOf = new Map(
	knownEvents.flatMap(({ value, codes, names }) =>
		[...codes, ...names].map((text): [string, string] => [normalized(text), value]),
	),
);

/** Returns this node's value for an event, by its code first and its name second, or `other`. */
export function eventValue(code: string, name: string): string {
	return valueOf.get(normalized(code)) ?? valueOf.get(normalized(name)) ?? OTHER;
}

/**
 * Returns a function that decides whether an event is wanted. `others` lists the names or codes of
 * further events, separated by commas; an empty list stands for all of them.
 */
export function eventFilter(
	events: readonly string[],
	others: string,
): (code: string, name: string) => boolean {
	const listed = new Set(others.split(',').map(normalized).filter(Boolean));
	const wanted = new Set(events);
	return (code, name) => {
		if (wanted.has(ANY)) return true;
		const value = eventValue(code, name);
		if (value !== OTHER && wanted.has(value)) return true;
		if (!wanted.has(OTHER)) return false;
		if (listed.size === 0) return value === OTHER;
		return listed.has(normalized(code)) || listed.has(normalized(name));
	};
}
