// The folder outside the work tree that keeps what is large and slow to install.
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { log, UserError, wait } from './log.mjs';

/** @returns {string} */
export function cacheFolder() {
	const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(base, 'n8n-nodes-moengage');
}

/**
 * @param {string} lock
 * @returns {boolean} whether the process that took the lock is still there
 */
function isHeld(lock) {
	try {
		process.kill(Number(readFileSync(lock, 'utf8')), 0);
		return true;
	} catch (problem) {
		return /** @type {NodeJS.ErrnoException} */ (problem).code === 'EPERM';
	}
}

/**
 * Does a step with nobody else doing the same: a second run waits for the first.
 *
 * @template T
 * @param {string} lock path of the lock file
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function withLock(lock, step) {
	mkdirSync(dirname(lock), { recursive: true });
	for (let told = false; ; ) {
		try {
			writeFileSync(lock, String(process.pid), { flag: 'wx' });
			break;
		} catch (problem) {
			if (/** @type {NodeJS.ErrnoException} */ (problem).code !== 'EEXIST') throw problem;
			if (!isHeld(lock)) {
				rmSync(lock, { force: true });
				continue;
			}
			if (!told) log('  Another run is installing the same; waiting for it …');
			told = true;
			await wait(1000);
		}
	}
	try {
		return await step();
	} finally {
		rmSync(lock, { force: true });
	}
}

/**
 * @param {string} folder
 * @param {number} bytes
 */
export function requireSpace(folder, bytes) {
	mkdirSync(folder, { recursive: true });
	const { bavail, bsize } = statfsSync(folder);
	if (bavail * bsize >= bytes) return;
	const gb = (/** @type {number} */ n) => (n / 1e9).toFixed(1);
	throw new UserError(
		`${folder} needs ${gb(bytes)} GB and has ${gb(bavail * bsize)} GB free. ` +
			'Free some space, or set XDG_CACHE_HOME to a folder on a larger disk, then run again.',
	);
}

/**
 * @param {string} folder
 * @param {string} mark what a whole install of this kind looks like
 */
export function isComplete(folder, mark) {
	const stamp = join(folder, '.complete');
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === mark;
}

/**
 * @param {string} folder
 * @param {string} mark
 */
export function markComplete(folder, mark) {
	writeFileSync(join(folder, '.complete'), mark);
}
