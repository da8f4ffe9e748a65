/** The contacts of the CRM, and how they change. */
import { isRecord } from '../http.mts';

/** Who made a change: a person in the CRM, or the integration that owns the API token. */
export type ChangedBy = 'person' | 'n8n';

export interface Contact {
	id: string;
	email: string | null;
	email_opt_out: boolean;
	/** When the person made the choice, ISO 8601; null: not known. */
	consent_changed_at: string | null;
	consent_changed_by: ChangedBy;
	/** Grows with each change; If-Match compares it. */
	version: number;
}

export interface Choice {
	email_opt_out: boolean;
	consent_changed_at: string;
}

/** Throws a TypeError that names what is missing. */
export function toContact(given: unknown): Contact {
	const { id, email, email_opt_out, consent_changed_at } = isRecord(given) ? given : {};
	if (typeof id !== 'string' || id === '') throw new TypeError('A contact needs an id');
	return {
		id,
		email: typeof email === 'string' ? email : null,
		email_opt_out: email_opt_out === true,
		consent_changed_at: typeof consent_changed_at === 'string' ? consent_changed_at : null,
		consent_changed_by: 'person',
		version: 1,
	};
}

/**
 * Throws a TypeError that names what is missing. Without a date, the choice was made now.
 */
export function toChoice(given: unknown): Choice {
	const { email_opt_out, consent_changed_at = new Date().toISOString() } = isRecord(given)
		? given
		: {};
	if (typeof email_opt_out !== 'boolean') throw new TypeError('"email_opt_out" is true or false');
	const at = typeof consent_changed_at === 'string' ? Date.parse(consent_changed_at) : NaN;
	if (Number.isNaN(at)) throw new TypeError('"consent_changed_at" is a date in ISO 8601');
	return { email_opt_out, consent_changed_at: new Date(at).toISOString() };
}
