// The table of results at the end of the suite.
import { log } from '../harness/log.mts';

/** @typedef {import('./storm.mts').Round} Round */

/**
 * @param {Round} round
 * @returns {number} share of responses with status 429, 0 to 1
 */
export function throttledShare({ requests }) {
	return requests.filter(({ status }) => status === 429).length / requests.length;
}

/**
 * @param {number[]} ascending
 * @param {number} share 0 to 1
 */
function quantile(ascending, share) {
	return ascending[Math.ceil(ascending.length * share) - 1] ?? 0;
}

/** @param {{ [heading: string]: Round }} rounds */
export function logRounds(rounds) {
	const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;
	/** @type {[what: string, of: (round: Round) => string | number][]} */
	const rows = [
		['users in lists', ({ lists }) => lists.reduce((sum, count) => sum + count, 0)],
		['webhook calls with one contact', ({ waits }) => waits.length],
		['executions per worker', ({ perWorker }) => perWorker.join(' + ')],
		['requests to MoEngage', ({ requests }) => requests.length],
		['throttled (429)', (round) => `${(100 * throttledShare(round)).toFixed(1)} %`],
		['total time', (round) => `${Math.round(round.seconds)} s`],
		['webhook response time, p50', ({ waits }) => seconds(quantile(waits, 0.5))],
		['webhook response time, p99', ({ waits }) => seconds(quantile(waits, 0.99))],
	];
	const row = (/** @type {string} */ what, /** @type {unknown[]} */ cells) =>
		log(`  ${what.padEnd(42)}${cells.map((cell) => String(cell).padStart(14)).join('')}`);
	log();
	row('', Object.keys(rounds));
	for (const [what, of] of rows) row(what, Object.values(rounds).map(of));
	log();
}
