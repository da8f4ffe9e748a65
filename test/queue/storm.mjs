// One round of load on n8n's workers: big lists and a storm of single contacts, together.
import { wait } from '../../demo/lib/log.mjs';
import { executionsOf, takenBy } from './cluster.mjs';
import { endedLists, openWorkspace, wantedFrom } from './workspace.mjs';

/**
 * @typedef {import('./workspace.mjs').Row} Row
 *
 * @typedef {object} Round
 * @property {number[]} answers status codes of the webhooks
 * @property {number[]} waits of the webhooks, ms, ascending
 * @property {{ id: string, status: string }[]} executions
 * @property {number[]} perWorker executions that each worker took
 * @property {number[]} lists rows of each that the node put out as accepted
 * @property {import('../../demo/lib/sandbox-process.mjs').LoggedRequest[]} requests
 * @property {number} seconds from the first call to the last answer
 * @property {import('../../demo/lib/sandbox-process.mjs').SandboxUser[]} users
 * @property {import('../../demo/lib/expected.mjs').ExpectedState} wanted by sending one by one, in order
 */

const LISTS = 2;
const USERS_IN_LIST = 2500;
/** Every so many rows of a list, a user comes a second time. */
const AGAIN_EVERY = 100;
const CONTACTS = 300;
const STORM_MS = 30_000;
/** The storm is under way when the lists come. */
const LISTS_AT = 100;
/** Of the contacts, those that change their mind once the first choice has been answered. */
const SECOND_THOUGHTS = 20;

/**
 * @param {string} name
 * @returns {Row[]}
 */
function listRows(name) {
	return Array.from({ length: USERS_IN_LIST }, (_, i) => {
		const again = i % AGAIN_EVERY === AGAIN_EVERY - 1;
		return {
			id: `${name}-${again ? i - AGAIN_EVERY / 2 : i}`,
			Newsletter: i % 2 === 0,
			Promotional: i % 3 === 0,
			out: i % 50 === 7,
		};
	});
}

/**
 * @param {import('./cluster.mjs').Cluster} cluster
 * @param {string} name of the round
 * @param {object} headers the sandbox's settings for them
 * @returns {Promise<Round>}
 */
export async function runRound({ environment, workers }, name, headers) {
	const { sandbox, list, single, sendContact, sendList } = await openWorkspace(
		environment,
		name,
		headers,
	);

	/** @type {Row[]} */
	const rows = [];
	/** @type {Pick<Round, 'answers' | 'waits'>} */
	const { answers, waits } = { answers: [], waits: [] };
	const call = async (/** @type {Row} */ row) => {
		const asked = Date.now();
		answers.push(await sendContact(row));
		waits.push(Date.now() - asked);
	};
	const contact = async (/** @type {number} */ i) => {
		const first = { id: `crm-${i}`, Newsletter: i % 2 === 0, Promotional: true, out: i % 9 === 0 };
		rows.push(first);
		await call(first);
		if (i >= SECOND_THOUGHTS) return;
		const second = { ...first, Newsletter: !first.Newsletter, out: false };
		rows.push(second);
		await call(second);
	};

	const began = Date.now();
	const calls = [];
	for (let i = 0; i < CONTACTS; i++) {
		calls.push(contact(i));
		if (i >= LISTS_AT && i < LISTS_AT + LISTS) {
			const those = listRows(`list-${i}`);
			rows.push(...those);
			answers.push(await sendList(those));
		}
		await wait(STORM_MS / CONTACTS);
	}
	await Promise.all(calls);
	const lists = await endedLists(environment, list, LISTS);
	const executions = [list, single].map(({ id }) => executionsOf(environment, id));
	const all = (await Promise.all(executions)).flat();
	const round = {
		answers,
		waits: waits.sort((a, b) => a - b),
		executions: all,
		perWorker: workers.map((worker) => {
			const taken = takenBy(worker);
			return all.filter(({ id }) => taken.has(String(id))).length;
		}),
		lists,
		requests: await sandbox.requests(),
		seconds: (Date.now() - began) / 1000,
		users: await sandbox.users(),
		wanted: await wantedFrom(sandbox, rows),
	};
	await sandbox.stop();
	return round;
}
