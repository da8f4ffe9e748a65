import fc from 'fast-check';

import { readAccount } from '../../../nodes/MoEngageSubscription/api/account';
import { redactPeople, redact } from '../../../nodes/MoEngageSubscription/api/redact';

const NAMES: Record<string, string> = {
	'&': 'amp',
	'<': 'lt',
	'>': 'gt',
	'"': 'quot',
	"'": 'apos',
};

const perChar = (text: string, encode: (char: string) => string) => [...text].map(encode).join('');
const byte = (char: string) => char.charCodeAt(0).toString(16).padStart(2, '0');

/** How a server may echo an API key of printable ASCII characters. */
const ENCODINGS: Record<string, (key: string) => string> = {
	plain: (key) => key,
	upper: (key) => key.toUpperCase(),
	json: (key) => JSON.stringify(key),
	jsonTwice: (key) => JSON.stringify(JSON.stringify(key)),
	jsonUnicode: (key) => perChar(key, (char) => `\\u00${byte(char)}`),
	url: encodeURIComponent,
	urlTwice: (key) => encodeURIComponent(encodeURIComponent(key)),
	urlThrice: (key) => encodeURIComponent(encodeURIComponent(encodeURIComponent(key))),
	form: (key) => new URLSearchParams({ key }).toString().slice(4),
	urlAll: (key) => perChar(key, (char) => `%${byte(char).toUpperCase()}`),
	htmlNamed: (key) => perChar(key, (char) => (NAMES[char] ? `&${NAMES[char]};` : char)),
	htmlDecimal: (key) =>
		perChar(key, (char) => (/\w/.test(char) ? char : `&#${char.charCodeAt(0)};`)),
	htmlDecimalAll: (key) => perChar(key, (char) => `&#${char.charCodeAt(0)};`),
	htmlHexAll: (key) => perChar(key, (char) => `&#x${byte(char)};`),
	htmlTwice: (key) => perChar(key, (char) => `&amp;#${char.charCodeAt(0)};`),
	hex: (key) => Buffer.from(key).toString('hex'),
	hexUpper: (key) => Buffer.from(key).toString('hex').toUpperCase(),
	base64: (key) => Buffer.from(key).toString('base64'),
	base64url: (key) => Buffer.from(key).toString('base64url'),
	basic: (key) => `Basic ${Buffer.from(`WS:${key}`).toString('base64')}`,
	basicUrl: (key) => encodeURIComponent(Buffer.from(`WS:${key}`).toString('base64')),
};

/** Whether 12 or more characters of the encoded key are still in the text. */
function remains(text: string, echoed: string): boolean {
	for (let at = 0; at + 12 <= echoed.length; at++)
		if (text.includes(echoed.slice(at, at + 12))) return true;
	return false;
}

const printable = (from: number) =>
	fc.integer({ min: from, max: 0x7e }).map((code) => String.fromCharCode(code));
const key = fc
	.array(printable(0x21), { minLength: 16, maxLength: 40 })
	.map((chars) => chars.join(''));
const around = fc.array(printable(0x20), { maxLength: 20 }).map((chars) => chars.join(''));

describe('redact', () => {
	it.each(Object.keys(ENCODINGS))('an echoed API key is removed from the text: %s', (name) => {
		fc.assert(
			fc.property(key, around, around, (apiKey, before, after) => {
				const account = readAccount({ workspaceId: 'WS', apiKey, dataCenter: '01' });
				const secrets = 'secrets' in account ? account.secrets : [];
				const echoed = ENCODINGS[name](apiKey);
				const clean = redact(`${before} ${echoed} ${after}`, secrets);
				expect(remains(clean, echoed)).toBe(false);
				expect(clean).not.toContain(apiKey);
			}),
			{ numRuns: 200 },
		);
	});

	it('an API key is removed from the Base64 of a text that contains it', () => {
		fc.assert(
			fc.property(key, around, around, (apiKey, before, after) => {
				const account = readAccount({ workspaceId: 'WS', apiKey, dataCenter: '01' });
				const secrets = 'secrets' in account ? account.secrets : [];
				const bytes = Buffer.from(`${before}${apiKey}${after}`);
				for (const encoding of ['base64', 'base64url'] as const) {
					const clean = redact(bytes.toString(encoding), secrets);
					expect(clean).toContain('…');
				}
			}),
			{ numRuns: 200 },
		);
	});
});

describe('an ID of one or two characters', () => {
	it.each([
		['quoted', 'User "7" is unknown', 'User "…" is unknown'],
		['a whole token', 'user 7 is unknown', 'user … is unknown'],
		['in brackets', 'users [7,8]', 'users […,8]'],
		['in HTML', 'user &#55; is unknown', 'user … is unknown'],
	])('an ID of one or two characters is removed: %s', (_name, text, clean) => {
		expect(redactPeople(text, ['7'])).toBe(clean);
	});

	it('a short ID is removed whatever its case', () => {
		expect(redactPeople('User AB and ab', ['ab'])).toBe('User … and …');
	});

	it('longer words and numbers that contain a short ID are kept', () => {
		const text = 'status 17 of batch 70, category abc';
		expect(redactPeople(text, ['7', 'ab', 'a'])).toBe(text);
	});
});

describe('another user', () => {
	it.each(['bob%40x.example', 'bob%2540x.example', 'bob&#64;x.example', 'bob&commat;x.example'])(
		'another user’s email address is removed as %s',
		(echoed) => {
			expect(redactPeople(`for ${echoed} .`, ['bob@x.example'])).not.toContain('bob');
			expect(redactPeople(`for ${echoed} .`, [])).not.toContain('bob');
		},
	);

	it('a hostile text is redacted in under three seconds', () => {
		const people = Array.from({ length: 100 }, (_, i) => `\\&%${'&amp;'.repeat(i % 5)}-${i}`);
		const started = Date.now();
		redactPeople('&amp;%25\\\\'.repeat(6_000), people);
		expect(Date.now() - started).toBeLessThan(3_000);
	});
});
