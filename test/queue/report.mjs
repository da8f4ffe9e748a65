// What a round came to, as the table at the end of the suite has it.
import { log } from '../../demo/lib/log.mjs';

/** @typedef {import('./storm.mjs').Round} Round */

/**
 * @param {Round} round
 * @returns {number} 429s among MoEngage's answers, 0 to 1
 */
export function refusedShare({ requests }) {
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
export function sayFigures(rounds) {
	const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;
	/** @type {[what: string, of: (round: Round) => string | number][]} */
	const lines = [
		['users of the lists', ({ lists }) => lists.reduce((sum, rows) => sum + rows, 0)],
		['calls with one contact', ({ waits }) => waits.length],
		['executions of each worker', ({ perWorker }) => perWorker.join(' + ')],
		['requests to MoEngage', ({ requests }) => requests.length],
		['of them refused with 429', (round) => `${(100 * refusedShare(round)).toFixed(1)} %`],
		['all was done after', (round) => `${Math.round(round.seconds)} s`],
		['a call was answered after, half of them', ({ waits }) => seconds(quantile(waits, 0.5))],
		['… 99 of 100', ({ waits }) => seconds(quantile(waits, 0.99))],
	];
	const row = (/** @type {string} */ what, /** @type {unknown[]} */ cells) =>
		log(`  ${what.padEnd(42)}${cells.map((cell) => String(cell).padStart(14)).join('')}`);
	log();
	row('', Object.keys(rounds));
	for (const [what, of] of lines) row(what, Object.values(rounds).map(of));
	log();
}
