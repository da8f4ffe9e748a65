import { endpoints } from '../../api/endpoints';
import { preferencesResponse, type PreferencesResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import { readVisitor, visitorFields, type Visitor } from '../shared/landingPage';

export const getPreferences: Operation<Visitor, PreferencesResponse> = {
	resource: 'preference',
	operation: 'get',
	name: 'Get by Landing Page Link',
	action: 'Get user preferences by landing page link',
	description: 'Get the email categories of a user who opened your preference page from an email',
	fields: visitorFields,
	endpoint: endpoints.getPreferences,
	schema: preferencesResponse,
	identity: ['user_id', 'cid'],
	noun: ['user', 'users'],
	// Two reads of one user may be in flight at the same time.
	read: (item) => ({ value: readVisitor(item), keys: [] }),
	request: ([{ user_id, cid }]) => ({ query: { user_id, cid }, people: [user_id] }),
	output: (visitor, accepted) => ({ ...visitor, categories: accepted?.response.categories }),
};
