import { seeded } from './random';

/**
 * The shortest time in which a server that accepts `limit` requests in any window can process `n`
 * batches, with `c` in flight. Times and latency are in milliseconds.
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
 * The shortest time for a client that knows the window's phase and sends on all connections whenever
 * the window is open. Requests reach the server at a random point of the round trip.
 */
export function fixedBound(phase: number, limit = 100) {
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
			if (used === limit) [window, used] = [window + 1, 0];
			// The previous window is used up, so the request counts for the next one.
			arrives = Math.max(arrives, window * 60_000 + phase);
			used += 1;
			free[connection] = arrives + latency - there;
			end = Math.max(end, free[connection]);
		}
		return end;
	};
}
