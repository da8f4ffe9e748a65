// Starts and stops everything that the demo, the end-to-end tests, and the screenshots need: the
// sandbox, a real n8n with the packed package, an owner, and a credential.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { N8nClient, newOwner, type Owner, type Json } from './n8n-client.mts';
import { ensureN8n, type N8n } from './n8n-install.mts';
import { createUserFolder, startServer, type UserFolder, type N8nServer } from './n8n-process.mts';
import {
	build,
	CREDENTIAL_TYPE,
	installInto,
	NODE_TYPE,
	pack,
	TRIGGER_TYPE,
	type Tarball,
} from './package.mts';
import { endAll } from './processes.mts';
import { startSandbox, type SandboxProcess } from './sandbox-process.mts';
import { CRM_TOKEN } from '../../sandbox/crm/crm.mts';
import { log } from './log.mts';
import { withProgress } from './progress.mts';

/** The CRM in the example workflows: a sandbox on its usual port. */
const EXAMPLE_CRM = 'http://127.0.0.1:8790';

const WORKFLOWS = fileURLToPath(new URL('../../demo/workflows/', import.meta.url));

export interface TestEnvironment {
	n8n: N8n;
	userFolder: UserFolder;
	server: N8nServer;
	sandbox: SandboxProcess;
	tarball: Tarball;
	/** Signed in as the owner. */
	client: N8nClient;
	owner: Owner;
	/** Credential for the sandbox, with the webhook secret. */
	credential: { id: string; name: string };
	webhookSecret: string;
}

/** An environment that is starting or running. */
export interface TestEnvironmentHandle {
	ready: Promise<TestEnvironment>;
	closing: () => boolean;
	/** Stops all processes and removes n8n's user folder. */
	close: () => Promise<void>;
}

/** @returns values of the credential's fields */
export function credentialData(
	sandbox: SandboxProcess,
	changed: Record<string, string> = {},
): Record<string, string> {
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
 * @param options `env`: environment variables of n8n; `loud`: log each step; `built`: skip the build; `recipe`:
 *   folder that defines another n8n version than the demo's
 */
export function openTestEnvironment({
	sandboxConfig = {},
	env = {},
	loud = true,
	built = false,
	recipe = undefined,
}: {
	sandboxConfig?: object;
	env?: Record<string, string>;
	loud?: boolean;
	built?: boolean;
	recipe?: string;
} = {}): TestEnvironmentHandle {
	let userFolder: UserFolder | null = null;
	let closing: Promise<void> | null = null;
	const step = <T,>(what: string, step: () => Promise<T>) =>
		loud ? withProgress(what, () => '', step) : step();

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
		const webhookSecret = randomBytes(24).toString('hex');
		const credential = await client.createCredential(
			CREDENTIAL_TYPE,
			'MoEngage (sandbox)',
			credentialData(sandbox, { webhookSecret }),
		);
		const running = { n8n, userFolder: folder, server, sandbox, tarball };
		return { ...running, client, owner, credential, webhookSecret };
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

/** Closes the environment on Ctrl-C, then ends this process. */
export function closeOnSignal(handle: TestEnvironmentHandle) {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
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
 * Creates a workflow of demo/workflows with the credentials, file paths and CRM of the environment. If
 * it encrypts links, it gets a random passphrase.
 *
 * @param change applied before the workflow is created
 * @returns as created
 */
export async function loadWorkflow(
	{ client, credential, sandbox, userFolder }: TestEnvironment,
	file: string,
	change: (workflow: Json) => void = () => {},
): Promise<Json> {
	const text = readFileSync(join(WORKFLOWS, file), 'utf8').replaceAll(EXAMPLE_CRM, sandbox.url);
	const workflow = JSON.parse(text);
	const others: Record<string, Json> = {
		crypto: { encryptionPassphrase: randomBytes(24).toString('base64url') },
		httpHeaderAuth: { name: 'Authorization', value: `Bearer ${CRM_TOKEN}` },
	};
	const created: Record<string, { id: string; name: string }> = { [CREDENTIAL_TYPE]: credential };
	for (const node of workflow.nodes) {
		if (node.type === NODE_TYPE || node.type === TRIGGER_TYPE) {
			node.credentials = { [CREDENTIAL_TYPE]: credential };
		}
		for (const type of Object.keys(node.credentials ?? {})) {
			const { name } = node.credentials[type];
			created[type] ??= await client.createCredential(type, name, others[type] ?? {});
			node.credentials[type] = created[type];
		}
		if (node.parameters.fileSelector) {
			node.parameters.fileSelector = join(userFolder.files, 'contacts.csv');
		}
	}
	change(workflow);
	return client.createWorkflow(workflow);
}
