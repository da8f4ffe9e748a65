import { endpoints } from '../../api/endpoints';
import { userAnswer, type Channel, type UserAnswer } from '../../api/schemas';
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

export const getPreferencesByUser: Operation<Query, UserAnswer> = {
	resource: 'preference',
	operation: 'getByUser',
	name: 'Get by User',
	action: 'Get preferences of user by ID or email',
	description: 'Get the categories of a user by ID or email; not available in every workspace yet',
	fields: userIdentifierFields,
	endpoint: endpoints.getPreferencesByUser,
	schema: userAnswer,
	noun: ['lookup', 'lookups'],
	read: (item) => ({
		value: { ...readUserIdentifier(item), channel: readChannel(item) },
		keys: [],
	}),
	call: ([query]) => ({ query: { ...query }, people: [query.user_identifier_value] }),
	output: (query, receipt) => ({ ...query, ...receipt?.answer.data }),
};
