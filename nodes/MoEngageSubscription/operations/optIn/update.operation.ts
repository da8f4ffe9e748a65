import { endpoints } from '../../api/endpoints';
import {
	optInStatus,
	writeResponse,
	type OptInBody,
	type OptInPreference,
	type OptInStatus,
	type WriteResponse,
} from '../../api/schemas';
import type { Operation } from '../operation';
import { labelOf, type Categories } from '../shared/categories';
import { categoryFields, sampleUserOption } from '../shared/categoryFields';
import { rejectProblems, reportProblems } from '../shared/consent';
import type { ItemReader } from '../shared/itemReader';
import { links } from '../shared/links';
import { inputErrors } from '../shared/inputErrors';
import { warnings } from '../shared/warnings';

export const updateOptIn: Operation<OptInPreference, WriteResponse> = {
	resource: 'optIn',
	operation: 'update',
	name: 'Update',
	action: 'Update opt-in status',
	description: 'Record whether a user agreed to receive email',
	fields: [
		{
			displayName: 'Enter a customer ID, an email address, or both.',
			name: 'identifierNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Customer ID',
			name: 'customerId',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.customer_id }}',
			description:
				"The user's ID in MoEngage. Required if PII tokenization is enabled for your workspace, or if unsubscribing by email isn't.",
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.email }}',
			description:
				"The user's email address. If you enter both, the email wins: MoEngage updates every profile with this address. Only if carrying preferences over between profiles is switched off for your workspace, the customer ID wins.",
		},
		{
			displayName: 'Opt-In Status',
			name: 'optInStatus',
			type: 'options',
			options: [
				{
					name: 'Double Opted In',
					value: 'DOUBLE_OPTED_IN',
					description: 'The user asked for email and confirmed it',
				},
				{
					name: 'Opt-In Pending',
					value: 'OPT_IN_PENDING',
					description: "The user asked for email but hasn't confirmed it yet",
				},
				{
					name: 'Opted Out',
					value: 'OPTED_OUT',
					description: "The user doesn't want email",
				},
			],
			default: 'OPT_IN_PENDING',
			required: true,
			description: 'What the user chose. Use Double Opted In only after the user has confirmed.',
		},
		{
			displayName: `Categories are optional. If you add categories and all of them are off, MoEngage stores the user as opted out, even with the status Double Opted In. If any category name is unknown to MoEngage, the entire update is rejected.${links.optIn}.`,
			name: 'optInNotice',
			type: 'notice',
			default: '',
		},
		...categoryFields,
	],
	options: [sampleUserOption],
	endpoint: endpoints.updateOptIn,
	schema: writeResponse,
	identity: ['customer_id', 'email_id'],
	noun: ['user', 'users'],
	categoriesOf: ({ categories }) => categories,
	read(item) {
		const customer_id = item.text('customerId', 'Customer ID');
		const email_id = item.isBlank('email') ? '' : item.email('email', 'Email');
		if (customer_id === '' && email_id === '') throw inputErrors.noIdentifier();
		const opt_in_status = item.choice('optInStatus', 'Opt-In Status', optInStatus.options);
		const categories = categoriesFor(item, opt_in_status);
		const value: OptInPreference = { opt_in_status, channel: 'email' };
		const keys: string[] = [];
		if (customer_id !== '') {
			value.customer_id = customer_id;
			keys.push(`id:${customer_id}`);
		}
		if (email_id !== '') {
			value.email_id = email_id;
			keys.push(`email:${email_id.toLowerCase()}`);
		}
		if (Object.keys(categories).length > 0) value.categories = categories;
		// Only MoEngage knows which email address belongs to a customer ID.
		const kind = keys.map((key) => key.slice(0, key.indexOf(':'))).join('+');
		return { value, keys, kind };
	},
	// Not merged: each change raises its own event, and how a status affects the categories of an
	// earlier change isn't documented.
	request([preference]) {
		const body: OptInBody = { user_preferences: preference };
		const { customer_id, email_id } = preference;
		const people = [email_id, customer_id].filter((id) => id !== undefined);
		return { body, people };
	},
	output: (preference, accepted) => ({ ...preference, message: accepted?.response.message }),
};

/**
 * Returns the categories to send with a status. Unless the user opts out, MoEngage's result depends on
 * which categories are on, so all of them must be readable. With an opt-out, none is turned on.
 */
function categoriesFor(item: ItemReader, status: OptInStatus): Categories {
	const categories = item.categories();
	if (status !== 'OPTED_OUT') {
		rejectProblems(item);
		return categories;
	}
	reportProblems(item);
	const entries = Object.entries(categories);
	for (const [name, subscribed] of entries)
		if (subscribed) item.warn(warnings.optedOut(labelOf(name)));
	return Object.fromEntries(entries.filter(([, subscribed]) => !subscribed));
}
