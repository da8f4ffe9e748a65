// A separate workspace on its own sandbox, so that rounds don't share a rate limit, and the two ways
// contacts reach n8n: one call per contact, or a whole list.
import { expectedState } from '../harness/expected.mts';
import { itemsOf } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import { startSandbox } from '../harness/sandbox-process.mts';
import { wait } from '../harness/log.mts';
import { credentialData, loadWorkflow } from '../harness/test-environment.mts';
import { BULK, createActive, listWorkflow, STEP } from '../e2e/support.mts';
import { executionsOf } from './cluster.mts';

/**
 * @typedef {import('../harness/sandbox-process.mts').SandboxProcess} SandboxProcess
 * @typedef {import('../harness/n8n-client.mts').Json} Json
 * @typedef {{ id: string, Newsletter: boolean, Promotional: boolean, out: boolean }} Row
 *
 * @typedef {object} Workspace
 * @property {SandboxProcess} sandbox
 * @property {Json} single workflow for a single contact
 * @property {Json} list workflow for a list
 * @property {(row: Row) => Promise<number>} sendContact status code, once MoEngage has responded
 * @property {(rows: Row[]) => Promise<number>} sendList status code, once n8n has received the list
 */

/** A typical latency of MoEngage. */
const LATENCY = { do: 'delay', delayMs: 250, jitterMs: 500 };
const LISTS_END_MS = 240_000;

/**
 * @param {import('./cluster.mts').TestEnvironment} environment
 * @param {string} name
 * @param {object} [headers] the sandbox's settings for them
 * @param {Json} [settings] of the workflow for lists
 * @returns {Promise<Workspace>}
 */
export async function openWorkspace(environment, name, headers = {}, settings = {}) {
	const { client } = environment;
	const sandbox = await startSandbox({ headers });
	await sandbox.control('/rules', { rules: [LATENCY] });
	const data = credentialData(sandbox);
	const credential = await client.createCredential(CREDENTIAL_TYPE, name, data);
	const [onePath, listPath] = [`${name}-contact`, `${name}-list`];
	const single = await loadWorkflow(
		{ ...environment, sandbox, credential },
		'crm-webhook.json',
		(it) => {
			const trigger = it.nodes.find((/** @type {Json} */ node) => node.name === 'CRM Webhook');
			trigger.parameters.path = trigger.webhookId = onePath;
		},
	);
	await client.activate(single);
	const lists = listWorkflow(credential, BULK, { path: listPath });
	const list = await createActive(environment, {
		...lists,
		settings: { ...lists.settings, ...settings },
	});
	return {
		sandbox,
		single,
		list,
		async sendContact({ id, Newsletter, Promotional, out }) {
			const categories = { Newsletter, Promotional };
			const body = { customerId: id, categories, unsubscribeAll: out };
			return (await client.webhook(onePath, body)).status;
		},
		sendList: async (rows) => (await client.webhook(listPath, { rows })).status,
	};
}

/**
 * @param {SandboxProcess} sandbox
 * @param {Row[]} rows
 * @returns {Promise<import('../harness/expected.mts').ExpectedState>} state after
 *   sending the rows one by one, in this order
 */
export async function wantedFrom(sandbox, rows) {
	const { categories } = await sandbox.control('/configure');
	return expectedState(rows, {
		id: 'id',
		categories: ['Newsletter', 'Promotional'],
		unsubscribed: 'out',
		known: categories
			.filter((/** @type {Json} */ it) => it.channel === 'email' && it.status === 'active')
			.map((/** @type {Json} */ it) => it.name),
	});
}

/**
 * @param {import('./cluster.mts').TestEnvironment} environment
 * @param {Json} list workflow of the lists
 * @param {number} wanted executions to wait for
 * @returns {Promise<number[]>} number of accepted rows per execution
 */
export async function endedLists(environment, { id }, wanted) {
	const deadline = Date.now() + LISTS_END_MS;
	for (;;) {
		// n8n lists only executions that have ended.
		const ended = await executionsOf(environment, id);
		if (ended.length >= wanted || Date.now() > deadline) {
			const all = ended.map((one) => environment.client.execution(one.id));
			return (await Promise.all(all)).map((one) => itemsOf(one, STEP).length);
		}
		await wait(500);
	}
}
