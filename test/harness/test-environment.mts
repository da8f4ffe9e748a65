// Starts and stops everything that the demo, the end-to-end tests, and the screenshots need: the
// sandbox, a real n8n with the packed package, an owner, and a credential.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from './n8n-client.mts';
import { CREDENTIAL_TYPE, NODE_TYPE, TRIGGER_TYPE } from './package.mts';
import { endAll } from './processes.mts';
import { sharedN8n, startN8n, type N8nOptions, type RunningN8n } from './running-n8n.mts';
import { startSandbox, type SandboxProcess } from './sandbox-process.mts';
import { CRM_TOKEN } from '../../sandbox/crm/crm.mts';
import { log } from './log.mts';

/** The CRM in the example workflows: a sandbox on its usual port. */
const EXAMPLE_CRM = 'http://127.0.0.1:8790';

const WORKFLOWS = fileURLToPath(new URL('../../demo/workflows/', import.meta.url));

export interface TestEnvironment extends RunningN8n {
	sandbox: SandboxProcess;
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
 * @param options `shared`: use the n8n that is shared with this process, if there is one
 */
export function openTestEnvironment({
	sandboxConfig = {},
	shared = false,
	...options
}: N8nOptions & { sandboxConfig?: object; shared?: boolean } = {}): TestEnvironmentHandle {
	let closing: Promise<void> | null = null;
	let removeFolder = () => {};
	let leave = async () => {};

	const open = async () => {
		const joined = shared ? sharedN8n() : undefined;
		if (joined !== undefined) leave = () => joined.client.deactivateAll();
		const running = joined ?? (await startN8n(options, ({ remove }) => (removeFolder = remove)));
		const sandbox = await startSandbox(sandboxConfig);
		const webhookSecret = randomBytes(24).toString('hex');
		const credential = await running.client.createCredential(
			CREDENTIAL_TYPE,
			'MoEngage (sandbox)',
			credentialData(sandbox, { webhookSecret }),
		);
		return { ...running, sandbox, credential, webhookSecret };
	};

	return {
		ready: open(),
		closing: () => closing !== null,
		close() {
			closing ??= leave()
				.finally(endAll)
				.then(() => removeFolder());
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
