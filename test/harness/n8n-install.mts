// Installs n8n once per version, outside the work tree: 2.9 GB, 2,350 packages.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { major } from 'semver';
import { cacheFolder, missingBuildTools, n8nFolder } from '../../scripts/build-tools.mjs';
import { withLock, isComplete, markComplete, requireSpace } from './cache.mts';
import { ensureNode, installedNode, type NodeForN8n } from './node-install.mts';
import { run } from './processes.mts';
import { log, UserError } from './log.mts';
import { withProgress } from './progress.mts';

/** Recipe of the demo's n8n, the newest one. */
const RECIPE = fileURLToPath(new URL('../../demo/n8n/', import.meta.url));
const DISK_BYTES = 4e9;
/** The oldest major version of Node.js that runs one of the recipes. */
const OLDEST_NODE = 20;

export interface N8n {
	/** Path of the Node.js executable. */
	node: string;
	/** Path of n8n's entry script. */
	script: string;
	version: string;
	nodeVersion: string;
}

/** @param paths of the packages in the lock file */
function countInstalled(paths: string[], folder: string) {
	return paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
}

/**
 * @param entry of the lock file
 * @returns false if npm skips the package on this system
 */
function suits({ os, cpu, libc }: { os?: string[]; cpu?: string[]; libc?: string[] }): boolean {
	if (os && !os.includes(process.platform)) return false;
	return (!cpu || cpu.includes(process.arch)) && !libc?.includes('musl');
}

/** Throws before anything is downloaded if n8n's database driver can't be compiled. */
function requireBuildTools() {
	const missing = missingBuildTools();
	if (missing !== '') throw new UserError(missing);
}

/** @param folder with the lock file */
async function installPackages(folder: string, env: NodeJS.ProcessEnv) {
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
					`npm couldn't install n8n. Check your network connection and npm registry.\n${output.slice(-2000)}`,
				);
			}
		},
	);
}

/** Returns the settings with which npm compiles for the Node.js. */
function compileFor({ node, headers }: NodeForN8n): NodeJS.ProcessEnv {
	return {
		...process.env,
		PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		...(headers === null ? {} : { npm_config_nodedir: headers }),
	};
}

/**
 * Compiles the database driver, or takes it from an earlier n8n. A driver runs in the Node.js version for
 * which it was compiled and in newer ones, so it is compiled for this process's if that is the older one.
 *
 * @param node that runs n8n
 */
async function buildDriver(folder: string, node: NodeForN8n) {
	const driver = join(folder, 'node_modules/sqlite3');
	const built = join(driver, 'build/Release/node_sqlite3.node');
	// npm removes it together with an outdated package.
	if (existsSync(built)) return;
	const { version } = JSON.parse(readFileSync(join(driver, 'package.json'), 'utf8'));
	const system = `${process.platform}-${process.arch}`;
	const keptFor = (release: number) =>
		join(cacheFolder(), `sqlite3-${version}-node${release}-${system}.node`);
	const newest = major(node.version);
	const releases = Array.from({ length: newest - OLDEST_NODE + 1 }, (_, index) => newest - index);
	const kept = releases.map(keptFor).find((file) => existsSync(file));
	if (kept !== undefined) {
		mkdirSync(dirname(built), { recursive: true });
		copyFileSync(kept, built);
		return;
	}
	const own = installedNode();
	const target = own.headers !== null && major(own.version) < newest ? own : node;
	await withProgress(
		'n8n’s database driver (compiled once, about 1 min)',
		() => '',
		async () => {
			// `npm run` passes our ignore-scripts setting on to this process, but the build is a script.
			const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'];
			// A third of the time of -O3, and fast enough for trials.
			const env = { ...compileFor(target), CFLAGS: '-O1', CXXFLAGS: '-O1' };
			const { code, output } = await run('npm', rebuild, { cwd: folder, env });
			if (code !== 0 || !existsSync(built))
				throw new UserError(`Couldn't build the database driver:\n${output.slice(-2000)}`);
		},
	);
	copyFileSync(built, keptFor(major(target.version)));
}

/**
 * Installs n8n unless it's in the cache already.
 *
 * @param recipe folder with a lock file and a package.json that name the n8n and Node.js versions
 */
export async function ensureN8n(recipe: string = RECIPE): Promise<N8n> {
	const lockFile = readFileSync(join(recipe, 'package-lock.json'), 'utf8');
	const { version } = JSON.parse(lockFile).packages['node_modules/n8n'];
	const { engines } = JSON.parse(readFileSync(join(recipe, 'package.json'), 'utf8'));
	const folder = n8nFolder(version);
	const mark = createHash('sha256').update(lockFile).digest('hex');
	if (!isComplete(folder, mark)) requireBuildTools();
	const node = await ensureNode(engines.node);
	const found = {
		node: node.node,
		script: join(folder, 'node_modules/n8n/bin/n8n'),
		version,
		nodeVersion: node.version,
	};
	if (isComplete(folder, mark)) return found;
	await withLock(folder, async () => {
		if (isComplete(folder, mark)) return;
		requireSpace(folder, DISK_BYTES);
		log(`Installing n8n ${version} into ${folder}. This happens only once.`);
		// Without this file, npm checks every package again and completes an interrupted install.
		rmSync(join(folder, 'node_modules/.package-lock.json'), { force: true });
		mkdirSync(folder, { recursive: true });
		for (const file of ['package.json', 'package-lock.json']) {
			copyFileSync(join(recipe, file), join(folder, file));
		}
		await installPackages(folder, compileFor(node));
		await buildDriver(folder, node);
		markComplete(folder, mark);
	});
	return found;
}
