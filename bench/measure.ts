/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- prints a table */
import { World } from '../test/virtual/world';
import type { Strategy } from './strategies';

export const SEEDS = (process.env.SEEDS ?? '11,12,13').split(',').map(Number);

/** One strategy's result: its time, how it relates to the bound, 429s, and the share of users lost. */
export interface Cell {
	ms: number;
	ratio: number;
	throttled: number;
	lost: number;
}

/** Lists that are sent one after the other to the same server; the last one is measured. */
export interface Lists {
	batches: number;
	workers?: number;
	/** How often a list was sent before, each in a fresh window. */
	before?: number;
}

/** A window and more, so that the next list finds all of the limit. */
const PAUSE_MS = 125_000;

/** The median over the seeds of one strategy's result. */
export async function measure(
	strategy: Strategy,
	newWorld: (seed: number, workers: number) => World,
	bound: number,
	{ batches, workers = 1, before = 0 }: Lists,
): Promise<Cell> {
	const cells: Cell[] = [];
	const each = Math.ceil(batches / workers);
	for (const seed of SEEDS) {
		const world = newWorld(seed, workers);
		for (let i = 0; i < before; i += 1) {
			await strategy.run(world, each, workers);
			await world.clock.until(world.clock.sleep(PAUSE_MS));
		}
		const [startedAt, throttledBefore] = [world.clock.now(), world.server.throttled];
		const accepted = await strategy.run(world, each, workers);
		const ms = world.clock.now() - startedAt;
		const throttled = world.server.throttled - throttledBefore;
		// The bound always counts batches of 50: one request per user is the strategy's own choice.
		const lost = 1 - accepted / (each * workers * strategy.perBatch);
		cells.push({ ms, ratio: ms / bound, throttled, lost });
	}
	cells.sort((a, b) => a.ms - b.ms);
	return cells[Math.floor(cells.length / 2)];
}

export function row(name: string, cells: readonly string[]): void {
	console.log([name.padEnd(42), ...cells.map((cell) => cell.padStart(15))].join(''));
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** The time relative to the bound, 429s, and users lost. */
export function show({ ratio, throttled, lost }: Cell): string {
	const time = ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2);
	return `${time}×${marks(throttled, lost)}`;
}

/** The time in round trips, 429s, and users lost. */
export function showTrips({ ms, throttled, lost }: Cell, latency: number): string {
	return `${(ms / latency).toFixed(1)} L${marks(throttled, lost)}`;
}

function marks(throttled: number, lost: number): string {
	return `${throttled ? ` ${throttled}r` : ''}${lost > 0 ? ` ${Math.ceil(lost * 100)}%!` : ''}`;
}
