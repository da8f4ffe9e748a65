/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   inspects its own process and prints what it measured; it isn't part of the package */
import { setTimeout as wait } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';

const MB = 1024 * 1024;

/** Bytes on the heap after a garbage collection. */
export function heapNow(): number {
	const { gc } = globalThis;
	if (gc === undefined) throw new Error('Start the soak with --expose-gc');
	gc();
	return process.memoryUsage().heapUsed;
}

/** Like `heapNow`, once finished promises and closed sockets have released their memory, too. */
export async function heap(): Promise<number> {
	for (let i = 0; i < 3; i += 1) {
		heapNow();
		await wait(20);
	}
	return heapNow();
}

const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`;

/**
 * Repeats `work` and throws if the heap after the last round exceeds the heap after the first one by more
 * than `allowed` bytes. The first round is the baseline, as code is loaded and compiled only once.
 */
export async function flat(
	times: number,
	work: (round: number) => Promise<void>,
	allowed = MB,
): Promise<string> {
	const heaps: number[] = [];
	for (let round = 0; round < times; round += 1) {
		await work(round);
		heaps.push(await heap());
	}
	const grown = heaps[times - 1] - heaps[0];
	const line = `heap after each of ${times}: ${heaps.map(megabytes).join(', ')}`;
	if (grown > allowed) throw new Error(`${line}: grew by ${megabytes(grown)}`);
	return line;
}

/** The number of timers, sockets and pipes that keep the process alive, by kind. */
function resources(): Map<string, number> {
	const counts = new Map<string, number>();
	for (const kind of process.getActiveResourcesInfo())
		counts.set(kind, (counts.get(kind) ?? 0) + 1);
	return counts;
}

/** Waits until nothing is open that wasn't before; kept-alive connections take some seconds. */
export async function nothingLeftSince(
	before: ReadonlyMap<string, number>,
	withinMs = 30_000,
): Promise<string> {
	const left = () =>
		[...resources()]
			.filter(([kind, count]) => count > (before.get(kind) ?? 0))
			.map(([kind, count]) => `${kind} ${count}, was ${before.get(kind) ?? 0}`);
	const fallback = () => {
		throw new Error(`left open: ${left().join('; ')}`);
	};
	const timeout = { milliseconds: withinMs, fallback };
	await pWaitFor(() => left().length === 0, { interval: 200, timeout });
	return 'no additional timer, socket or pipe';
}

export const openNow = () => resources();

/** A test that prints what it measured. */
export function measured(name: string, work: () => Promise<string[] | string>): void {
	test(name, async () => {
		for (const line of [await work()].flat()) console.log(`  ${line}`);
	});
}
