// Starts a real n8n: SQLite, loopback only, no telemetry, with its own user folder.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, delimiter, join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { freePort, launch, run, type Program } from './processes.mts';
import { UserError } from './log.mts';
import type { N8n } from './n8n-install.mts';

const READY_MS = 120_000;

/** Turns off requests to other hosts, and banners that cover the editor. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_PYTHON_ENABLED: 'false',
	N8N_LISTEN_ADDRESS: '127.0.0.1',
	N8N_HOST: '127.0.0.1',
	N8N_SECURE_COOKIE: 'false',
};

/** @returns turns off the module that makes network requests; older versions reject its name */
function modulesOff({ script }: N8n): Record<string, string> {
	const module = 'mcp-registry';
	const folder = join(dirname(script), '../dist/modules', module);
	return existsSync(folder) ? { N8N_DISABLED_MODULES: module } : {};
}

export interface UserFolder {
	/** N8N_USER_FOLDER. */
	path: string;
	/** The only folder that workflows may read files from. */
	files: string;
	env: NodeJS.ProcessEnv;
	remove: () => void;
}

/** @param extra additional environment variables */
export function createUserFolder(n8n: N8n, extra: Record<string, string> = {}): UserFolder {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'n8n-moengage-')));
	const files = join(folder, 'files');
	const temporary = join(folder, 'tmp');
	for (const inner of [files, temporary]) mkdirSync(inner);
	const inherited = Object.entries(process.env).filter(
		([name]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_|npm_|NODE_OPTIONS|NODE_PATH)/i.test(name),
	);
	return {
		path: folder,
		files,
		env: {
			...Object.fromEntries(inherited),
			...QUIET,
			...modulesOff(n8n),
			PATH: `${dirname(n8n.node)}${delimiter}${process.env.PATH}`,
			// n8n stores uploads there and doesn't delete them.
			TMPDIR: temporary,
			N8N_USER_FOLDER: folder,
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
			N8N_RESTRICT_FILE_ACCESS_TO: files,
			...extra,
		},
		remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
	};
}

export interface N8nServer {
	url: string;
	pid: number;
	/** Ports that it listens on. */
	ports: number[];
	output: () => string;
	running: () => boolean;
	stop: () => Promise<void>;
}

/**
 * @param port of an earlier server, so that its URL stays the same
 * @returns once it responds
 */
export async function startServer(
	n8n: N8n,
	userFolder: UserFolder,
	port?: number,
): Promise<N8nServer> {
	port ??= await freePort();
	const broker = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const program = launch(n8n.node, [n8n.script, 'start'], {
		cwd: userFolder.path,
		env: {
			...userFolder.env,
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(broker),
			N8N_EDITOR_BASE_URL: url,
			WEBHOOK_URL: url,
		},
	});
	// n8n before 2.35 reports ready shortly before its API is available.
	return onceReady(program, url, [port, broker], '/rest/settings');
}

/**
 * Starts a worker. The environment must contain the settings of the queue and the database.
 *
 * @returns once it takes executions; `url` serves only its health check
 */
export async function startWorker(n8n: N8n, userFolder: UserFolder): Promise<N8nServer> {
	const [port, broker] = [await freePort(), await freePort()];
	const program = launch(n8n.node, [n8n.script, 'worker'], {
		cwd: userFolder.path,
		env: {
			...userFolder.env,
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(broker),
		},
	});
	return onceReady(program, `http://127.0.0.1:${port}`, [port, broker]);
}

/** @param path that must respond as well */
async function onceReady(
	program: Program,
	url: string,
	ports: number[],
	path: string = '/healthz',
): Promise<N8nServer> {
	const { pid, output, running } = program;
	const responds = async (to: string) =>
		(await fetch(`${url}${to}`).catch(() => null))?.ok ?? false;
	const isReady = async () => (await responds('/healthz/readiness')) && (await responds(path));
	const timeout = { milliseconds: READY_MS, fallback: () => {} };
	await pWaitFor(async () => !running() || (await isReady()), { interval: 200, timeout });
	if (await isReady()) return { url, pid, ports, output, running, stop: () => program.stop() };
	await program.stop();
	throw new UserError(`n8n didn't start:\n${output().slice(-3000)}`);
}

/**
 * Runs an n8n command such as `['execute', '--id=…']`, on its own port so that it can run next to a
 * server.
 */
export async function command(n8n: N8n, userFolder: UserFolder, args: string[]) {
	return run(n8n.node, [n8n.script, ...args], {
		cwd: userFolder.path,
		env: { ...userFolder.env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) },
	});
}
