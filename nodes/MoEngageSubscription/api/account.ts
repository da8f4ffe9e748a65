import { createHash } from 'node:crypto';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** The server that requests go to, and the workspace that they're for. */
export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	workspaceId: string;
	/** Identical for the same URL, workspace, API key, and project code; reveals none of them. */
	fingerprint: string;
	/**
	 * Texts that must never be quoted: the API key as it is, in hex, and in Base64 as in the Basic
	 * header.
	 */
	secrets: readonly string[];
}

/** Returns a custom base URL that is safe to send the API key to, or what is wrong with it. */
export function checkBaseUrl(given: string): { baseUrl: string } | { problem: string } {
	if (!URL.canParse(given)) return { problem: 'is not a URL' };
	const url = new URL(given);
	// A host name with a trailing dot is the same host as without it.
	url.hostname = url.hostname.replace(/\.$/, '');
	if (url.username !== '' || url.password !== '')
		return {
			problem: 'contains a user name or password; use the other credential fields',
		};
	if (url.search !== '' || url.hash !== '') return { problem: 'contains a ? or #' };
	if (url.hostname.startsWith('dashboard-'))
		return { problem: 'is the URL of the dashboard; the URL of the API starts with api-' };
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
		return { problem: 'must start with https:// so that the API key is encrypted in transit' };
	return { baseUrl: url.href.replace(/(?<!\/)\/+$/, '') };
}

function isLoopback(hostname: string): boolean {
	return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);
}

const PLAIN_ONLY =
	'in the MoEngage credential has an accented, invisible, or invalid character; copy it again';

/** Characters that can't be part of an HTTP header; n8n would drop or change them. */
const NOT_PLAIN = /[^\x20-\x7e]/;

/** Leaves out the padding, as a server may when it quotes the text. */
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/={1,2}$/, '');

/** Minimum length in characters. Shorter parts of Base64 also occur in unrelated texts. */
const SHORTEST_PART = 8;

/**
 * Returns the Base64 characters that depend only on `text`, if it starts `offset` bytes into the
 * encoded data.
 */
function insideBase64(text: string, offset: number): string {
	const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
	const part = base64(bytes).slice([0, 2, 3][offset]);
	return bytes.length % 3 === 0 ? part : part.slice(0, -1);
}

/** Returns the forms of the API key to search for; `redact` also finds their escaped forms. */
function secretsOf(workspaceId: string, apiKey: string): string[] {
	const whole = [`${workspaceId}:${apiKey}`, apiKey].map((text) => Buffer.from(text));
	const parts = [0, 1, 2].map((offset) => insideBase64(apiKey, offset));
	const encoded = [
		...whole.map(base64),
		...parts.filter(({ length }) => length >= SHORTEST_PART),
	].flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
	return [...new Set([apiKey, ...whole.map((bytes) => bytes.toString('hex')), ...encoded])];
}

function text(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Reads the credential, or returns what is wrong with it. */
export function readAccount(
	credential: ICredentialDataDecryptedObject,
): Account | { problem: string } {
	const workspaceId = text(credential.workspaceId);
	const apiKey = text(credential.apiKey);
	const projectCode = text(credential.projectCode);
	const dataCenter = text(credential.dataCenter);
	if (workspaceId === '')
		return { problem: 'The workspace ID in the MoEngage credential is empty' };
	if (apiKey === '') return { problem: 'The API key in the MoEngage credential is empty' };
	if (NOT_PLAIN.test(workspaceId)) return { problem: `The workspace ID ${PLAIN_ONLY}` };
	if (NOT_PLAIN.test(apiKey)) return { problem: `The API key ${PLAIN_ONLY}` };
	if (NOT_PLAIN.test(projectCode)) return { problem: `The project code ${PLAIN_ONLY}` };

	const server =
		dataCenter === 'custom'
			? checkBaseUrl(text(credential.baseUrl))
			: /^\d{2,3}$/.test(dataCenter)
				? { baseUrl: `https://api-${dataCenter}.moengage.com` }
				: { problem: 'is not chosen' };
	if ('problem' in server) {
		const what = dataCenter === 'custom' ? 'base URL' : 'data center';
		return { problem: `The ${what} in the MoEngage credential ${server.problem}` };
	}

	const { baseUrl } = server;
	const fingerprint = createHash('sha256')
		.update(JSON.stringify([baseUrl, workspaceId, apiKey, projectCode]))
		.digest('hex');
	return { baseUrl, workspaceId, fingerprint, secrets: secretsOf(workspaceId, apiKey) };
}
