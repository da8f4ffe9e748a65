// Starts the MoEngage sandbox in its own process. Also a client for its control API.
import { fileURLToPath } from 'node:url';
import { launch } from './processes.mts';
import { UserError, wait } from './log.mts';

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
	body: any;
	status: number | null;
}

export interface SandboxProcess {
	url: string;
	workspaceId: string;
	apiKey: string;
	pid: number;
	output: () => string;
	control: (path: string, body?: unknown, method?: string) => Promise<any>;
	users: () => Promise<SandboxUser[]>;
	/** Oldest first. */
	requests: (endpoint?: string) => Promise<LoggedRequest[]>;
	stop: () => Promise<void>;
}

/** @param config overrides of the sandbox's defaults */
export async function startSandbox(config: object = {}): Promise<SandboxProcess> {
	const args = ['--import', 'tsx', MAIN, '--port', '0', '--json', '--quiet', '--stop-with-stdin'];
	const program = launch(process.execPath, [...args, '--config', JSON.stringify(config)], {
		tied: true,
	});
	const deadline = Date.now() + READY_MS;
	const line = () =>
		program
			.output()
			.split('\n')
			.find((text) => text.startsWith('{"url"'));
	while (line() === undefined) {
		if (!program.running() || Date.now() > deadline) {
			await program.stop();
			throw new UserError(`The sandbox didn't start:\n${program.output().trim()}`);
		}
		await wait(20);
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
	return {
		url,
		workspaceId,
		apiKey,
		pid: program.pid,
		output: program.output,
		control,
		users: async () => (await control('/state')).users,
		requests: async (endpoint) =>
			(await control(`/log${endpoint === undefined ? '' : `?endpoint=${endpoint}`}`)).requests,
		stop: () => program.stop(3000),
	};
}
