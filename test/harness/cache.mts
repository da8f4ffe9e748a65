// The cache folder outside the work tree for large downloads that take long to install.
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check, lock } from 'proper-lockfile';
import { log, UserError } from './log.mts';

/**
 * Runs a step while no other process does. The lock is a folder next to the given one, renewed while
 * this process runs, so that what a killed process leaves behind expires.
 */
export async function withLock<T>(folder: string, step: () => Promise<T>): Promise<T> {
	mkdirSync(dirname(folder), { recursive: true });
	const options = { realpath: false, stale: 120_000 };
	if (await check(folder, options)) log('  Waiting for another process that installs the same …');
	const retries = { forever: true, minTimeout: 1000, maxTimeout: 1000 };
	const release = await lock(folder, { ...options, retries });
	try {
		return await step();
	} finally {
		await release();
	}
}

export function requireSpace(folder: string, bytes: number) {
	mkdirSync(folder, { recursive: true });
	const { bavail, bsize } = statfsSync(folder);
	if (bavail * bsize >= bytes) return;
	const gb = (n: number) => (n / 1e9).toFixed(1);
	throw new UserError(
		`${folder} needs ${gb(bytes)} GB, but only ${gb(bavail * bsize)} GB are free. ` +
			'Free some space, or set XDG_CACHE_HOME to a folder on a larger disk, then try again.',
	);
}

/** @param mark identifies the install, such as a version or a hash */
export function isComplete(folder: string, mark: string) {
	const stamp = join(folder, '.complete');
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === mark;
}

export function markComplete(folder: string, mark: string) {
	writeFileSync(join(folder, '.complete'), mark);
}
