import {
	eventFilter,
	eventOptions,
	eventValue,
	knownEvents,
} from '../../../nodes/MoEngageSubscriptionTrigger/events';

/** MoEngage's events as its pages list them: name, code if published, and this node's value. */
const PUBLISHED: [name: string, code: string, value: string][] = [
	['Email Unsubscribed', 'MOE_EMAIL_UNSUBSCRIBE', 'emailUnsubscribed'],
	['Email Subscription Category Updated', 'MOE_EMAIL_SUBSCRIPTION_UPDATED', 'categoriesUpdated'],
	['Email Optin Status Updated', '', 'optInStatusUpdated'],
	['Email Opt-in Status Updated', '', 'optInStatusUpdated'],
	['Email Resubscribed', '', 'resubscribed'],
	['Email Bounced', 'MOE_EMAIL_HARD_BOUNCE', 'hardBounced'],
	['Email Bounce Reset', '', 'bounceReset'],
	['Email Soft Bounced', 'MOE_EMAIL_SOFT_BOUNCE', 'softBounced'],
	['Email Complained', 'MOE_EMAIL_SPAM', 'complained'],
	['Email Spam Complained', 'MOE_EMAIL_SPAM', 'complained'],
	['Email Complain Reset', '', 'complaintReset'],
	['Email Dropped', 'MOE_EMAIL_DROP', 'dropped'],
	['ESP Dropped Request', 'MOE_EMAIL_DROPPED_UNSUBSCRIBE', 'dropped'],
	['Email Unsubscribe Drop', 'MOE_EMAIL_DROPPED_UNSUBSCRIBE', 'dropped'],
];

describe('eventValue', () => {
	it.each(PUBLISHED)('%s (%s) is recognized by name and by code', (name, code, value) => {
		expect(eventValue('', name)).toBe(value);
		expect(eventValue('MOE_UNPUBLISHED', name)).toBe(value);
		if (code !== '') expect(eventValue(code, '')).toBe(value);
	});

	it('the table contains no code that MoEngage doesn’t publish', () => {
		const published = new Set(PUBLISHED.map(([, code]) => code).filter(Boolean));
		expect(new Set(knownEvents.flatMap(({ codes }) => codes))).toEqual(published);
	});

	it('the code decides if code and name contradict each other', () => {
		expect(eventValue('MOE_EMAIL_UNSUBSCRIBE', 'Email Resubscribed')).toBe('emailUnsubscribed');
	});

	it('case, hyphens and surrounding spaces don’t matter', () => {
		expect(eventValue(' moe_email_spam ', '')).toBe('complained');
		expect(eventValue('', 'EMAIL OPT-IN status updated')).toBe('optInStatusUpdated');
	});

	it('an unknown event, also one named like an object’s property, is other', () => {
		for (const name of ['Email Opened', '__proto__', 'constructor', ''])
			expect(eventValue('MOE_EMAIL_OPEN', name)).toBe('other');
	});
});

describe('eventFilter', () => {
	it('any wants every event', () => {
		expect(eventFilter(['any'], '')('MOE_EMAIL_OPEN', '')).toBe(true);
	});

	it('no selected event wants none', () => {
		expect(eventFilter([], '')('MOE_EMAIL_UNSUBSCRIBE', '')).toBe(false);
	});

	it('only selected events are wanted', () => {
		const isWanted = eventFilter(['emailUnsubscribed'], '');
		expect(isWanted('MOE_EMAIL_UNSUBSCRIBE', '')).toBe(true);
		expect(isWanted('MOE_EMAIL_SPAM', '')).toBe(false);
		expect(isWanted('MOE_EMAIL_OPEN', '')).toBe(false);
	});

	it('other without a list wants all events that are not in the table', () => {
		const isWanted = eventFilter(['other'], ' , ');
		expect(isWanted('MOE_EMAIL_OPEN', '')).toBe(true);
		expect(isWanted('MOE_EMAIL_SPAM', '')).toBe(false);
	});

	it('other with a list wants the listed names and codes', () => {
		const isWanted = eventFilter(['other', 'resubscribed'], 'sms keyword received, MOE_EMAIL_OPEN');
		expect(isWanted('', 'SMS Keyword Received')).toBe(true);
		expect(isWanted('moe_email_open', '')).toBe(true);
		expect(isWanted('', 'Email Resubscribed')).toBe(true);
		expect(isWanted('MOE_EMAIL_CLICK', '')).toBe(false);
	});

	it('a list is ignored if other isn’t selected', () => {
		expect(eventFilter(['complained'], 'MOE_EMAIL_OPEN')('MOE_EMAIL_OPEN', '')).toBe(false);
	});
});

it('the list of events offers all names that workflows can contain', () => {
	expect(new Set(eventOptions.map(({ value }) => value))).toEqual(
		new Set(['any', 'other', ...PUBLISHED.map(([, , value]) => value)]),
	);
});
