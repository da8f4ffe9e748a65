/** The control API's calls for the CRM. */
import { isRecord, type HttpRequest } from '../http.mts';
import { toChoice } from './contacts.mts';
import type { Crm } from './crm.mts';

function listIn(body: unknown, key: string): unknown[] {
	const list = isRecord(body) ? body[key] : undefined;
	if (!Array.isArray(list)) throw new TypeError(`The body has to be {"${key}": […]}`);
	return list;
}

function shown({ contacts, counts, webhook }: Crm) {
	return {
		contacts: [...contacts.values()],
		counts,
		webhook: { pending: webhook.pending, ...webhook.counts },
	};
}

export const crmCalls: Record<string, (on: { crm: Crm }, request: HttpRequest) => unknown> = {
	'GET /crm': ({ crm }) => shown(crm),

	'POST /crm/contacts': ({ crm }, { body }) => {
		for (const contact of listIn(body, 'contacts')) crm.seed(contact);
		return { contactCount: crm.contacts.size };
	},

	/** What people change in the CRM. */
	'POST /crm/edits': ({ crm }, { body }) => {
		const edits = listIn(body, 'edits').map((edit) => {
			const id = isRecord(edit) ? String(edit.id) : '';
			if (!crm.contacts.has(id)) throw new TypeError('An edit needs the id of a contact');
			return { id, choice: toChoice(edit) };
		});
		// Looked up again, because a contact may be edited twice.
		for (const { id, choice } of edits) crm.edit(id, choice);
		return { edited: edits.length };
	},

	'POST /crm/webhook': ({ crm }, { body }) => {
		crm.webhook.configure(body);
		return { configured: true };
	},
};
