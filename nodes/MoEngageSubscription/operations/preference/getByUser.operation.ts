import { endpoints } from '../../api/endpoints';
import { userResponse, type UserResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import {
	lookupQuery,
	readLookupChannel,
	readUserIdentifier,
	userLookupFields,
	type UserLookup,
} from '../shared/userIdentifier';

export const getPreferencesByUser: Operation<UserLookup, UserResponse> = {
	resource: 'preference',
	operation: 'getByUser',
	name: 'Get by User',
	action: 'Get user preferences by ID or email',
	description: "Get a user's categories and global unsubscribe by ID or email address",
	fields: userLookupFields,
	endpoint: endpoints.getPreferencesByUser,
	schema: userResponse,
	identity: ['user_identifier_type', 'user_identifier_value'],
	noun: ['user', 'users'],
	read: (item) => ({
		value: { ...readUserIdentifier(item), channel: readLookupChannel(item) },
		keys: [],
	}),
	request: ([query]) => ({ query: lookupQuery(query), people: [query.user_identifier_value] }),
	output: (query, accepted) => ({ ...query, ...accepted?.response.data }),
};
