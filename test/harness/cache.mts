// The cache folder outside the work tree for large downloads that take long to install.
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { log, UserError, wait } from './log.mts';

/** @returns whether the process that created the lock is still running */
function isHeld(lock: string): boolean {
	try {
		process.kill(Number(readFileSync(lock, 'utf8')), 0);
		return true;
	} catch (problem) {
		return (problem as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/**
 * Runs a step while holding a lock file. A second process waits for the first one.
 *
 * @param lock path of the lock file
 */
export async function withLock<T>(lock: string, step: () => Promise<T>): Promise<T> {
	mkdirSync(dirname(lock), { recursive: true });
	for (let reported = false; ; ) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			break;
		} catch (problem) {
			if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
			if (!isHeld(lock)) {
				rmSync(lock, { force: true });
				continue;
			}
			if (!reported) log('  Waiting for another process that installs the same …');
			reported = true;
			await wait(1000);
		}
	}
	try {
		return await step();
	} finally {
		rmSync(lock, { force: true });
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
