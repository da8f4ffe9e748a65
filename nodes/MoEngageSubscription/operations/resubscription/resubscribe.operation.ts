import { endpoints } from '../../api/endpoints';
import { writeResponse, type ResubscribeBody, type WriteResponse } from '../../api/schemas';
import type { Operation } from '../operation';
import { links } from '../shared/links';
import { asText } from '../shared/values';

interface Resubscription {
	email: string;
	esp: string;
	updateEsp: boolean;
	/** The prefix of the request ID; if it's empty, an ID is generated. */
	requestId: string;
}

const UPDATE_ESP = "Also Remove From the Provider's Suppression List";

export const resubscribe: Operation<Resubscription, WriteResponse> = {
	resource: 'resubscription',
	operation: 'resubscribe',
	name: 'Resubscribe',
	action: 'Resubscribe email addresses',
	description: 'Remove email addresses from the unsubscribed list, up to 100 per request',
	fields: [
		{
			displayName: `Resubscribing lets MoEngage send to an email address again. It doesn't give you consent, so only resubscribe people who asked to hear from you again. Every profile with this email address is resubscribed.${links.resubscription}.`,
			name: 'resubscribeNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. {{ $json.email }}',
			description: 'The email address to resubscribe. Each incoming item resubscribes one.',
		},
		{
			displayName: 'Email Provider (ESP)',
			name: 'esp',
			type: 'string',
			default: 'SENDGRID',
			required: true,
			placeholder: 'e.g. SENDGRID',
			description: 'The email service provider that MoEngage uses to send your email, in uppercase',
		},
		{
			displayName: UPDATE_ESP,
			name: 'updateEsp',
			type: 'boolean',
			default: true,
			description:
				"Whether to also remove the email address from the email provider's suppression list. MoEngage supports this only for SendGrid.",
		},
	],
	options: [
		{
			displayName: 'Request ID',
			name: 'requestId',
			type: 'string',
			default: '',
			placeholder: 'e.g. repermission-2026-11',
			description:
				'Prefix for the request ID, so you can trace the request in MoEngage. A suffix is added to keep each ID unique. If empty, an ID is generated.',
		},
	],
	endpoint: endpoints.resubscribe,
	schema: writeResponse,
	identity: ['email'],
	noun: ['email address', 'email addresses'],
	read(item) {
		const email = item.email('email', 'Email');
		const esp = item.id('esp', 'Email Provider (ESP)').toUpperCase();
		const updateEsp = item.flag('updateEsp', UPDATE_ESP);
		const requestId = asText(item.option('requestId'), 'Request ID');
		return {
			value: { email, esp, updateEsp, requestId },
			keys: [email.toLowerCase()],
			settings: [esp, updateEsp, requestId],
		};
	},
	request(values, batchId) {
		const [{ esp, updateEsp, requestId }] = values;
		const recipients = values.map(({ email }) => email);
		const body: ResubscribeBody = {
			recipients,
			esp,
			update_esp: updateEsp,
			// MoEngage requires a separate ID for each request, and a list may need several requests.
			request_id: requestId === '' ? batchId : `${requestId}-${batchId.slice(0, 8)}`,
		};
		return { body, requestId: body.request_id, people: recipients };
	},
	// Resubscribing twice has the same effect as once; records with other settings are never merged.
	merge: (earlier) => earlier,
	output: ({ email, esp, updateEsp }, accepted) => ({
		email,
		channel: 'email',
		esp,
		update_esp: updateEsp,
		request_id: accepted?.requestId,
		response_id: accepted?.response.response_id,
		message: accepted?.response.message,
	}),
};
