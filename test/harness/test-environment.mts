// Starts and stops everything that the demo, the end-to-end tests, and the screenshots need: the
// sandbox, a real n8n with the packed package, an owner, and a credential.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { N8nClient, newOwner } from './n8n-client.mts';
import { ensureN8n } from './n8n-install.mts';
import { createUserFolder, startServer } from './n8n-process.mts';
import { build, CREDENTIAL_TYPE, installInto, NODE_TYPE, pack } from './package.mts';
import { endAll } from './processes.mts';
import { startSandbox } from './sandbox-process.mts';
import { log, withProgress } from './log.mts';

const WORKFLOWS = fileURLToPath(new URL('../../demo/workflows/', import.meta.url));

/**
 * @typedef {object} TestEnvironment
 * @property {import('./n8n-install.mts').N8n} n8n
 * @property {import('./n8n-process.mts').UserFolder} userFolder
 * @property {import('./n8n-process.mts').N8nServer} server
 * @property {import('./sandbox-process.mts').SandboxProcess} sandbox
 * @property {import('./package.mts').Tarball} tarball
 * @property {N8nClient} client signed in as the owner
 * @property {import('./n8n-client.mts').Owner} owner
 * @property {{ id: string, name: string }} credential for the sandbox
 *
 * @typedef {object} TestEnvironmentHandle an environment that is starting or running
 * @property {Promise<TestEnvironment>} ready
 * @property {() => boolean} closing
 * @property {() => Promise<void>} close stops all processes and removes n8n's user folder
 */

/**
 * @param {import('./sandbox-process.mts').SandboxProcess} sandbox
 * @param {Record<string, string>} [changed]
 * @returns {Record<string, string>} values of the credential's fields
 */
export function credentialData(sandbox, changed = {}) {
	return {
		workspaceId: sandbox.workspaceId,
		apiKey: sandbox.apiKey,
		dataCenter: 'custom',
		baseUrl: sandbox.url,
		projectCode: '',
		...changed,
	};
}

/**
 * @param {{ sandboxConfig?: object, env?: Record<string, string>, loud?: boolean, built?: boolean, recipe?: string }} [options]
 *   `env`: environment variables of n8n; `loud`: log each step; `built`: skip the build; `recipe`:
 *   folder that defines another n8n version than the demo's
 * @returns {TestEnvironmentHandle}
 */
export function openTestEnvironment({
	sandboxConfig = {},
	env = {},
	loud = true,
	built = false,
	recipe = undefined,
} = {}) {
	/** @type {import('./n8n-process.mts').UserFolder | null} */
	let userFolder = null;
	/** @type {Promise<void> | null} */
	let closing = null;
	/**
	 * @template T
	 * @param {string} what
	 * @param {() => Promise<T>} step
	 */
	const step = (what, step) => (loud ? withProgress(what, () => '', step) : step());

	const open = async () => {
		const n8n = await ensureN8n(recipe);
		const folder = (userFolder = createUserFolder(n8n, env));
		if (!built) await step('Build the package', build);
		const tarball = await step('Pack it and install it into n8n', async () => {
			const packed = await pack(folder.path);
			await installInto(folder.path, packed.path);
			return packed;
		});
		const sandbox = await startSandbox(sandboxConfig);
		const server = await step(`Start n8n ${n8n.version}`, () => startServer(n8n, folder));
		const client = new N8nClient(server.url);
		const owner = newOwner();
		await client.setUp(owner);
		const credential = await client.createCredential(
			CREDENTIAL_TYPE,
			'MoEngage (sandbox)',
			credentialData(sandbox),
		);
		return { n8n, userFolder: folder, server, sandbox, tarball, client, owner, credential };
	};

	return {
		ready: open(),
		closing: () => closing !== null,
		close() {
			closing ??= endAll().then(() => userFolder?.remove());
			return closing;
		},
	};
}

/**
 * Closes the environment on Ctrl-C, then ends this process.
 *
 * @param {TestEnvironmentHandle} handle
 */
export function closeOnSignal(handle) {
	for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
		process.on(signal, () => {
			if (signal === 'SIGINT') log('\nStopping n8n and the sandbox …');
			handle.close().then(
				() => process.exit(signal === 'SIGINT' ? 130 : 143),
				() => process.exit(1),
			);
		});
	}
}

/**
 * Creates a workflow of demo/workflows with the credential and file paths of the environment. If it
 * encrypts links, it gets a random passphrase.
 *
 * @param {TestEnvironment} environment
 * @param {string} file
 * @param {(workflow: import('./n8n-client.mts').Json) => void} [change] applied before the workflow is created
 * @returns {Promise<import('./n8n-client.mts').Json>} as created
 */
export async function loadWorkflow({ client, credential, userFolder }, file, change = () => {}) {
	const workflow = JSON.parse(readFileSync(join(WORKFLOWS, file), 'utf8'));
	/** @type {{ id: string, name: string } | undefined} */
	let passphrase;
	for (const node of workflow.nodes) {
		if (node.credentials?.crypto) {
			passphrase ??= await client.createCredential('crypto', node.credentials.crypto.name, {
				encryptionPassphrase: randomBytes(24).toString('base64url'),
			});
			node.credentials.crypto = passphrase;
		}
		if (node.type === NODE_TYPE) node.credentials = { [CREDENTIAL_TYPE]: credential };
		if (node.parameters.fileSelector) {
			node.parameters.fileSelector = join(userFolder.files, 'contacts.csv');
		}
	}
	change(workflow);
	return client.createWorkflow(workflow);
}
