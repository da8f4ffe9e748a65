import { createHash } from 'node:crypto';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** Where requests go and in whose name. */
export interface Account {
	/** Without a slash at its end. */
	baseUrl: string;
	workspaceId: string;
	/** The same for the same URL, workspace, key and project code; reveals none of them. */
	fingerprint: string;
	/** What must never be quoted: the key, also in hex or Base64, as in the Basic header. */
	secrets: readonly string[];
}

/** A custom base URL that is safe to send the key to, or what is wrong with it. */
export function checkBaseUrl(given: string): { baseUrl: string } | { problem: string } {
	if (!URL.canParse(given)) return { problem: 'is not a URL' };
	const url = new URL(given);
	// A fully qualified name with its dot is the same host as without.
	url.hostname = url.hostname.replace(/\.$/, '');
	if (url.username !== '' || url.password !== '')
		return {
			problem: 'contains a user name or password; remove them and use the other credential fields',
		};
	if (url.search !== '' || url.hash !== '') return { problem: 'contains a ? or #' };
	if (url.hostname.startsWith('dashboard-'))
		return { problem: 'is the URL of the dashboard; the URL of the API starts with api-' };
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
		return { problem: 'must start with https:// so that the API key is encrypted on the way' };
	return { baseUrl: url.href.replace(/(?<!\/)\/+$/, '') };
}

function isLoopback(hostname: string): boolean {
	return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);
}

const PLAIN_ONLY =
	'in the MoEngage credential contains an accented, invisible or other character that MoEngage never uses; copy it again';

/** What can't be part of an HTTP header: n8n would drop or change it on the way. */
const NOT_PLAIN = /[^\x20-\x7e]/;

/** Without the padding, which a server may leave out when it quotes it. */
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/={1,2}$/, '');

/** Shorter parts of Base64 are found in texts that have nothing to do with the key. */
const SHORTEST_PART = 8;

/** The characters of Base64 that depend on `text` alone, `offset` bytes into what is encoded. */
function insideBase64(text: string, offset: number): string {
	const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
	const part = base64(bytes).slice([0, 2, 3][offset]);
	return bytes.length % 3 === 0 ? part : part.slice(0, -1);
}

/** All forms of the key that are looked for, besides those of `withoutWords`. */
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

/** Reads the credential, or says what is missing in it. */
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

	const address =
		dataCenter === 'custom'
			? checkBaseUrl(text(credential.baseUrl))
			: /^\d{2,3}$/.test(dataCenter)
				? { baseUrl: `https://api-${dataCenter}.moengage.com` }
				: { problem: 'is not chosen' };
	if ('problem' in address) {
		const what = dataCenter === 'custom' ? 'base URL' : 'data center';
		return { problem: `The ${what} in the MoEngage credential ${address.problem}` };
	}

	const { baseUrl } = address;
	const fingerprint = createHash('sha256')
		.update(JSON.stringify([baseUrl, workspaceId, apiKey, projectCode]))
		.digest('hex');
	return { baseUrl, workspaceId, fingerprint, secrets: secretsOf(workspaceId, apiKey) };
}
