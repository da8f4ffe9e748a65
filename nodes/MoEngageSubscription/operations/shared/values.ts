import { Refusal } from './refusal';

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
		throw new Refusal(
			`${label} is a number with too many digits`,
			'Its last digits are lost already. Give this column the type text where the data comes from.',
		);
	}
	if (isBlank(value)) return '';
	throw new Refusal(
		`${label} is ${kindOf(value)}, not a text`,
		'Give one text or number. In an expression, pick the field that holds it.',
	);
}

/** An ID: text or number, not blank. */
export function asId(value: unknown, label: string): string {
	const text = asText(value, label);
	if (text !== '') return text;
	throw new Refusal(
		`${label} is empty`,
		`Fill it in for this item, or take out items without it before this node. In an expression, check that the field's name is spelled as in the incoming item.`,
	);
}

/** One email address, lightly checked: MoEngage refuses a whole request for one bad address. */
export function asEmail(value: unknown, label: string): string {
	const email = asId(value, label);
	const wrong = emailProblem(email);
	if (wrong === undefined) return email;
	throw new Refusal(`${label} ${wrong}`, 'Give one address such as ada@example.com.');
}

function emailProblem(email: string): string | undefined {
	if (email.length > LONGEST_EMAIL) return 'is too long for an email address';
	if (/[,;]/.test(email)) return 'holds more than one email address';
	if (/[\s<>"]/.test(email)) return 'has a space, quote or bracket in it';
	const parts = email.split('@');
	const [name, domain] = parts;
	const plain = parts.length === 2 && name !== '' && domain.includes('.');
	const dots = plain && !domain.startsWith('.') && !domain.endsWith('.') && !email.includes('..');
	return dots ? undefined : 'is not an email address';
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
	throw new Refusal(
		`${label} is ${kindOf(value)} that means neither yes nor no`,
		`Use ${YES_NO_WORDS}. Upper and lower case do not matter.`,
	);
}
