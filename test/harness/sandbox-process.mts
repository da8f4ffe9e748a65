// Starts the MoEngage sandbox in its own process. Also a client for its control API.
import { fileURLToPath } from 'node:url';
import { launch } from './processes.mts';
import { UserError, wait } from './log.mts';

const MAIN = fileURLToPath(new URL('../../sandbox/main.mts', import.meta.url));
const READY_MS = 10_000;

/**
 * @typedef {object} SandboxUser
 * @property {string} customer_id
 * @property {string | null} email_id
 * @property {Record<string, boolean>} categories
 * @property {boolean} unsubscribed
 * @property {string | null} opt_in_status
 *
 * @typedef {object} LoggedRequest
 * @property {number} seq
 * @property {number} receivedAt ms since 1970
 * @property {string | null} endpoint
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {number} users
 * @property {any} body
 * @property {number | null} status
 *
 * @typedef {object} SandboxProcess
 * @property {string} url
 * @property {string} workspaceId
 * @property {string} apiKey
 * @property {number} pid
 * @property {() => string} output
 * @property {(path: string, body?: unknown, method?: string) => Promise<any>} control
 * @property {() => Promise<SandboxUser[]>} users
 * @property {(endpoint?: string) => Promise<LoggedRequest[]>} requests oldest first
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} config overrides of the sandbox's defaults
 * @returns {Promise<SandboxProcess>}
 */
export async function startSandbox(config = {}) {
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

	/** @type {SandboxProcess['control']} */
	const control = async (path, body, method = body === undefined ? 'GET' : 'POST') => {
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
