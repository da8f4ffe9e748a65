// Terminal output, durations, and errors for the user.

export function log(text: string = '') {
	process.stdout.write(`${text}\n`);
}

/** @returns `48 s`, `3 min 5 s` */
export function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** An error that the user can fix: only its message is printed, without a stack trace. */
export class UserError extends Error {}

/** How often a progress line is printed if the terminal can't rewrite lines. */
const LOG_EVERY_MS = 15_000;

/**
 * Shows the progress of a long step: a line that is rewritten every second on a terminal, a new line
 * every 15 s in a log.
 *
 * @param progress called for each line; may return an empty text
 */
export async function withProgress<T>(
	what: string,
	progress: () => string,
	step: () => Promise<T>,
): Promise<T> {
	const started = Date.now();
	const line = () => {
		const done = progress();
		return `  ${what}: ${done === '' ? '' : `${done}, `}${duration(Date.now() - started)}`;
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
