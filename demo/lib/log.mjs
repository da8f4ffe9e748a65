// What the person at the terminal is told, and how long things take.

/** @param {string} [text] */
export function log(text = '') {
	process.stdout.write(`${text}\n`);
}

/**
 * @param {number} ms
 * @returns {string} `48 s`, `3 min 5 s`
 */
export function duration(ms) {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {number} ms */
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Something a person can mend: its message is printed alone, without a stack. */
export class UserError extends Error {}

/** How often a line is added where the terminal can't rewrite one. */
const LOG_EVERY_MS = 15_000;

/**
 * Keeps telling how far a long step is: one line rewritten each second on a terminal, one line each
 * 15 s in a log.
 *
 * @template T
 * @param {string} what
 * @param {() => string} howFar asked each time; may be empty
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function withProgress(what, howFar, step) {
	const started = Date.now();
	const line = () => {
		const far = howFar();
		return `  ${what}: ${far === '' ? '' : `${far}, `}${duration(Date.now() - started)}`;
	};
	const live = process.stdout.isTTY;
	const show = () => (live ? process.stdout.write(`\r\u001b[2K${line()} …`) : log(`${line()} …`));
	const timer = setInterval(show, live ? 1000 : LOG_EVERY_MS);
	try {
		const result = await step();
		if (live) process.stdout.write('\r\u001b[2K');
		log(`${line()}, done`);
		return result;
	} catch (problem) {
		if (live) process.stdout.write('\n');
		throw problem;
	} finally {
		clearInterval(timer);
	}
}
