/**
 * A CRM for the two-way example: contacts with an email opt-out and the date of that choice, a REST API,
 * and a webhook. It knows nothing of MoEngage.
 */
import { toContact, type ChangedBy, type Choice, type Contact } from './contacts.mts';
import { Webhook } from './webhook.mts';

/** The API token that the CRM has issued to n8n. */
export const CRM_TOKEN = 'demo-crm-token';

export class Crm {
	contacts: Map<string, Contact> = new Map();
	webhook = new Webhook();
	/** Changes, and changes rejected because the contact had another version. */
	counts = { byPeople: 0, byN8n: 0, conflicts: 0 };

	clear() {
		this.contacts.clear();
		this.webhook.clear();
		this.counts = { byPeople: 0, byN8n: 0, conflicts: 0 };
	}

	/** Adds or replaces a contact without calling the webhook. */
	seed(given: unknown) {
		const contact = toContact(given);
		this.contacts.set(contact.id, contact);
	}

	/** What a person changes in the CRM. */
	edit(id: string, choice: Choice) {
		const contact = this.contacts.get(id);
		if (contact !== undefined) this.change(contact, choice, 'person');
	}

	/** The webhook is called only if the opt-out changes, as for a property change in most CRMs. */
	change(contact: Contact, choice: Choice, by: ChangedBy): Contact {
		const differs = contact.email_opt_out !== choice.email_opt_out;
		const next = { ...contact, ...choice, consent_changed_by: by, version: contact.version + 1 };
		this.contacts.set(contact.id, next);
		this.counts[by === 'n8n' ? 'byN8n' : 'byPeople']++;
		if (differs) this.webhook.add(next);
		return next;
	}
}
