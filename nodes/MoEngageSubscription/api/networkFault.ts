import type { Verdict } from '../delivery';
import { errors, type Reason } from './errors';

const UNTRUSTED = "its certificate isn't trusted";

/**
 * What the system's error codes mean. All of them occur before the request is sent: there is no
 * connection yet, or the TLS handshake failed.
 */
export const NEVER_CONNECTED: Record<string, string> = {
	ECONNREFUSED: 'no server is listening at its host',
	ENOTFOUND: "its host name doesn't exist",
	EAI_AGAIN: 'the DNS lookup timed out',
	EHOSTUNREACH: 'its host is unreachable',
	ENETUNREACH: 'its host is unreachable',
	CERT_HAS_EXPIRED: 'its certificate has expired',
	CERT_NOT_YET_VALID: "its certificate isn't valid yet",
	CERT_REVOKED: UNTRUSTED,
	CERT_UNTRUSTED: UNTRUSTED,
	DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
	SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
	UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** The fault for every other code. */
export const LOST = 'the connection was lost';

const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** Node.js rejects the request itself before it connects, such as a header with a line break in it. */
const UNSENDABLE = new Set(['ERR_INVALID_CHAR', 'ERR_INVALID_HTTP_TOKEN', 'ERR_INVALID_URL']);

/** Returns the verdict for a request that ended with an error instead of a response. */
export function faultVerdict(error: unknown, timeoutMs: number): Verdict<never, Reason> {
	const chain = causesOf(error);
	const code = codeIn(chain);
	const isFromNetwork =
		code !== undefined || chain.some(({ isAxiosError }) => isAxiosError === true);
	if (!isFromNetwork || UNSENDABLE.has(code ?? ''))
		return { kind: 'fatal', scope: 'sender', reason: errors.credentialUnreadable() };
	if (TIMED_OUT.has(code ?? '')) return timedOut(timeoutMs);
	const never = NEVER_CONNECTED[code ?? ''];
	if (never === undefined) return lost(errors.unreachable(LOST, code));
	return { kind: 'transient', reason: errors.unreachable(never, code), notTaken: true };
}

export function timedOut(timeoutMs: number): Verdict<never, Reason> {
	return { kind: 'transient', reason: errors.timedOut(timeoutMs), noResponse: true };
}

/** Returns the verdict for a request that may have reached the server but got no response. */
export function lost(reason: Reason): Verdict<never, Reason> {
	return { kind: 'transient', reason, noResponse: true };
}

/** Returns the error and its causes. n8n wraps the original error once or twice. */
function causesOf(error: unknown): Array<Record<string, unknown>> {
	const chain: Array<Record<string, unknown>> = [];
	let current: unknown = error;
	while (chain.length < 4 && typeof current === 'object' && current !== null) {
		const one = current as Record<string, unknown>;
		chain.push(one);
		current = one.cause;
	}
	return chain;
}

/** Returns the system's error code, if the chain has one. */
function codeIn(chain: ReadonlyArray<Record<string, unknown>>): string | undefined {
	for (const { code, errorCode } of chain)
		for (const name of [code, errorCode])
			if (typeof name === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(name)) return name;
	return undefined;
}
