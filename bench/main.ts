/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- prints a table */
import { World } from '../test/virtual/world';
import { SERVERS, type BenchServer } from './servers';
import { STRATEGIES, type Strategy } from './strategies';

const BATCHES = [10, 100, 250, 1000];
const LATENCIES = [100, 500, 2000];
const WORKERS = [1, 2, 4];
const SEEDS = (process.env.SEEDS ?? '11,12,13').split(',').map(Number);

interface Cell {
	ratio: number;
	throttled: number;
	lost: number;
}

/** The median over the seeds of one strategy's result. */
async function measure(
	strategy: Strategy,
	server: BenchServer,
	batches: number,
	latency: number,
	workers: number,
): Promise<Cell> {
	const cells: Cell[] = [];
	for (const seed of SEEDS) {
		const world = new World(seed, { ...server.options, L: latency }, workers);
		const accepted = await strategy.run(world, Math.ceil(batches / workers), workers);
		const wanted = Math.ceil(batches / workers) * workers * strategy.perBatch;
		// The bound always counts batches of 50: one request per user is the strategy's own choice.
		const bound = server.bound(batches, latency, 5 * workers);
		const { throttled } = world.server;
		cells.push({
			ratio: world.clock.now() / bound,
			throttled,
			lost: 1 - accepted / wanted,
		});
	}
	cells.sort((a, b) => a.ratio - b.ratio);
	return cells[Math.floor(cells.length / 2)];
}

function show({ ratio, throttled, lost }: Cell): string {
	const time = ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2);
	return `${time}×${throttled ? ` ${throttled}r` : ''}${lost > 0 ? ` ${Math.ceil(lost * 100)}%!` : ''}`;
}

async function main(): Promise<void> {
	if (process.argv[2] === 'real')
		return await (await import('./real/main.ts')).benchReal(process.argv[3]);
	console.log(
		`Virtual time, seeds ${SEEDS.join(', ')} (median). Limit: 100 requests per minute, 50 users per batch.`,
	);
	console.log('Each cell: time relative to the lower bound, 429s (r), users lost (%!).');
	for (const server of SERVERS) {
		for (const workers of WORKERS) {
			console.log(
				`\n${server.name}, ${workers} worker${workers > 1 ? 's that share nothing' : ''}`,
			);
			const head = BATCHES.flatMap((n) => LATENCIES.map((ms) => `N${n}/${ms / 1000}s`));
			console.log(['strategy'.padEnd(42), ...head.map((title) => title.padStart(15))].join(''));
			const bounds = BATCHES.flatMap((n) =>
				LATENCIES.map((ms) => `${(server.bound(n, ms, 5 * workers) / 1000).toFixed(1)} s`),
			);
			console.log(['lower bound'.padEnd(42), ...bounds.map((one) => one.padStart(15))].join(''));
			for (const strategy of STRATEGIES) {
				const cells: string[] = [];
				for (const batches of BATCHES) {
					for (const latency of LATENCIES) {
						// With one request per user, 1,000 batches are 50,000 requests; 100 batches show the same result.
						const tooMany = strategy.perBatch > 1 && (batches > 100 || workers > 1);
						if (tooMany) cells.push('–');
						else cells.push(show(await measure(strategy, server, batches, latency, workers)));
					}
				}
				console.log([strategy.name.padEnd(42), ...cells.map((cell) => cell.padStart(15))].join(''));
			}
		}
	}
}

void main();
