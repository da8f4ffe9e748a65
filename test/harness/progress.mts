// Shows how far a long step is.
import ora from 'ora';
import { duration, log } from './log.mts';

/** How often a progress line is printed if the terminal can't rewrite lines. */
const LOG_EVERY_MS = 15_000;
/** How often the line on a terminal is updated. */
const UPDATE_EVERY_MS = 250;

/**
 * Shows the progress of a long step: a spinner on a terminal, plain lines in a log.
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
		return `${what}: ${done === '' ? '' : `${done}, `}${duration(Date.now() - started)}`;
	};
	const live = process.stdout.isTTY;
	// Otherwise the spinner would read standard input, and Ctrl-C wouldn't arrive as a signal.
	const spinner = ora({ stream: process.stdout, discardStdin: false, isEnabled: live, indent: 2 });
	if (live) spinner.start(what);
	const show = () => (live ? void (spinner.text = line()) : log(`  ${line()} …`));
	const timer = setInterval(show, live ? UPDATE_EVERY_MS : LOG_EVERY_MS);
	try {
		const result = await step();
		if (live) spinner.succeed(`${line()}, done`);
		else log(`  ${line()}, done`);
		return result;
	} catch (problem) {
		if (live) spinner.fail();
		throw problem;
	} finally {
		clearInterval(timer);
	}
}
