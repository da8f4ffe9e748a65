// What n8n's queue mode wants beside n8n: a Redis for the queue and a Postgres for executions, both
// our own, on loopback, in a temporary folder, and gone afterwards.
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, run } from '../../demo/lib/processes.mjs';
import { UserError, wait } from '../../demo/lib/log.mjs';

const DEBIAN = '/usr/lib/postgresql';
const READY_MS = 60_000;

/** @returns {string[]} folders with Postgres programs, the newest version first; '': on the PATH */
function postgresFolders() {
	const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
	const newest = versions.sort((a, b) => Number(b) - Number(a));
	return [...newest.map((version) => join(DEBIAN, version, 'bin/')), ''];
}

/**
 * @returns {Promise<{ redis: string, postgres: string }>} the program, and the folder of Postgres's
 */
export async function needServices() {
	const there = async (/** @type {string} */ program) =>
		(await run('sh', ['-c', `command -v ${program}`])).code === 0;
	const redis = 'redis-server';
	const missing = (await there(redis)) ? [] : [redis];
	for (const folder of postgresFolders()) {
		const complete = (await there(`${folder}initdb`)) && (await there(`${folder}postgres`));
		if (complete && missing.length === 0) return { redis, postgres: folder };
		if (complete) break;
		if (folder === '') missing.push('postgresql');
	}
	throw new UserError(
		`n8n's queue mode needs ${missing.join(' and ')}. On Debian or Ubuntu: sudo apt-get install -y ` +
			`--no-install-recommends ${missing.join(' ')}. No service has to run: the tests start their own.`,
	);
}

/** Postgres refuses to run as root, so there its own user, which its package makes, runs it. */
async function notAsRoot() {
	if (process.getuid?.() !== 0) return { prefix: [], give: () => {} };
	const number = async (/** @type {string} */ flag) =>
		Number((await run('id', [flag, 'postgres'])).output);
	const [uid, gid] = [await number('-u'), await number('-g')];
	if (!(uid > 0))
		throw new UserError('Postgres can’t run as root, and there is no user “postgres”.');
	return {
		prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
		give: (/** @type {string} */ folder) => chownSync(folder, uid, gid),
	};
}

/**
 * @param {string} what
 * @param {import('../../demo/lib/processes.mjs').Program} program
 * @param {RegExp} words that it prints when it is ready
 */
async function untilReady(what, program, words) {
	const deadline = Date.now() + READY_MS;
	while (!words.test(program.output())) {
		if (!program.running() || Date.now() > deadline) {
			await program.stop();
			throw new UserError(`${what} did not start:\n${program.output().slice(-2000)}`);
		}
		await wait(50);
	}
}

/**
 * Starts both; they end with all other programs.
 *
 * @returns {Promise<{ env: Record<string, string>, remove: () => void }>} n8n's environment for
 *   them, and what takes their files away once they have ended
 */
export async function startServices() {
	const { redis, postgres } = await needServices();
	const folder = mkdtempSync(join(tmpdir(), 'queue-services-'));
	const [redisPort, postgresPort] = [await freePort(), await freePort()];

	const nothingOnDisk = ['--save', '', '--appendonly', 'no', '--dir', folder];
	const where = ['--port', String(redisPort), '--bind', '127.0.0.1'];
	await untilReady('Redis', launch(redis, [...where, ...nothingOnDisk]), /Ready to accept/);

	const { prefix, give } = await notAsRoot();
	give(folder);
	const data = join(folder, 'postgres');
	const asUser = (/** @type {string} */ program, /** @type {string[]} */ args) => {
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
