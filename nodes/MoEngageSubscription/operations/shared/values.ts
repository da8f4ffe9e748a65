import { hasHalfCharacter, leftoverIn, trimmed } from './characters';
import { inputErrors, type EMAIL_PROBLEMS } from './inputErrors';

/**
 * Reads values as CRMs and sheets provide them. `label` is the name of the parameter or field, with
 * which an error message starts.
 */

/** Longest email address that mail systems accept, in characters (RFC 5321). */
const LONGEST_EMAIL = 254;

/** Whether a value is missing or has no visible character. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && trimmed(value) === '')
	);
}

/** Returns the kind of a value for messages, without the value itself. */
export function kindOf(value: unknown): string {
	if (isBlank(value)) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (value instanceof Date || typeof value === 'object') return 'an object';
	if (typeof value === 'boolean') return 'true/false';
	return typeof value === 'number' ? 'a number' : 'text';
}

/** Reads text. Numbers are converted; anything else is rejected. */
export function asText(value: unknown, label: string): string {
	if (typeof value === 'string') {
		const text = trimmed(value);
		if (hasHalfCharacter(text)) throw inputErrors.halfCharacter(label);
		return text;
	}
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'number' && Number.isFinite(value)) {
		if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
		throw inputErrors.tooManyDigits(label);
	}
	if (isBlank(value)) return '';
	throw inputErrors.notText(label, kindOf(value));
}

/**
 * Reads a name or ID, which may be blank. Rejects what a broken mapping leaves in its place.
 * `mayHaveBraces`: the name may contain `{{`, as the name of a category in MoEngage may.
 */
export function asName(value: unknown, label: string, mayHaveBraces = false): string {
	const text = Number.isNaN(value) ? 'NaN' : asText(value, label);
	const leftover = leftoverIn(mayHaveBraces ? text.replaceAll(/\{\{|\}\}/g, '') : text);
	if (leftover === undefined) return text;
	throw inputErrors.brokenMapping(label, leftover);
}

/** Reads an ID: text or a number, not blank. */
export function asId(value: unknown, label: string): string {
	const text = asName(value, label);
	if (text !== '') return text;
	throw inputErrors.empty(label);
}

/**
 * Reads one email address. It is checked, because one invalid email address makes MoEngage reject the
 * whole request.
 */
export function asEmail(value: unknown, label: string): string {
	const email = asId(value, label);
	const wrong = emailProblem(email);
	if (wrong === undefined) return email;
	throw inputErrors.notEmail(label, wrong);
}

function emailProblem(email: string): keyof typeof EMAIL_PROBLEMS | undefined {
	if (email.length > LONGEST_EMAIL) return 'long';
	if (/[,;]/.test(email)) return 'several';
	// The byte order mark counts as a space in JavaScript, but is accepted like other invisible
	// characters.
	if (/(?!\uFEFF)[\s<>"]/.test(email)) return 'spaced';
	const parts = email.split('@');
	const [name, domain = ''] = parts;
	const plain = parts.length === 2 && name !== '' && domain.includes('.');
	const dots = plain && !domain.startsWith('.') && !domain.endsWith('.') && !email.includes('..');
	return dots ? undefined : 'other';
}
