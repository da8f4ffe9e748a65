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
	refused: number;
	lost: number;
}

/** The median over the seeds of what one strategy makes of one situation. */
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
		const taken = await strategy.run(world, Math.ceil(batches / workers), workers);
		const wanted = Math.ceil(batches / workers) * workers * strategy.perBatch;
		// The bound always counts batches of 50: a request for each user is the strategy's own choice.
		const bound = server.bound(batches, latency, 5 * workers);
		const { refused } = world.server;
		cells.push({
			ratio: world.clock.now() / bound,
			refused,
			lost: 1 - taken / wanted,
		});
	}
	cells.sort((a, b) => a.ratio - b.ratio);
	return cells[Math.floor(cells.length / 2)];
}

function show({ ratio, refused, lost }: Cell): string {
	const time = ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2);
	return `${time}×${refused ? ` ${refused}r` : ''}${lost > 0 ? ` ${Math.ceil(lost * 100)}%!` : ''}`;
}

async function main(): Promise<void> {
	console.log(
		`Virtual time, seeds ${SEEDS.join(', ')} (median). Limit 100 a minute, 50 users a batch.`,
	);
	console.log('Each cell: time as a ratio to the soonest possible, 429s (r), users lost (%!).');
	for (const server of SERVERS) {
		for (const workers of WORKERS) {
			console.log(
				`\n${server.name}, ${workers} worker${workers > 1 ? 's that share nothing' : ''}`,
			);
			const head = BATCHES.flatMap((n) => LATENCIES.map((ms) => `N${n}/${ms / 1000}s`));
			console.log(['strategy'.padEnd(42), ...head.map((title) => title.padStart(15))].join(''));
			const soonest = BATCHES.flatMap((n) =>
				LATENCIES.map((ms) => `${(server.bound(n, ms, 5 * workers) / 1000).toFixed(1)} s`),
			);
			console.log(
				['soonest possible'.padEnd(42), ...soonest.map((one) => one.padStart(15))].join(''),
			);
			for (const strategy of STRATEGIES) {
				const cells: string[] = [];
				for (const batches of BATCHES) {
					for (const latency of LATENCIES) {
						// One request a user: 1,000 batches are 50,000 requests; the picture is the same at 100.
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
