import { fixedBound, lowerBound } from '../test/virtual/bounds';
import type { ServerOptions } from '../test/virtual/server';

export interface BenchServer {
	name: string;
	options: Partial<ServerOptions>;
	/** The shortest time in which the server can take `n` requests, all sent at once, in milliseconds. */
	bound: (n: number, latency: number) => number;
}

const PHASE = 27_000;
const sliding = (n: number, latency: number) => lowerBound(n, latency, 100, 60_000, n);
const fixed =
	(limit = 100) =>
	(n: number, latency: number) =>
		fixedBound(PHASE, limit)(n, latency, n);

/** A bucket allows `capacity` requests at once, then one every 600 ms. */
const bucket = (capacity: number) => (n: number, latency: number) =>
	Math.max(latency, (n - capacity) * 600);

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
		bound: fixed(),
	},
	{
		name: 'fixed, Retry-After',
		options: { window: { kind: 'fixed', phase: PHASE }, retryAfter: true },
		bound: fixed(),
	},
	{ name: 'bucket 100', options: { window: { kind: 'bucket', capacity: 100 } }, bound: sliding },
	{ name: 'bucket 10', options: { window: { kind: 'bucket', capacity: 10 } }, bound: bucket(10) },
	{ name: 'counts throttled', options: { window: { kind: 'countsThrottled' } }, bound: sliding },
];

/** Servers for a list that fits one window. */
export const BURST_SERVERS: BenchServer[] = [
	{ name: 'no rate headers', options: { window: { kind: 'sliding' } }, bound: sliding },
	{
		name: 'rate headers',
		options: { window: { kind: 'fixed', phase: 0 }, rateHeaders: 'epoch' },
		bound: sliding,
	},
];

/** Workspaces whose limit MoEngage raised. */
export const RAISED_SERVERS: BenchServer[] = [200, 400, 1000].flatMap((limit): BenchServer[] => [
	{
		name: `fixed, rate headers, limit raised to ${limit}`,
		options: { window: { kind: 'fixed', phase: PHASE }, rateHeaders: 'ceil', limit },
		bound: fixed(limit),
	},
	{
		name: `sliding, rate headers, limit raised to ${limit}`,
		options: { window: { kind: 'sliding' }, rateHeaders: 'ceil', limit },
		bound: (n, latency) => lowerBound(n, latency, limit, 60_000, 32),
	},
]);
