// Builds, packs, and installs the package the way users get it.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { run } from './processes.mts';
import { UserError } from './log.mts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const NODE_TYPE = 'n8n-nodes-moengage.moEngageSubscription';
export const TRIGGER_TYPE = 'n8n-nodes-moengage.moEngageSubscriptionTrigger';
export const CREDENTIAL_TYPE = 'moEngageApi';

/** What `npm pack --json` prints. */
interface PackedPackage {
	filename: string;
	size: number;
	files: Array<{ path: string }>;
}

export interface Tarball {
	path: string;
	/** Size of the tarball. */
	bytes: number;
	files: string[];
}

/** Runs `npm run build` and shows its output only if it fails. */
export async function build() {
	const { code, output } = await run('npm', ['run', 'build', '--silent'], { cwd: ROOT });
	if (code === 0) return;
	const lines = stripVTControlCharacters(output).split(/[\r\n]+/);
	// The build tool prints its spinner even without a terminal.
	const messages = lines.filter(
		(line) => line.trim() !== '' && !/^[^a-z]*Building Type/i.test(line),
	);
	throw new UserError(`The package doesn't build:\n${messages.join('\n')}`);
}

/** What the build reads. */
const SOURCES = [
	'nodes',
	'credentials',
	'icons',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
];
/** What the build writes at its end. */
const BUILT = 'dist/nodes/MoEngageSubscription/MoEngageSubscription.node.js';
const COPIED = 'dist/icons/subscription.svg';

/** @returns when a file, or anything in a folder, last changed, in ms since 1970 */
function changedAt(path: string): number {
	const stats = statSync(path);
	if (!stats.isDirectory()) return stats.mtimeMs;
	const inner = readdirSync(path).map((name) => changedAt(join(path, name)));
	return Math.max(stats.mtimeMs, ...inner);
}

/** Whether dist/ is complete and newer than all sources. */
function isBuilt(): boolean {
	if (![BUILT, COPIED].every((path) => existsSync(join(ROOT, path)))) return false;
	const builtAt = changedAt(join(ROOT, BUILT));
	return SOURCES.every((path) => changedAt(join(ROOT, path)) <= builtAt);
}

/** Builds unless the build is up to date. */
export async function buildIfChanged() {
	if (!isBuilt()) await build();
}

/** @param folder for the tarball */
export async function pack(folder: string): Promise<Tarball> {
	mkdirSync(folder, { recursive: true });
	const { code, output } = await run(
		'npm',
		['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
		{ cwd: ROOT },
	);
	const start = output.search(/^[[{]/m);
	if (code !== 0 || start < 0) throw new UserError(`npm couldn't pack the package:\n${output}`);
	const [packed] = Object.values<PackedPackage>(JSON.parse(output.slice(start)));
	return {
		path: join(folder, packed.filename),
		bytes: packed.size,
		files: packed.files.map((file) => file.path),
	};
}

/** Contains the tarball that shareTarball made. */
const TARBALL = 'MOENGAGE_PACKED';

/** Packs for the test files that processes started from now on run, so that one of them may build again. */
export async function shareTarball(folder: string) {
	process.env[TARBALL] = JSON.stringify(await pack(folder));
}

/** @returns the tarball that is shared with this process; undefined if none is */
export function sharedTarball(): Tarball | undefined {
	const text = process.env[TARBALL];
	return text === undefined ? undefined : JSON.parse(text);
}

/**
 * Installs the package as n8n installs a community package: no development dependencies, no scripts.
 *
 * @param userFolder path of n8n's user folder
 */
export async function installInto(userFolder: string, tarball: string) {
	const nodes = join(userFolder, '.n8n/nodes');
	mkdirSync(nodes, { recursive: true });
	const { code, output } = await run('npm', [
		'install',
		...['--prefix', nodes, '--ignore-scripts', '--legacy-peer-deps', '--no-save'],
		...['--no-audit', '--no-fund', '--loglevel=error', tarball],
	]);
	if (code !== 0) throw new UserError(`npm couldn't install the packed package:\n${output}`);
}

/** Replaces the compiled code of the installed package with that of a new build. */
export function updateInstalled(userFolder: string) {
	const installed = join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-moengage/dist');
	rmSync(installed, { recursive: true, force: true });
	cpSync(join(ROOT, 'dist'), installed, { recursive: true });
}
