// The tools that compile n8n's database driver, which has no binary on npm. The setup checks them before
// it installs anything, so this file uses Node's own modules only.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const TOOLS = ['python3', 'make', 'g++'];

/** @returns {string} a sentence that names the missing tools; empty if none is missing */
export function missingBuildTools() {
	if (process.platform === 'win32') return '';
	const folders = (process.env.PATH ?? '').split(delimiter);
	const missing = TOOLS.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
	if (missing.length === 0) return '';
	const command =
		process.platform === 'darwin'
			? "Xcode's command line tools (xcode-select --install)"
			: 'them (on Debian or Ubuntu: sudo apt-get install -y python3 make g++)';
	return `n8n's database driver is compiled on this machine, which requires ${missing.join(', ')}. Install ${command}, then try again.`;
}

/** @returns {string} the folder outside the work tree for large downloads that take long to install */
export function cacheFolder() {
	const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(base, 'n8n-nodes-moengage');
}

/** @returns {string} the folder of an n8n version in the cache */
export function n8nFolder(/** @type {string} */ version) {
	return join(cacheFolder(), `n8n-${version}-${process.platform}-${process.arch}`);
}

/** @returns {boolean} whether the n8n of `npm run dev` has been installed before */
export function isN8nInstalled() {
	const recipe = readFileSync(new URL('../demo/n8n/package.json', import.meta.url), 'utf8');
	return existsSync(join(n8nFolder(JSON.parse(recipe).dependencies.n8n), '.complete'));
}
