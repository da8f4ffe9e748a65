// The services that n8n's queue mode requires: Redis for the queue and Postgres for executions. Both
// run on loopback in a temporary folder, which is removed afterwards.
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { freePort, launch, run, type Program } from '../harness/processes.mts';
import { UserError } from '../harness/log.mts';

const DEBIAN = '/usr/lib/postgresql';
const READY_MS = 60_000;

/** @returns folders with Postgres programs, the newest version first; '' means the PATH */
function postgresFolders(): string[] {
	const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
	const newest = versions.sort((a, b) => Number(b) - Number(a));
	return [...newest.map((version) => join(DEBIAN, version, 'bin/')), ''];
}

/** @returns the Redis program and the folder of the Postgres programs */
export async function requireServices(): Promise<{ redis: string; postgres: string }> {
	const isInstalled = async (program: string) =>
		(await run('sh', ['-c', `command -v ${program}`])).code === 0;
	const redis = 'redis-server';
	const missing = (await isInstalled(redis)) ? [] : [redis];
	for (const folder of postgresFolders()) {
		const complete =
			(await isInstalled(`${folder}initdb`)) && (await isInstalled(`${folder}postgres`));
		if (complete && missing.length === 0) return { redis, postgres: folder };
		if (complete) break;
		if (folder === '') missing.push('postgresql');
	}
	throw new UserError(
		`n8n's queue mode requires ${missing.join(' and ')}. On Debian or Ubuntu, run: sudo apt-get ` +
			`install -y --no-install-recommends ${missing.join(' ')}. The tests start the services themselves.`,
	);
}

/** Postgres doesn't run as root. For root, the user that its package creates runs it. */
async function notAsRoot() {
	if (process.getuid?.() !== 0) return { prefix: [], give: () => {} };
	const number = async (flag: string) => Number((await run('id', [flag, 'postgres'])).output);
	const [uid, gid] = [await number('-u'), await number('-g')];
	if (!(uid > 0))
		throw new UserError('Postgres can’t run as root, and the user “postgres” doesn’t exist.');
	return {
		prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
		give: (folder: string) => chownSync(folder, uid, gid),
	};
}

/** @param text printed when the program is ready */
async function untilReady(what: string, program: Program, text: RegExp) {
	const isReady = () => text.test(program.output());
	const timeout = { milliseconds: READY_MS, fallback: () => {} };
	await pWaitFor(() => isReady() || !program.running(), { interval: 50, timeout });
	if (isReady()) return;
	await program.stop();
	throw new UserError(`${what} didn't start:\n${program.output().slice(-2000)}`);
}

/**
 * Starts both services. They stop together with all other programs.
 *
 * @returns n8n's environment variables
 *   for them; `remove` deletes their files once they have stopped
 */
export async function startServices(): Promise<{
	env: Record<string, string>;
	remove: () => void;
}> {
	const { redis, postgres } = await requireServices();
	const folder = mkdtempSync(join(tmpdir(), 'queue-services-'));
	const [redisPort, postgresPort] = [await freePort(), await freePort()];

	const nothingOnDisk = ['--save', '', '--appendonly', 'no', '--dir', folder];
	const address = ['--port', String(redisPort), '--bind', '127.0.0.1'];
	await untilReady('Redis', launch(redis, [...address, ...nothingOnDisk]), /Ready to accept/);

	const { prefix, give } = await notAsRoot();
	give(folder);
	const data = join(folder, 'postgres');
	const asUser = (program: string, args: string[]) => {
		const [first = '', ...rest] = [...prefix, `${postgres}${program}`, ...args];
		return launch(first, rest, { cwd: folder });
	};
	const init = asUser('initdb', [
		...['-D', data, '-U', 'n8n', '-A', 'trust'],
		...['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
	]);
	if ((await init.ended) !== 0) throw new UserError(`initdb failed:\n${init.output()}`);
	const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'synchronous_commit=off'];
	const server = asUser('postgres', [
		...['-D', data, '-p', String(postgresPort), '-k', folder],
		...settings.flatMap((setting) => ['-c', setting]),
	]);
	await untilReady('Postgres', server, /ready to accept connections/);

	return {
		env: {
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgresPort),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'n8n',
		},
		remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
	};
}
