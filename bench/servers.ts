import type { ServerOptions } from '../test/virtual/server';
import { fixedBound, lowerBound } from '../test/virtual/bounds';

export interface BenchServer {
	name: string;
	options: Partial<ServerOptions>;
	/** The shortest time for `n` requests, in milliseconds. */
	bound: (n: number, latency: number, inFlight: number) => number;
}

const PHASE = 27_000;
const sliding = (n: number, latency: number, inFlight: number) =>
	lowerBound(n, latency, 100, 60_000, inFlight);

/** A bucket allows `capacity` requests at once, then one every 600 ms. */
const bucket = (capacity: number) => (n: number, latency: number, inFlight: number) =>
	Math.max(Math.ceil(n / inFlight) * latency, (n - capacity) * 600);

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
	{ name: 'counts throttled', options: { window: { kind: 'countsThrottled' } }, bound: sliding },
];
