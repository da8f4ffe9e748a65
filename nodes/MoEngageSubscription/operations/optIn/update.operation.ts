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
import { categoryFields, labelOf, sampleUserOption, type Categories } from '../shared/categories';
import { rejectProblems, reportProblems } from '../shared/consent';
import type { ItemReader } from '../shared/itemReader';
import { links } from '../shared/links';
import { inputErrors } from '../shared/inputErrors';
import { warnings } from '../shared/warnings';

export const updateOptIn: Operation<OptInPreference, WriteResponse> = {
	resource: 'optIn',
	operation: 'update',
	name: 'Update',
	action: 'Update opt in status of user',
	description: 'Record whether a user has confirmed that they want email',
	fields: [
		{
			displayName: 'Customer ID',
			name: 'customerId',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.customer_id }}',
			description:
				'The ID by which MoEngage knows the user. Needed where your workspace hides personal data (PII tokenization).',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.email }}',
			description:
				'The email address of the user. With an email, MoEngage updates every profile that has it, even when a customer ID is given as well.',
		},
		{
			displayName: 'Opt-In Status',
			name: 'optInStatus',
			type: 'options',
			options: [
				{
					name: 'Double Opted In',
					value: 'DOUBLE_OPTED_IN',
					description: 'The user has asked for email and confirmed it',
				},
				{
					name: 'Opt-In Pending',
					value: 'OPT_IN_PENDING',
					description: 'The user has asked for email and not confirmed it yet',
				},
				{
					name: 'Opted Out',
					value: 'OPTED_OUT',
					description: 'The user does not want email',
				},
			],
			default: 'OPT_IN_PENDING',
			required: true,
			description: 'What the user has said. Choose Double Opted In only after their confirmation.',
		},
		{
			displayName: `Categories can stay empty. If you give categories and none of them is on, MoEngage stores the user as opted out, even with the status Double Opted In. One category name that MoEngage does not know makes it refuse the whole change.${links.optIn}.`,
			name: 'optInNotice',
			type: 'notice',
			default: '',
		},
		...categoryFields,
	],
	options: [sampleUserOption],
	endpoint: endpoints.updateOptIn,
	schema: writeResponse,
	noun: ['user', 'users'],
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
		// Whose email address a customer ID has is known to MoEngage alone.
		const kind = keys.map((key) => key.slice(0, key.indexOf(':'))).join('+');
		return { value, keys, kind };
	},
	// No fold: each change raises an event of its own, and what a status does to the categories of
	// an earlier change is not documented.
	request([preference]) {
		const body: OptInBody = { user_preferences: preference };
		const { customer_id, email_id } = preference;
		const people = [email_id, customer_id].filter((id) => id !== undefined);
		return { body, people };
	},
	output: (preference, receipt) => ({ ...preference, message: receipt?.response.message }),
};

/**
 * The categories that go with a status. Which of them are on decides what MoEngage makes of another
 * status than opted out, so all of them must be readable then; next to opted out, none is turned on.
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
