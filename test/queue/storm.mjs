// One round of load on n8n's workers: big lists and a storm of single contacts, together, against a
// sandbox of its own, so that no round starts with the permits of another.

import { itemsOf } from '../../demo/lib/n8n-client.mjs';
import { CREDENTIAL_TYPE } from '../../demo/lib/package.mjs';
import { startSandbox } from '../../demo/lib/sandbox-process.mjs';
import { wait } from '../../demo/lib/say.mjs';
import { credentialData, loadWorkflow } from '../../demo/lib/workbench.mjs';
import { BULK, createActive, listWorkflow, STEP } from '../e2e/support.mjs';
import { executionsOf, takenBy } from './cluster.mjs';

/**
 * @typedef {{ id: string, Newsletter: boolean, Promotional: boolean, out: boolean }} Row
 *
 * @typedef {object} Round
 * @property {Row[]} rows all that was asked for, those of one user in their order
 * @property {number[]} answers status codes of the webhooks
 * @property {number[]} waits of the webhooks, ms, ascending
 * @property {{ id: string, status: string }[]} executions
 * @property {number[]} perWorker executions that each worker took
 * @property {number[]} lists rows of each that the node put out as accepted
 * @property {import('../../demo/lib/sandbox-process.mjs').LoggedRequest[]} requests
 * @property {number} seconds from the first call to the last answer
 * @property {import('../../demo/lib/sandbox-process.mjs').SandboxUser[]} users
 * @property {string[]} known active categories
 */

/** As MoEngage's own answers take. */
const LATENCY = { do: 'delay', delayMs: 250, jitterMs: 500 };
const LISTS = 2;
const USERS_IN_LIST = 2500;
/** Every so many rows of a list, a user comes a second time. */
const AGAIN_EVERY = 100;
const CONTACTS = 300;
const STORM_MS = 30_000;
/** The storm is under way when the lists come. */
const LISTS_AT = 100;
const LISTS_END_MS = 240_000;
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
export async function runRound({ bench, workers }, name, headers) {
	const { client } = bench;
	const sandbox = await startSandbox({ headers });
	const data = credentialData(sandbox);
	const credential = await client.createCredential(CREDENTIAL_TYPE, name, data);
	const single = await loadWorkflow({ ...bench, sandbox, credential }, 'crm-webhook.json', (it) => {
		const trigger = it.nodes.find((/** @type {any} */ { name }) => name === 'CRM Calls');
		trigger.parameters.path = trigger.webhookId = `${name}-contact`;
	});
	await client.activate(single);
	const path = `${name}-list`;
	const list = await createActive(bench, listWorkflow(credential, BULK, { path }));

	/** @type {Row[]} */
	const rows = [];
	/** @type {Pick<Round, 'answers' | 'waits'>} */
	const { answers, waits } = { answers: [], waits: [] };
	const call = async (/** @type {Row} */ { id, Newsletter, Promotional, out }) => {
		const asked = Date.now();
		const categories = { Newsletter, Promotional };
		const body = { customerId: id, categories, unsubscribeAll: out };
		answers.push((await client.webhook(`${name}-contact`, body)).status);
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

	await call({ id: 'warm-up', Newsletter: true, Promotional: true, out: false });
	rows.push({ id: 'warm-up', Newsletter: true, Promotional: true, out: false });
	await sandbox.control('/rules', { rules: [LATENCY] });
	const began = Date.now();
	const calls = [];
	for (let i = 0; i < CONTACTS; i++) {
		calls.push(contact(i));
		if (i >= LISTS_AT && i < LISTS_AT + LISTS) {
			const those = listRows(`list-${i}`);
			rows.push(...those);
			answers.push((await client.webhook(path, { rows: those })).status);
		}
		await wait(STORM_MS / CONTACTS);
	}
	await Promise.all(calls);
	const lists = await endedLists(bench, list);
	const executions = [list, single].map(({ id }) => executionsOf(bench, id));
	const all = (await Promise.all(executions)).flat();
	const { categories } = await sandbox.control('/configure');
	const round = {
		rows,
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
		known: categories
			.filter((/** @type {any} */ it) => it.channel === 'email' && it.status === 'active')
			.map((/** @type {any} */ it) => it.name),
	};
	await sandbox.stop();
	return round;
}

/**
 * @param {import('./cluster.mjs').Workbench} bench
 * @param {import('../../demo/lib/n8n-client.mjs').Json} list its workflow
 */
async function endedLists(bench, list) {
	const deadline = Date.now() + LISTS_END_MS;
	for (;;) {
		// n8n names here those that have ended alone.
		const ended = await executionsOf(bench, list.id);
		if (ended.length >= LISTS || Date.now() > deadline) {
			const all = ended.map(({ id }) => bench.client.execution(id));
			return (await Promise.all(all)).map((it) => itemsOf(it, STEP).length);
		}
		await wait(500);
	}
}
