import { endpoints } from '../../api/endpoints';
import { writeResponse, type PreferenceChange, type WriteResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import { requireCategories } from '../shared/categories';
import { categoryFields, sampleUserOption } from '../shared/categoryFields';
import { categoriesToSend } from '../shared/consent';
import { readVisitor, visitorFields, type Visitor } from '../shared/landingPage';
import { unsubscribeAllFields } from '../shared/unsubscribeAll';

interface Update {
	visitor: Visitor;
	change: PreferenceChange;
	/** Links an unsubscribe from all to the event that caused it. */
	eventId: string;
}

export const updatePreferences: Operation<Update, WriteResponse> = {
	resource: 'preference',
	operation: 'update',
	name: 'Update by Landing Page Link',
	action: 'Update user preferences by landing page link',
	description:
		'Change the email categories of a user who opened your preference page from an email',
	fields: [...visitorFields, ...categoryFields, ...unsubscribeAllFields],
	options: [
		{
			displayName: 'Event ID',
			name: 'eventId',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.query.moe_event_id }}',
			description:
				'The value of moe_event_id in the landing page URL. Links an unsubscribe from all to the email it came from.',
		},
		sampleUserOption,
	],
	endpoint: endpoints.updatePreferences,
	schema: writeResponse,
	identity: ['user_id', 'cid'],
	noun: ['user', 'users'],
	categoriesOf: ({ change }) => change.categories,
	ignoresUnknownCategories: true,
	read(item) {
		const visitor = readVisitor(item);
		const unsubscribe_all = item.flag('unsubscribeAll', 'Unsubscribe From All');
		const given = item.categories();
		const eventId = item.optionalText('eventId', 'Event ID');
		const categories = categoriesToSend(item, given, unsubscribe_all);
		requireCategories(categories, unsubscribe_all);
		return {
			value: { visitor, change: { categories, unsubscribe_all }, eventId },
			keys: [visitor.user_id],
		};
	},
	request: ([{ visitor, change, eventId }]) => ({
		query: { ...visitor, ...(eventId === '' ? {} : { moe_event_id: eventId }) },
		body: change,
		people: [visitor.user_id],
	}),
	output: ({ visitor, change }, accepted) => ({
		...visitor,
		...change,
		channel: 'email',
		message: accepted?.response.message,
	}),
};
