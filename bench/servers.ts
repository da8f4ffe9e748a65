import type { ServerOptions } from '../test/virtual/server';
import { seeded } from '../test/virtual/random';
import { lowerBound } from '../test/virtual/world';

export interface BenchServer {
	name: string;
	options: Partial<ServerOptions>;
	/** The soonest that `n` requests can be through, in milliseconds. */
	bound: (n: number, latency: number, inFlight: number) => number;
}

const PHASE = 27_000;
const sliding = (n: number, latency: number, inFlight: number) =>
	lowerBound(n, latency, 100, 60_000, inFlight);

/** A bucket gives `capacity` at once and then one each 600 ms. */
const bucket = (capacity: number) => (n: number, latency: number, inFlight: number) =>
	Math.max(Math.ceil(n / inFlight) * latency, (n - capacity) * 600);

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
			if (used === 100) {
				[window, used] = [window + 1, 0];
				arrives = window * 60_000 + phase;
			}
			used += 1;
			free[connection] = arrives + latency - there;
			end = Math.max(end, free[connection]);
		}
		return end;
	};
}

export const SERVERS: BenchServer[] = [
	{ name: 'sliding', options: { window: { kind: 'sliding' } }, bound: sliding },
	{
		name: 'sliding, Retry-After',
		options: { window: { kind: 'sliding' }, retryAfter: true },
		bound: sliding,
	},
	{ name: 'fixed', options: { window: { kind: 'fixed', phase: PHASE } }, bound: sliding },
	{
		name: 'fixed, rate headers',
		options: { window: { kind: 'fixed', phase: PHASE }, rateHeaders: 'ceil' },
		bound: fixedBound(PHASE),
	},
	{
		name: 'fixed, Retry-After',
		options: { window: { kind: 'fixed', phase: PHASE }, retryAfter: true },
		bound: fixedBound(PHASE),
	},
	{ name: 'bucket 100', options: { window: { kind: 'bucket', capacity: 100 } }, bound: sliding },
	{ name: 'bucket 10', options: { window: { kind: 'bucket', capacity: 10 } }, bound: bucket(10) },
	{ name: 'counts refused', options: { window: { kind: 'countsRefused' } }, bound: sliding },
];
