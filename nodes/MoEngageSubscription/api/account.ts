import { createHash } from 'node:crypto';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** Where requests go and in whose name. */
export interface Account {
	/** Without a slash at its end. */
	baseUrl: string;
	workspaceId: string;
	/** The same for the same address, workspace, key and project code; tells nothing of them. */
	fingerprint: string;
	/** What must never be quoted: the key, and what holds it in Base64, as the Basic header does. */
	secrets: readonly string[];
}

/** A custom base URL that is safe to send the key to, or what is wrong with it. */
export function checkBaseUrl(given: string): { baseUrl: string } | { problem: string } {
	if (!URL.canParse(given)) return { problem: 'is not a web address' };
	const url = new URL(given);
	if (url.username !== '' || url.password !== '')
		return { problem: 'has a user name or password in it; these belong into the other fields' };
	if (url.search !== '' || url.hash !== '') return { problem: 'has a ? or # in it' };
	if (url.hostname.startsWith('dashboard-'))
		return { problem: 'is the dashboard; the API is at the address that begins with api-' };
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
		return { problem: 'must begin with https:// so that the API key is not readable on its way' };
	return { baseUrl: url.href.replace(/(?<!\/)\/+$/, '') };
}

function isLoopback(hostname: string): boolean {
	return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(hostname);
}

/** Without the signs at its end, which whoever quotes it may leave out. */
const base64 = (text: string) =>
	Buffer.from(text)
		.toString('base64')
		.replace(/={1,2}$/, '');

function text(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Reads the credential, or says what is missing in it. */
export function readAccount(
	credential: ICredentialDataDecryptedObject,
): Account | { problem: string } {
	const workspaceId = text(credential.workspaceId);
	const apiKey = text(credential.apiKey);
	const dataCenter = text(credential.dataCenter);
	if (workspaceId === '')
		return { problem: 'The workspace ID in the MoEngage credential is empty' };
	if (apiKey === '') return { problem: 'The API key in the MoEngage credential is empty' };

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
		.update(JSON.stringify([baseUrl, workspaceId, apiKey, text(credential.projectCode)]))
		.digest('hex');
	const encoded = [`${workspaceId}:${apiKey}`, apiKey].map(base64);
	return { baseUrl, workspaceId, fingerprint, secrets: [apiKey, ...encoded] };
}
