import { createHash, timingSafeEqual } from 'node:crypto';

export type Authentication = 'header' | 'basicAuth';

export const DEFAULT_HEADER = 'X-Webhook-Secret';

/** What a caller must present. */
export interface Expected {
	authentication: Authentication;
	/** Name of the header that holds the secret; used only with `header`. */
	headerName: string;
	/** Webhook Secret of the credential; without one, every call is rejected. */
	secret: string;
}

type Headers = Record<string, string | string[] | undefined>;

/** Whether a call presents the secret. The comparison takes the same time for any wrong value. */
export function isAuthentic(headers: Headers, expected: Expected): boolean {
	if (expected.secret === '') return false;
	const presented =
		expected.authentication === 'basicAuth'
			? basicPassword(headers.authorization)
			: headers[expected.headerName.toLowerCase()];
	return typeof presented === 'string' && isSame(presented, expected.secret);
}

/** Hashes have the same length, which the comparison requires and which hides the secret's length. */
function isSame(a: string, b: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
	return timingSafeEqual(digest(a), digest(b));
}

/** Returns the password of a Basic header; it may contain colons, a user name may not. */
function basicPassword(header: Headers[string]): string | undefined {
	if (typeof header !== 'string') return undefined;
	const [scheme = '', encoded = ''] = header.trim().split(/\s+/, 2);
	if (scheme.toLowerCase() !== 'basic') return undefined;
	const decoded = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = decoded.indexOf(':');
	return colon < 0 ? undefined : decoded.slice(colon + 1);
}
