import { endpoints } from '../../api/endpoints';
import { writeResponse, type UserChangeBody, type WriteResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import { categoryFields, requireCategories } from '../shared/categories';
import { categoriesToSend } from '../shared/consent';
import {
	eventAttributesOption,
	markAsSentOption,
	readEventAttributes,
} from '../shared/eventAttributes';
import { readChannel, readUserIdentifier, userIdentifierFields } from '../shared/userIdentifier';

export const updatePreferencesByUser: Operation<UserChangeBody, WriteResponse> = {
	resource: 'preference',
	operation: 'updateByUser',
	name: 'Update by User',
	action: 'Update user preferences by ID or email',
	description:
		"Change a user's categories by ID or email address; not available in every workspace yet",
	fields: [
		...userIdentifierFields,
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
				'<b>Globally Unsubscribed on:</b> MoEngage stops the whole channel for the user and ignores the categories. <b>Off:</b> MoEngage changes the categories and lifts an earlier unsubscribe from the whole channel. Set this value from your own consent records.',
			name: 'globallyUnsubscribedNotice',
			type: 'notice',
			default: '',
		},
	],
	options: [
		eventAttributesOption,
		markAsSentOption,
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
	noun: ['user', 'users'],
	read(item) {
		const user = readUserIdentifier(item);
		const is_globally_unsubscribed = item.flag('globallyUnsubscribed', 'Globally Unsubscribed');
		const channel = readChannel(item);
		const given = item.categories();
		const attributes = readEventAttributes(item);
		const requestId = item.optionalText('requestId', 'Request ID');
		const categories = categoriesToSend(item, given, is_globally_unsubscribed);
		requireCategories(categories, is_globally_unsubscribed, 'Globally Unsubscribed');
		const change: UserChangeBody = { ...user, is_globally_unsubscribed, channel, categories };
		if (attributes !== undefined) change.event_attributes = attributes;
		if (requestId !== '') change.request_id = requestId;
		const { user_identifier_type: type, user_identifier_value: value } = user;
		return {
			value: change,
			keys: [`${type}:${type === 'email' ? value.toLowerCase() : value}`],
			kind: type,
		};
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
