import { readBody, rejectionParts, targetsOf } from './rejection';

/** The part of the credential, or of the account behind it, that a response blames. */
export type Blamed = 'projectCode' | 'apiKey' | 'headers' | 'firewall' | 'scope';

/** Bulk Resubscribe's codes for headers that are missing or don't match. */
const HEADER_CODES = new Set(['HeaderMismatch', 'AuthenticationMissing']);
const PROJECT_CODE = 'MOE-PROJECT-CODE';

/**
 * Returns what a documented 400 or 403 blames in the credential, so that no request of the run can
 * succeed until the user changes it. Returns `undefined` if the response is about something else, such
 * as a value.
 *
 * Each API has its own shape: bulk update names the header in `title`, opt-in in
 * `error.details.target`, and resubscribe has only the code `InvalidHeaderValue`.
 */
export function blamedPart(status: number, rawBody: string): Blamed | undefined {
	if (status !== 400 && status !== 403) return undefined;
	const parts = rejectionParts(readBody(rawBody));
	if (parts === undefined) return undefined;
	const { title, error } = parts;
	if (status === 403) {
		if (error === 'IP Validation Required') return 'firewall';
		return typeof error === 'object' && error.code === 'Forbidden' ? 'scope' : undefined;
	}
	if (title === PROJECT_CODE) return 'projectCode';
	if (title === 'Internal App Key') return 'apiKey';
	if (typeof error !== 'object') return undefined;
	if (targetsOf(parts).includes(PROJECT_CODE)) return 'projectCode';
	if (error.err_code === 'InvalidHeaderValue') return 'projectCode';
	return HEADER_CODES.has(error.err_code ?? '') ? 'headers' : undefined;
}
