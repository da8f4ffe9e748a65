// Installs n8n once per version, outside the work tree: 1.9 GB, 2,100 packages.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, missingBuildTools, n8nFolder } from '../../scripts/build-tools.mjs';
import { withLock, isComplete, markComplete, requireSpace } from './cache.mts';
import { ensureDriver } from './n8n-driver.mts';
import { ensureNode } from './node-install.mts';
import { run } from './processes.mts';
import { log, UserError } from './log.mts';
import { withProgress } from './progress.mts';

/** Recipe of the demo's n8n, the newest one. */
const RECIPE = fileURLToPath(new URL('../../demo/n8n/', import.meta.url));
const DISK_BYTES = 3e9;
/** Of version 10: 11 needs a newer Node.js, 12 is compiled. The package exports its package.json only. */
const PNPM = join(dirname(createRequire(import.meta.url).resolve('pnpm')), 'bin/pnpm.cjs');

export interface N8n {
	/** Path of the Node.js executable. */
	node: string;
	/** Path of n8n's entry script. */
	script: string;
	version: string;
	nodeVersion: string;
}

/** Throws before anything is downloaded if n8n's database driver can't be compiled. */
function requireBuildTools() {
	const missing = missingBuildTools();
	if (missing !== '') throw new UserError(missing);
}

/**
 * Installs by pnpm, which takes a quarter of npm's time, and a tenth for a second version: packages that
 * two versions share are stored once.
 *
 * @param folder with the lock file
 */
async function installPackages(folder: string) {
	const args = [
		'install',
		'--frozen-lockfile',
		'--prod',
		'--ignore-scripts',
		// The folders that npm would create: n8n also loads packages of its packages.
		'--config.node-linker=hoisted',
		'--config.confirm-modules-purge=false',
		`--store-dir=${join(cacheFolder(), 'packages')}`,
		'--reporter=append-only',
	];
	let count = 0;
	const onText = (text: string) => {
		const [, reused, downloaded] = /.*reused (\d+), downloaded (\d+)/s.exec(text) ?? [];
		if (reused !== undefined) count = Number(reused) + Number(downloaded);
	};
	await withProgress(
		'n8n’s packages (1.9 GB, about 1 min)',
		() => `${count.toLocaleString('en')} of about 2,000`,
		async () => {
			const { code, output } = await run(process.execPath, [PNPM, ...args], {
				cwd: folder,
				onText,
			});
			if (code !== 0) {
				throw new UserError(
					`n8n couldn't be installed. Check your network connection and npm registry.\n${output.slice(-2000)}`,
				);
			}
		},
	);
}

/**
 * Installs n8n unless it's in the cache already.
 *
 * @param recipe folder with a lock file and a package.json that name the n8n and Node.js versions
 */
export async function ensureN8n(recipe: string = RECIPE): Promise<N8n> {
	const manifest = JSON.parse(readFileSync(join(recipe, 'package.json'), 'utf8'));
	const version: string = manifest.dependencies.n8n;
	const folder = n8nFolder(version);
	const mark = createHash('sha256')
		.update(readFileSync(join(recipe, 'pnpm-lock.yaml')))
		.digest('hex');
	if (!isComplete(folder, mark)) requireBuildTools();
	const node = await ensureNode(manifest.engines.node);
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
		mkdirSync(folder, { recursive: true });
		for (const file of ['package.json', 'pnpm-lock.yaml']) {
			copyFileSync(join(recipe, file), join(folder, file));
		}
		await installPackages(folder);
		await withLock(join(cacheFolder(), 'driver'), () => ensureDriver(folder, node));
		markComplete(folder, mark);
	});
	return found;
}
