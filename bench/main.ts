/* eslint-disable @n8n/community-nodes/no-restricted-globals, no-console -- prints a table */
import { World } from '../test/virtual/world';
import { bursts, raisedLimits, tenderServers } from './burst';
import { writeChart } from './chart';
import { measure, row, seconds, SEEDS, show } from './measure';
import { SERVERS } from './servers';
import { STRATEGIES } from './strategies';

const BATCHES = [10, 100, 250, 1000];
const LATENCIES = [100, 500, 2000];
const WORKERS = [1, 2, 4];

async function windows(): Promise<void> {
	for (const server of SERVERS) {
		for (const workers of WORKERS) {
			console.log(
				`\n${server.name}, ${workers} worker${workers > 1 ? 's that share nothing' : ''}`,
			);
			const lists = BATCHES.flatMap((batches) => LATENCIES.map((L) => ({ batches, L })));
			row(
				'strategy',
				lists.map(({ batches, L }) => `N${batches}/${L / 1000}s`),
			);
			row(
				'lower bound',
				lists.map(({ batches, L }) => seconds(server.bound(batches, L))),
			);
			for (const strategy of STRATEGIES) {
				const cells: string[] = [];
				for (const { batches, L } of lists) {
					// With one request per user, 1,000 batches are 50,000 requests; 100 batches show the same.
					if (strategy.perBatch > 1 && (batches > 100 || workers > 1)) cells.push('–');
					else {
						const newWorld = (seed: number) => new World(seed, { ...server.options, L }, workers);
						const bound = server.bound(batches, L);
						cells.push(show(await measure(strategy, newWorld, bound, { batches, workers })));
					}
				}
				row(strategy.name, cells);
			}
		}
	}
}

const PARTS = {
	chart: writeChart,
	bursts,
	tender: tenderServers,
	raised: raisedLimits,
	windows,
};

async function main(): Promise<void> {
	const [part, real] = process.argv.slice(2);
	if (part === 'real') return await (await import('./real/main.ts')).benchReal(real);
	console.log(
		`Virtual time, seeds ${SEEDS.join(', ')} (median). Limit: 100 requests per minute, 50 users per batch.`,
	);
	console.log('Each cell: time relative to the lower bound, 429s (r), users lost (%!).');
	console.log('The lower bound is the server’s alone: it sends everything at once.');
	for (const [name, run] of Object.entries(PARTS))
		if (part === undefined || part === name) await run();
}

void main();
