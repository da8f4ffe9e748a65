/**
 * Decides which responses count as an acceptance by MoEngage. A proxy, a firewall, or a sign-in page
 * can send a 2xx as well, so the status alone proves nothing.
 */

/** The documented statuses of an accepted write, and the usual ones for an empty response. */
const ACCEPTING = new Set([200, 201, 202, 204]);

/** Messages that never mean acceptance. Gateways put theirs in the same field as MoEngage. */
const DENIAL =
	/\b(bad (gateway|request)|blocked|captcha|denied|forbidden|internal (server )?error|log ?in|not (allowed|authenticated|authori[sz]ed|found)|rate limit|service unavailable|sign ?in|timed out|too many requests|unauthori[sz]ed)\b/i;

/** Keys that report an error, in lowercase without `_` and `-`. */
const ERROR_KEYS = new Set(['error', 'errors', 'errcode', 'errorcode', 'exception', 'fault']);

/** Keys that contain a status. */
const STATUS_KEYS = new Set(['code', 'httpstatus', 'status', 'statuscode']);

export function isAcceptingStatus(status: number): boolean {
	return ACCEPTING.has(status);
}

/** Whether a JSON body has one of the shapes that MoEngage documents for an accepted write. */
export function isAcceptance(value: unknown): boolean {
	if (!isObject(value) || reportsError(value)) return false;
	const data = isObject(value.data) ? value.data : {};
	const texts = [value.message, value.response_id, data.message].filter((one) => one !== undefined);
	if (!texts.every((one) => typeof one === 'string' && one.trim() !== '' && !DENIAL.test(one)))
		return false;
	return texts.length > 0 || value.status === 'success';
}

/** Whether a JSON body reports an error or a failure, at its top level or under `data`. */
export function reportsError(value: unknown): boolean {
	if (!isObject(value)) return false;
	return hasError(value) || (isObject(value.data) && hasError(value.data));
}

function hasError(value: Record<string, unknown>): boolean {
	return Object.entries(value).some(([name, found]) => {
		const key = name.toLowerCase().replaceAll(/[_-]/g, '');
		if (ERROR_KEYS.has(key)) return !isBlank(found);
		if (STATUS_KEYS.has(key)) return !isGoodStatus(found);
		return (key === 'success' || key === 'ok') && found !== true && found !== 'true';
	});
}

/** An empty error key reports no error. */
function isBlank(value: unknown): boolean {
	if (value === null || value === undefined || value === false || value === '') return true;
	return Array.isArray(value) && value.length === 0;
}

function isGoodStatus(value: unknown): boolean {
	if (typeof value === 'string' && /^(success|ok)$/i.test(value)) return true;
	return /^2\d\d$/.test(String(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
