import { endpoints } from '../../api/endpoints';
import {
	writeResponse,
	type BulkUpdateBody,
	type UserPreference,
	type WriteResponse,
} from '../../api/schemas';
import type { Operation } from '../operation';
import { requireCategories } from '../shared/categories';
import { categoryFields, sampleUserOption } from '../shared/categoryFields';
import { categoriesToSend } from '../shared/consent';
import { guardOption } from '../shared/guard';
import { warnOfPlaceholder } from '../shared/placeholderIds';
import { unsubscribeAllFields } from '../shared/unsubscribeAll';

export const bulkUpdatePreferences: Operation<UserPreference, WriteResponse> = {
	resource: 'preference',
	operation: 'bulkUpdate',
	name: 'Bulk Update',
	action: 'Bulk update user preferences',
	description: 'Change the email categories of your users by customer ID, up to 50 per request',
	fields: [
		{
			displayName: 'Customer ID',
			name: 'customerId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. {{ $json.customer_id }}',
			description: "The user's ID in MoEngage. Each incoming item updates one user.",
		},
		...categoryFields,
		...unsubscribeAllFields,
	],
	options: [
		guardOption(
			"Whether to look up each user first, and leave users alone who are globally unsubscribed from email. MoEngage allows 100 lookups per minute, so a list of 5,000 users takes about 50 minutes. Without it, MoEngage may lift a user's global unsubscribe if 'Unsubscribe From All' is off: its documentation doesn't say.",
		),
		sampleUserOption,
	],
	endpoint: endpoints.bulkUpdatePreferences,
	schema: writeResponse,
	identity: ['customer_id'],
	noun: ['user', 'users'],
	guard: {
		// Lookups would take 50 times as many requests as the changes.
		isDefault: false,
		lookup: ({ customer_id, unsubscribe_all }) =>
			unsubscribe_all
				? undefined
				: {
						user_identifier_type: 'uid',
						user_identifier_value: customer_id,
						channel: 'email',
					},
	},
	categoriesOf: ({ categories }) => categories,
	ignoresUnknownCategories: true,
	read(item) {
		const customer_id = item.id('customerId', 'Customer ID');
		warnOfPlaceholder(item, customer_id, 'Customer ID');
		const unsubscribe_all = item.flag('unsubscribeAll', 'Unsubscribe From All');
		const categories = categoriesToSend(item, item.categories(), unsubscribe_all);
		requireCategories(categories, unsubscribe_all);
		return { value: { customer_id, categories, unsubscribe_all }, keys: [customer_id] };
	},
	request(values) {
		const body: BulkUpdateBody = { channel: 'email', user_preferences: [...values] };
		return { body, people: values.map(({ customer_id }) => customer_id) };
	},
	merge(earlier, later) {
		// Whether categories next to an unsubscribe from all are applied, and whether `false` lifts an
		// earlier one, isn't documented, so changes that differ in it are sent one after the other.
		if (earlier.unsubscribe_all !== later.unsubscribe_all) return undefined;
		// An unsubscribe from all may also reset the categories, so that only the later ones apply.
		const covered = Object.keys(earlier.categories).every((name) =>
			Object.hasOwn(later.categories, name),
		);
		if (later.unsubscribe_all && !covered) return undefined;
		return {
			...later,
			categories: Object.fromEntries([
				...Object.entries(earlier.categories),
				...Object.entries(later.categories),
			]),
		};
	},
	output: (preference, accepted) => ({
		...preference,
		channel: 'email',
		message: accepted?.response.message,
	}),
};
