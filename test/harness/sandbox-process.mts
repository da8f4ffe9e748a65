// Starts the MoEngage sandbox in its own process. Also a client for its control API.
import { fileURLToPath } from 'node:url';
import pWaitFor from 'p-wait-for';
import { launch } from './processes.mts';
import type { Json } from './n8n-client.mts';
import { UserError } from './log.mts';

const MAIN = fileURLToPath(new URL('../../sandbox/main.mts', import.meta.url));
const READY_MS = 30_000;

export interface SandboxUser {
	customer_id: string;
	email_id: string | null;
	categories: Record<string, boolean>;
	unsubscribed: boolean;
	opt_in_status: string | null;
}

export interface LoggedRequest {
	seq: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
	endpoint: string | null;
	method: string;
	path: string;
	query: Record<string, string>;
	users: number;
	body: Json[string];
	status: number | null;
}

export interface SandboxProcess {
	url: string;
	workspaceId: string;
	apiKey: string;
	pid: number;
	output: () => string;
	control: (path: string, body?: unknown, method?: string) => Promise<Json[string]>;
	users: () => Promise<SandboxUser[]>;
	/** Oldest first. */
	requests: (endpoint?: string) => Promise<LoggedRequest[]>;
	/** Throws if the document didn't allow a request or a response since the last call. */
	assertValid: () => Promise<void>;
	stop: () => Promise<void>;
}

interface Validation {
	requests: { validated: number; invalid: number };
	responses: { validated: number; invalid: number };
	findings: { seq: number; of: string; endpoint: string | null; message: string }[];
}

const running = new Set<SandboxProcess>();

// In a test file, an invalid request or response fails the test that caused it; elsewhere, `stop` throws.
if (typeof afterEach === 'function') {
	const assertAllValid = async () => {
		for (const sandbox of running) await sandbox.assertValid();
	};
	afterEach(assertAllValid);
	// For what was sent outside a test; this hook runs before those of the file, which stop the sandbox.
	afterAll(assertAllValid);
}

/** @param config overrides of the sandbox's defaults */
export async function startSandbox(config: object = {}): Promise<SandboxProcess> {
	const args = ['--import', 'tsx', MAIN, '--port', '0', '--json', '--quiet', '--stop-with-stdin'];
	const program = launch(process.execPath, [...args, '--config', JSON.stringify(config)], {
		tied: true,
	});
	const line = () =>
		program
			.output()
			.split('\n')
			.find((text) => text.startsWith('{"url"'));
	const timeout = { milliseconds: READY_MS, fallback: () => {} };
	await pWaitFor(() => line() !== undefined || !program.running(), { timeout });
	if (line() === undefined) {
		await program.stop();
		throw new UserError(`The sandbox didn't start:\n${program.output().trim()}`);
	}
	const { url, workspaceId, apiKey } = JSON.parse(String(line()));

	const control: SandboxProcess['control'] = async (
		path,
		body,
		method = body === undefined ? 'GET' : 'POST',
	) => {
		const response = await fetch(`${url}/_sandbox${path}`, {
			method,
			headers: { 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const result = await response.json();
		if (!response.ok) throw new Error(`Sandbox ${method} ${path}: ${JSON.stringify(result)}`);
		return result;
	};
	let lastFinding = 0;
	const assertValid = async () => {
		const { findings }: Validation = await control(`/validation?since=${lastFinding}`);
		if (findings.length === 0) return;
		lastFinding = Math.max(...findings.map(({ seq }) => seq));
		const lines = findings.map(({ of, endpoint, message }) => `${of} ${endpoint}: ${message}`);
		throw new Error(`Not allowed by sandbox/openapi.yaml:\n${[...new Set(lines)].join('\n')}`);
	};
	const sandbox: SandboxProcess = {
		url,
		workspaceId,
		apiKey,
		pid: program.pid,
		output: program.output,
		control,
		users: async () => (await control('/state')).users,
		requests: async (endpoint) =>
			(await control(`/log${endpoint === undefined ? '' : `?endpoint=${endpoint}`}`)).requests,
		assertValid,
		async stop() {
			running.delete(sandbox);
			await assertValid().finally(() => program.stop(3000));
		},
	};
	running.add(sandbox);
	void program.ended.then(() => running.delete(sandbox));
	return sandbox;
}
