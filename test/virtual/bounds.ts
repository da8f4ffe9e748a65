import { seeded } from './random';

/**
 * The soonest that N batches can be through a server that takes `limit` in any window, with C in
 * flight and latency L, all in milliseconds.
 */
export function lowerBound(
	n: number,
	latency: number,
	limit = 100,
	windowMs = 60_000,
	c = 5,
): number {
	let bound = 0;
	for (let j = 1; j <= n; j += 1) {
		const waits = (Math.ceil(j / limit) - 1) * windowMs;
		bound = Math.max(bound, waits + Math.ceil((n - j + 1) / c) * latency);
	}
	return bound;
}

/**
 * Somebody who knows the window's phase: sends with all connections whenever the window has room.
 * Requests reach the server at a random point of the round trip, as they do for everybody else.
 */
export function fixedBound(phase: number) {
	return (n: number, latency: number, inFlight: number): number => {
		const random = seeded(1);
		const free = new Array<number>(inFlight).fill(0);
		let window = Math.floor(-phase / 60_000);
		let used = 0;
		let end = 0;
		for (let i = 0; i < n; i += 1) {
			const connection = free.indexOf(Math.min(...free));
			const there = latency * random();
			let arrives = free[connection] + there;
			const now = Math.floor((arrives - phase) / 60_000);
			if (now > window) [window, used] = [now, 0];
			if (used === 100) [window, used] = [window + 1, 0];
			// The window before is used up: nothing more reaches the server in time for it.
			arrives = Math.max(arrives, window * 60_000 + phase);
			used += 1;
			free[connection] = arrives + latency - there;
			end = Math.max(end, free[connection]);
		}
		return end;
	};
}
