import { refusals, type EMAIL_PROBLEMS } from './refusals';

/**
 * Values as CRMs and sheets give them. `label` is the parameter's or the field's name, with which
 * a refusal begins.
 */

/** Longest email that mail systems carry (RFC 5321). */
const LONGEST_EMAIL = 254;

const YES = ['true', 'yes', 'y', '1', 'on', 'subscribed'];
const NO = ['false', 'no', 'n', '0', 'off', 'unsubscribed'];

/** The texts that stand for yes and no, for messages and documentation. */
export const YES_NO_WORDS = `${YES.join(', ')} or ${NO.join(', ')}`;

/** Blank: nothing there, or nothing but spaces. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
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
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'number' && Number.isFinite(value)) {
		if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
		throw refusals.tooManyDigits(label);
	}
	if (isBlank(value)) return '';
	throw refusals.notText(label, kindOf(value));
}

/** An ID: text or number, not blank. */
export function asId(value: unknown, label: string): string {
	const text = asText(value, label);
	if (text !== '') return text;
	throw refusals.empty(label);
}

/** One email address, lightly checked: MoEngage refuses a whole request for one bad address. */
export function asEmail(value: unknown, label: string): string {
	const email = asId(value, label);
	const wrong = emailProblem(email);
	if (wrong === undefined) return email;
	throw refusals.notEmail(label, wrong);
}

function emailProblem(email: string): keyof typeof EMAIL_PROBLEMS | undefined {
	if (email.length > LONGEST_EMAIL) return 'long';
	if (/[,;]/.test(email)) return 'several';
	if (/[\s<>"]/.test(email)) return 'spaced';
	const parts = email.split('@');
	const [name, domain] = parts;
	const plain = parts.length === 2 && name !== '' && domain.includes('.');
	const dots = plain && !domain.startsWith('.') && !domain.endsWith('.') && !email.includes('..');
	return dots ? undefined : 'other';
}

/** Yes or no, or `undefined` for a blank value. */
export function asFlag(value: unknown, label: string): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (isBlank(value)) return undefined;
	if (typeof value === 'string' || typeof value === 'number') {
		const word = String(value).trim().toLowerCase();
		if (YES.includes(word)) return true;
		if (NO.includes(word)) return false;
	}
	throw refusals.neitherYesNorNo(label, kindOf(value), YES_NO_WORDS);
}
