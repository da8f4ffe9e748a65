/**
 * Authentication. Basic auth (workspace ID and API key) and the MOE-APPKEY header must name the same
 * workspace.
 */
import { example } from './errors.mts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Operation } from './contract.mts';
import type { Workspace } from './config.mts';

export type AuthProblem = 'missing' | 'wrong' | 'mismatch' | 'noAppKey' | 'noProjectCode';

type Identity =
	| { workspace: Workspace; problem?: undefined }
	| { workspace?: undefined; problem: AuthProblem };

/** Examples of the document, the first that an operation has. */
const EXAMPLES: Record<AuthProblem, string[]> = {
	missing: ['unauthorized'],
	wrong: ['unauthorized'],
	mismatch: ['appKeyMismatch', 'unauthorized'],
	noAppKey: ['appKeyMissing', 'appKeyMismatch'],
	noProjectCode: ['projectCodeMissing'],
};

function basicCredentials(header: string | undefined): { user: string; password: string } | null {
	const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? '')?.[1];
	if (encoded === undefined) return null;
	const decoded = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = decoded.indexOf(':');
	if (colon < 0) return null;
	return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

export function headerText(value: string | string[] | undefined): string {
	return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
}

/** @param needsProjectCode if the workspace has one */
export function identify(
	headers: IncomingHttpHeaders,
	workspaces: Workspace[],
	needsProjectCode: boolean,
): Identity {
	if (headerText(headers.authorization) === '') return { problem: 'missing' };
	const appKey = headerText(headers['moe-appkey']);
	if (appKey === '') return { problem: 'noAppKey' };
	const given = basicCredentials(headers.authorization);
	if (given === null) return { problem: 'wrong' };
	if (given.user !== appKey) return { problem: 'mismatch' };
	const workspace = workspaces.find((entry) => entry.id === given.user);
	if (workspace === undefined || workspace.apiKey !== given.password) return { problem: 'wrong' };
	if (needsProjectCode && workspace.projectCode !== undefined) {
		const code = headerText(headers['moe-project-code']);
		if (code !== workspace.projectCode) return { problem: 'noProjectCode' };
	}
	return { workspace };
}

export function authError(operation: Operation, problem: AuthProblem) {
	const name = EXAMPLES[problem].find((candidate) => operation.examples.has(candidate)) ?? '';
	return example(operation, name);
}
