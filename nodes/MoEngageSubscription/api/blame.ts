import { readBody, rejectionParts } from './rejection';
import type { RejectionBody } from './schemas';

/** The part of the credential, or of the account behind it, that a response blames. */
export type Blamed = 'projectCode' | 'apiKey' | 'headers' | 'firewall' | 'scope' | 'feature';

/** Bulk Resubscribe's codes for headers that are missing or don't match. */
const HEADER_CODES = new Set(['HeaderMismatch', 'AuthenticationMissing']);
const PROJECT_CODE = 'MOE-PROJECT-CODE';
/** The target of opt-in's 403: the feature is in early access. */
const OPT_IN_FEATURE = 'Email Opt-in Management';

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
		if (typeof error !== 'object') return undefined;
		if (targetsOf(error).includes(OPT_IN_FEATURE)) return 'feature';
		return error.code === 'Forbidden' ? 'scope' : undefined;
	}
	if (title === PROJECT_CODE) return 'projectCode';
	if (title === 'Internal App Key') return 'apiKey';
	if (typeof error !== 'object') return undefined;
	if (targetsOf(error).includes(PROJECT_CODE)) return 'projectCode';
	if (error.err_code === 'InvalidHeaderValue') return 'projectCode';
	return HEADER_CODES.has(error.err_code ?? '') ? 'headers' : undefined;
}

/** Whether a 400 blames the email provider, which all addresses of a Bulk Resubscribe request share. */
export function blamesSetting(parts: RejectionBody | undefined): boolean {
	return typeof parts?.error === 'object' && parts.error.err_code === 'InvalidSettings';
}

type ErrorParts = Exclude<RejectionBody['error'], string | undefined>;

/** The fields that an error names. */
function targetsOf({ target, details = [] }: ErrorParts): Array<string | undefined> {
	return [target, ...details.map((one) => one.target)];
}
