import { endpoints } from '../../api/endpoints';
import { userResponse, type Channel, type UserResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import {
	readChannel,
	readUserIdentifier,
	userIdentifierFields,
	type UserIdentifier,
} from '../shared/userIdentifier';

interface Query extends UserIdentifier {
	channel: Channel;
}

export const getPreferencesByUser: Operation<Query, UserResponse> = {
	resource: 'preference',
	operation: 'getByUser',
	name: 'Get by User',
	action: 'Get user preferences by ID or email',
	description:
		"Get a user's categories by ID or email address; not available in every workspace yet",
	fields: userIdentifierFields,
	endpoint: endpoints.getPreferencesByUser,
	schema: userResponse,
	noun: ['lookup', 'lookups'],
	read: (item) => ({
		value: { ...readUserIdentifier(item), channel: readChannel(item) },
		keys: [],
	}),
	request: ([query]) => ({ query: { ...query }, people: [query.user_identifier_value] }),
	output: (query, accepted) => ({ ...query, ...accepted?.response.data }),
};
