// Terminal output, durations, and errors for the user.

export function log(text: string = '') {
	process.stdout.write(`${text}\n`);
}

/** @returns `0.4 s`, `48 s`, `3 min 5 s` */
export function duration(ms: number): string {
	if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** An error that the user can fix: only its message is printed, without a stack trace. */
export class UserError extends Error {}
