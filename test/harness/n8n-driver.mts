// Compiles n8n's database driver, which has no binary on npm.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { major } from 'semver';
import { cacheFolder } from '../../scripts/build-tools.mjs';
import { installedNode, type NodeForN8n } from './node-install.mts';
import { run } from './processes.mts';
import { UserError } from './log.mts';
import { withProgress } from './progress.mts';

/** The oldest major version of Node.js that runs one of the recipes. */
const OLDEST_NODE = 20;

/**
 * Compiles the database driver, or takes it from an earlier n8n. A driver runs in the Node.js version for
 * which it was compiled and in newer ones, so it is compiled for this process's if that is the older one.
 *
 * @param folder of n8n
 * @param node that runs n8n
 */
export async function ensureDriver(folder: string, node: NodeForN8n) {
	const driver = join(folder, 'node_modules/sqlite3');
	const built = join(driver, 'build/Release/node_sqlite3.node');
	// The package manager removes it together with an outdated package.
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
		() => compile(folder, built, target),
	);
	copyFileSync(built, keptFor(major(target.version)));
}

async function compile(folder: string, built: string, { node, headers }: NodeForN8n) {
	const env = {
		...process.env,
		PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		...(headers === null ? {} : { npm_config_nodedir: headers }),
		// A third of the time of -O3, and fast enough for trials.
		CFLAGS: '-O1',
		CXXFLAGS: '-O1',
	};
	// `npm run` passes our ignore-scripts setting on to this process, but the build is a script.
	const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false', '--loglevel=error'];
	const { code, output } = await run('npm', rebuild, { cwd: folder, env });
	if (code !== 0 || !existsSync(built))
		throw new UserError(`Couldn't build the database driver:\n${output.slice(-2000)}`);
}
