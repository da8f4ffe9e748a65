import { endpoints } from '../../api/endpoints';
import { preferencesAnswer, type PreferencesAnswer } from '../../api/schemas';
import type { Operation } from '../operation';
import { readVisitor, visitorFields, type Visitor } from '../shared/landingPage';

export const getPreferences: Operation<Visitor, PreferencesAnswer> = {
	resource: 'preference',
	operation: 'get',
	name: 'Get',
	action: 'Get preferences of user',
	description: 'Get the email categories of a user who came to your preference page',
	fields: visitorFields,
	endpoint: endpoints.getPreferences,
	schema: preferencesAnswer,
	noun: ['lookup', 'lookups'],
	// Two reads of one user may go at the same time.
	read: (item) => ({ value: readVisitor(item), keys: [] }),
	call: ([{ user_id, cid }]) => ({ query: { user_id, cid }, people: [user_id] }),
	output: (visitor, receipt) => ({ ...visitor, categories: receipt?.answer.categories }),
};
