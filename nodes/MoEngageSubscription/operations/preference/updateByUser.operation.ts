import { endpoints } from '../../api/endpoints';
import {
	writeResponse,
	type UserChangeBody,
	type UserResponse,
	type WriteResponse,
} from '../../api/schemas';
import type { Operation } from '../operation';
import { givesCategories } from '../shared/categories';
import { categoryFields } from '../shared/categoryFields';
import { categoriesToSend } from '../shared/consent';
import {
	eventAttributesOption,
	markAsSentOption,
	readEventAttributes,
} from '../shared/eventAttributes';
import { guardOption } from '../shared/guard';
import { inputErrors } from '../shared/inputErrors';
import { waitForResultOption } from '../shared/options';
import {
	readChannel,
	readUserIdentifier,
	userChangeFields,
	userKey,
	type UserLookup,
} from '../shared/userIdentifier';

export const updatePreferencesByUser: Operation<UserChangeBody, WriteResponse> = {
	resource: 'preference',
	operation: 'updateByUser',
	name: 'Update by User',
	action: 'Update user preferences by ID or email',
	description: "Change a user's categories or global unsubscribe by ID or email address",
	fields: [
		...userChangeFields,
		...categoryFields,
		{
			displayName: 'Globally Unsubscribed',
			name: 'globallyUnsubscribed',
			type: 'boolean',
			default: false,
			description:
				'Whether the user is unsubscribed from the whole channel. An expression can also return yes, no, 1, or 0, but not an empty value.',
		},
		{
			displayName:
				'<b>Globally Unsubscribed on:</b> MoEngage stops the whole channel for the user and ignores the categories. <b>Off:</b> MoEngage changes the categories, if there are any. Users who are globally unsubscribed are left alone, unless you add the option <b>Respect Global Unsubscribe</b> and turn it off: then MoEngage <b>lifts their unsubscribe</b> from the whole channel. Categories are optional.',
			name: 'globallyUnsubscribedNotice',
			type: 'notice',
			default: '',
		},
	],
	options: [
		eventAttributesOption,
		markAsSentOption,
		guardOption(
			"Whether to look up each user first, and leave users alone who are globally unsubscribed from the channel, even if 'Globally Unsubscribed' is off for the item. Turn it off only if you have newer consent: the change then lifts the unsubscribe.",
		),
		waitForResultOption,
		{
			displayName: 'Request ID',
			name: 'requestId',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.ticket }}',
			description: 'Your own ID for the request, so you can trace it in MoEngage',
		},
	],
	endpoint: endpoints.updatePreferencesByUser,
	schema: writeResponse,
	identity: ['user_identifier_type', 'user_identifier_value'],
	noun: ['user', 'users'],
	guard: {
		// Lookups and changes have separate rate limits, so this takes no longer.
		isDefault: true,
		lookup: (change) => (change.is_globally_unsubscribed ? undefined : lookupOf(change)),
	},
	result: { lookup: lookupOf, isApplied: isInForce },
	categoriesOf: ({ categories }) => categories,
	read(item) {
		const user = readUserIdentifier(item);
		const is_globally_unsubscribed = item.flag('globallyUnsubscribed', 'Globally Unsubscribed');
		const channel = readChannel(item);
		const given = item.categories();
		const attributes = readEventAttributes(item);
		const requestId = item.optionalText('requestId', 'Request ID');
		const categories = categoriesToSend(item, given, is_globally_unsubscribed);
		const isEmpty = Object.keys(categories).length === 0;
		// A row whose categories are all blank changes nothing: it must not lift an unsubscribe.
		if (isEmpty && !is_globally_unsubscribed && givesCategories(item))
			throw inputErrors.noCategory('Globally Unsubscribed');
		const change: UserChangeBody = { ...user, is_globally_unsubscribed, channel };
		if (!isEmpty) change.categories = categories;
		if (attributes !== undefined) change.event_attributes = attributes;
		if (requestId !== '') change.request_id = requestId;
		return { value: change, keys: [userKey(user)], kind: user.user_identifier_type };
	},
	request: ([change], batchId) => ({
		headers: { 'Idempotency-Key': batchId },
		body: change,
		people: [change.user_identifier_value],
	}),
	output: (change, accepted) => ({
		...change,
		message: accepted?.response.message,
		response_id: accepted?.response.response_id,
	}),
};

/** Returns the lookup of the channel that a change is about. */
function lookupOf({
	user_identifier_type,
	user_identifier_value,
	channel,
}: UserChangeBody): UserLookup {
	return { user_identifier_type, user_identifier_value, channel };
}

/** Whether a user's preferences are those of the change. MoEngage ignores categories next to an opt-out. */
function isInForce(
	{ is_globally_unsubscribed, categories = {} }: UserChangeBody,
	preferences: UserResponse['data'],
): boolean {
	if (preferences.is_globally_unsubscribed !== is_globally_unsubscribed) return false;
	if (is_globally_unsubscribed) return true;
	const found = new Map(preferences.categories.map(({ name, status }) => [name, status]));
	return Object.entries(categories).every(
		([name, subscribed]) => found.get(name) === (subscribed ? 'subscribed' : 'unsubscribed'),
	);
}
