/**
 * Authentication. Basic auth (workspace ID and API key) and the MOE-APPKEY header must name the same
 * workspace.
 *
 * @typedef {'missing' | 'wrong' | 'mismatch' | 'noAppKey' | 'noProjectCode'} AuthProblem
 *
 * @typedef {{ workspace: import('./config.mts').Workspace, problem?: undefined }
 *   | { workspace?: undefined, problem: AuthProblem }} Identity
 */
import { example } from './errors.mts';

/** @type {Record<AuthProblem, string[]>} examples of the document, the first that an operation has */
const EXAMPLES = {
	missing: ['unauthorized'],
	wrong: ['unauthorized'],
	mismatch: ['appKeyMismatch', 'unauthorized'],
	noAppKey: ['appKeyMissing', 'appKeyMismatch'],
	noProjectCode: ['projectCodeMissing'],
};

/**
 * @param {string | undefined} header
 * @returns {{ user: string, password: string } | null}
 */
function basicCredentials(header) {
	const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? '')?.[1];
	if (encoded === undefined) return null;
	const decoded = Buffer.from(encoded, 'base64').toString('utf8');
	const colon = decoded.indexOf(':');
	if (colon < 0) return null;
	return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/**
 * @param {string | string[] | undefined} value
 * @returns {string}
 */
export function headerText(value) {
	return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim();
}

/**
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {import('./config.mts').Workspace[]} workspaces
 * @param {boolean} needsProjectCode if the workspace has one
 * @returns {Identity}
 */
export function identify(headers, workspaces, needsProjectCode) {
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

/**
 * @param {import('./contract.mts').Operation} operation
 * @param {AuthProblem} problem
 */
export function authError(operation, problem) {
	const name = EXAMPLES[problem].find((candidate) => operation.examples.has(candidate)) ?? '';
	return example(operation, name);
}
