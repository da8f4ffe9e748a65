import { hasHalfCharacter, leftoverIn, trimmed } from './characters';
import { inputErrors, type EMAIL_PROBLEMS } from './inputErrors';

/**
 * Values as CRMs and sheets give them. `label` is the parameter's or the field's name, with which
 * a refusal begins.
 */

/** Longest email that mail systems carry (RFC 5321). */
const LONGEST_EMAIL = 254;

/** Blank: nothing there, or nothing that a person could see. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && trimmed(value) === '')
	);
}

/** What a value is, in words, without telling the value. */
export function kindOf(value: unknown): string {
	if (isBlank(value)) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (value instanceof Date || typeof value === 'object') return 'an object';
	if (typeof value === 'boolean') return 'true or false';
	return typeof value === 'number' ? 'a number' : 'a text';
}

/** Text of one line. Numbers are taken as they are written; anything else is refused. */
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
 * A name or ID that may be blank, but not what a broken mapping leaves in its place. `mayHaveBraces`:
 * `{{` is part of the name, as in a category that MoEngage knows by it.
 */
export function asName(value: unknown, label: string, mayHaveBraces = false): string {
	const text = Number.isNaN(value) ? 'NaN' : asText(value, label);
	const leftover = leftoverIn(mayHaveBraces ? text.replaceAll(/\{\{|\}\}/g, '') : text);
	if (leftover === undefined) return text;
	throw inputErrors.brokenMapping(label, leftover);
}

/** An ID: text or number, not blank. */
export function asId(value: unknown, label: string): string {
	const text = asName(value, label);
	if (text !== '') return text;
	throw inputErrors.empty(label);
}

/** One email address, lightly checked: MoEngage refuses a whole request for one bad address. */
export function asEmail(value: unknown, label: string): string {
	const email = asId(value, label);
	const wrong = emailProblem(email);
	if (wrong === undefined) return email;
	throw inputErrors.notEmail(label, wrong);
}

function emailProblem(email: string): keyof typeof EMAIL_PROBLEMS | undefined {
	if (email.length > LONGEST_EMAIL) return 'long';
	if (/[,;]/.test(email)) return 'several';
	// Not the byte order mark, which is a space to JavaScript: like other invisible characters it passes.
	if (/(?!\uFEFF)[\s<>"]/.test(email)) return 'spaced';
	const parts = email.split('@');
	const [name, domain] = parts;
	const plain = parts.length === 2 && name !== '' && domain.includes('.');
	const dots = plain && !domain.startsWith('.') && !domain.endsWith('.') && !email.includes('..');
	return dots ? undefined : 'other';
}
