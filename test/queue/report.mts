// The table of results at the end of the suite.
import { log } from '../harness/log.mts';
import type { Round } from './storm.mts';

/** @returns share of responses with status 429, 0 to 1 */
export function throttledShare({ requests }: Round): number {
	return requests.filter(({ status }) => status === 429).length / requests.length;
}

/** @param share 0 to 1 */
function quantile(ascending: number[], share: number) {
	return ascending[Math.ceil(ascending.length * share) - 1] ?? 0;
}

export function logRounds(rounds: { [heading: string]: Round }) {
	const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
	const rows: [what: string, of: (round: Round) => string | number][] = [
		['users in lists', ({ lists }) => lists.reduce((sum, count) => sum + count, 0)],
		['webhook calls with one contact', ({ waits }) => waits.length],
		['executions per worker', ({ perWorker }) => perWorker.join(' + ')],
		['requests to MoEngage', ({ requests }) => requests.length],
		['throttled (429)', (round) => `${(100 * throttledShare(round)).toFixed(1)} %`],
		['total time', (round) => `${Math.round(round.seconds)} s`],
		['webhook response time, p50', ({ waits }) => seconds(quantile(waits, 0.5))],
		['webhook response time, p99', ({ waits }) => seconds(quantile(waits, 0.99))],
	];
	const row = (what: string, cells: unknown[]) =>
		log(`  ${what.padEnd(42)}${cells.map((cell) => String(cell).padStart(14)).join('')}`);
	log();
	row('', Object.keys(rounds));
	for (const [what, of] of rows) row(what, Object.values(rounds).map(of));
	log();
}
