import { endpoints } from '../../api/endpoints';
import { writeResponse, type ResubscribeBody, type WriteResponse } from '../../api/schemas';
import { requestIdOf } from '../../api/transport';
import type { Operation } from '../operation';
import { links } from '../shared/links';
import { asText } from '../shared/values';

interface Resubscription {
	email: string;
	esp: string;
	updateEsp: boolean;
	/** The user's own ID for the request; empty where each request gets one by itself. */
	requestId: string;
}

export const resubscribe: Operation<Resubscription, WriteResponse> = {
	resource: 'resubscription',
	operation: 'resubscribe',
	name: 'Resubscribe',
	action: 'Resubscribe email addresses',
	description: 'Take email addresses off the unsubscribed list, up to 100 a request',
	fields: [
		{
			displayName: `Resubscribing lifts the block on an address. It does not give you consent: resubscribe only people who have asked to hear from you again. Every profile with the address is resubscribed.${links.resubscription}.`,
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
			description: 'The address to resubscribe, one for each incoming item',
		},
		{
			displayName: 'Email Provider (ESP)',
			name: 'esp',
			type: 'string',
			default: 'SENDGRID',
			required: true,
			placeholder: 'e.g. SENDGRID',
			description: 'The service through which MoEngage sends your email, in capital letters',
		},
		{
			displayName: 'Update Provider Too',
			name: 'updateEsp',
			type: 'boolean',
			default: true,
			description:
				"Whether to take the address off the email provider's own suppression list as well. MoEngage does that for SendGrid only.",
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
				'Your own ID, to find the request again at MoEngage. A short ending makes it unique for each request. Left empty, each request gets an ID by itself.',
		},
	],
	endpoint: endpoints.resubscribe,
	schema: writeResponse,
	noun: ['address', 'addresses'],
	read(item) {
		const email = item.email('email', 'Email');
		const esp = item.id('esp', 'Email Provider (ESP)').toUpperCase();
		const updateEsp = item.flag('updateEsp', 'Update Provider Too');
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
		const own = requestIdOf(batchId, values);
		const body: ResubscribeBody = {
			recipients,
			esp,
			update_esp: updateEsp,
			// MoEngage wants one ID for each request, and a list may take several.
			request_id: requestId === '' ? own : `${requestId}-${own.slice(0, 8)}`,
		};
		return { body, requestId: body.request_id, people: recipients };
	},
	// Resubscribed twice is resubscribed; records with other settings never meet.
	merge: (earlier) => earlier,
	output: ({ email, esp, updateEsp }, receipt) => ({
		email,
		esp,
		update_esp: updateEsp,
		request_id: receipt?.requestId,
		response_id: receipt?.response.response_id,
		message: receipt?.response.message,
	}),
};
