import { endpoints } from '../../api/endpoints';
import { preferencesResponse, type PreferencesResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import { readVisitor, visitorFields, type Visitor } from '../shared/landingPage';

export const getPreferences: Operation<Visitor, PreferencesResponse> = {
	resource: 'preference',
	operation: 'get',
	name: 'Get',
	action: 'Get preferences of user',
	description: 'Get the email categories of a user who came to your preference page',
	fields: visitorFields,
	endpoint: endpoints.getPreferences,
	schema: preferencesResponse,
	noun: ['lookup', 'lookups'],
	// Two reads of one user may go at the same time.
	read: (item) => ({ value: readVisitor(item), keys: [] }),
	request: ([{ user_id, cid }]) => ({ query: { user_id, cid }, people: [user_id] }),
	output: (visitor, receipt) => ({ ...visitor, categories: receipt?.response.categories }),
};
