// Installs n8n itself, once for each version, outside the work tree: 2.9 GB, 2,350 packages.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock, cacheFolder, isComplete, markComplete, requireSpace } from './cache.mjs';
import { ensureNode } from './node-install.mjs';
import { run } from './processes.mjs';
import { log, UserError, withProgress } from './log.mjs';

/** The n8n of the demo: the newest one. */
const RECIPE = fileURLToPath(new URL('../n8n/', import.meta.url));
const DISK_BYTES = 4e9;

/**
 * @typedef {object} N8n
 * @property {string} node path of the Node that it runs on
 * @property {string} script what that Node runs
 * @property {string} version
 * @property {string} nodeVersion
 */

/**
 * @param {string[]} paths of the packages in the lock file
 * @param {string} folder
 */
function countInstalled(paths, folder) {
	return paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
}

/**
 * @param {{ os?: string[], cpu?: string[], libc?: string[] }} entry of the lock file
 * @returns {boolean} false: made for another system, so npm leaves it out
 */
function suits({ os, cpu, libc }) {
	if (os && !os.includes(process.platform)) return false;
	return (!cpu || cpu.includes(process.arch)) && !libc?.includes('musl');
}

/** A compiler is needed once: n8n's SQLite driver has no binary on npm. */
async function needCompiler() {
	if (process.platform === 'win32') return;
	const missing = [];
	for (const tool of ['python3', 'make', 'g++']) {
		if ((await run('sh', ['-c', `command -v ${tool}`])).code !== 0) missing.push(tool);
	}
	if (missing.length === 0) return;
	throw new UserError(
		`n8n's database driver is built on this machine, which needs ${missing.join(', ')}. Install ` +
			(process.platform === 'darwin'
				? 'Xcode’s command line tools (xcode-select --install)'
				: 'them (on Debian or Ubuntu: sudo apt-get install -y python3 make g++)') +
			', then run again.',
	);
}

/**
 * @param {string} folder with the lock file
 * @param {NodeJS.ProcessEnv} env
 */
async function installPackages(folder, env) {
	const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
	const paths = Object.keys(lock.packages).filter(
		(path) => path !== '' && suits(lock.packages[path]),
	);
	const total = paths.length.toLocaleString('en');
	await withProgress(
		'n8n’s packages (2.9 GB, usually 3 to 6 min)',
		() => `${countInstalled(paths, folder).toLocaleString('en')} of ${total}`,
		async () => {
			const { code, output } = await run(
				'npm',
				[
					'install',
					'--ignore-scripts',
					'--omit=dev',
					'--loglevel=error',
					'--no-audit',
					'--no-fund',
				],
				{ cwd: folder, env },
			);
			if (code !== 0) {
				throw new UserError(
					`npm could not install n8n. Check the network or the npm registry.\n${output.slice(-2000)}`,
				);
			}
		},
	);
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function buildDriver(folder, env) {
	const built = join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node');
	// npm takes it away with the package where that changes.
	if (existsSync(built)) return;
	await withProgress(
		'n8n’s database driver (compiled once, 1 to 2 min)',
		() => '',
		async () => {
			// Started by `npm run`, this process has inherited our own ignore-scripts; building is a script.
			const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'];
			const { code, output } = await run('npm', rebuild, { cwd: folder, env });
			if (code === 0 && existsSync(built)) return;
			throw new UserError(`The database driver could not be built:\n${output.slice(-2000)}`);
		},
	);
}

/**
 * Installs what is missing; a second call finds it in place.
 *
 * @param {string} [recipe] folder with a package.json that says which n8n on which Node, and its lock
 * @returns {Promise<N8n>}
 */
export async function ensureN8n(recipe = RECIPE) {
	const lockFile = readFileSync(join(recipe, 'package-lock.json'), 'utf8');
	const { version } = JSON.parse(lockFile).packages['node_modules/n8n'];
	const { engines } = JSON.parse(readFileSync(join(recipe, 'package.json'), 'utf8'));
	const node = await ensureNode(engines.node);
	const system = `${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), `n8n-${version}-${system}`);
	const mark = createHash('sha256').update(lockFile).digest('hex');
	const found = {
		node: node.node,
		script: join(folder, 'node_modules/n8n/bin/n8n'),
		version,
		nodeVersion: node.version,
	};
	if (isComplete(folder, mark)) return found;
	await withLock(`${folder}.lock`, async () => {
		if (isComplete(folder, mark)) return;
		await needCompiler();
		requireSpace(folder, DISK_BYTES);
		log(`Installing n8n ${version} into ${folder}, once; the next start finds it there.`);
		// A half-finished install is taken up where it stopped; one of another lock file is not.
		rmSync(join(folder, 'node_modules/.package-lock.json'), { force: true });
		mkdirSync(folder, { recursive: true });
		for (const file of ['package.json', 'package-lock.json']) {
			copyFileSync(join(recipe, file), join(folder, file));
		}
		const env = {
			...process.env,
			PATH: `${dirname(node.node)}${delimiter}${process.env.PATH}`,
			...(node.headers === null ? {} : { npm_config_nodedir: node.headers }),
		};
		await installPackages(folder, env);
		await buildDriver(folder, env);
		markComplete(folder, mark);
	});
	return found;
}
