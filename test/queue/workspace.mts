// A separate workspace on its own sandbox, so that rounds don't share a rate limit, and the two ways
// contacts reach n8n: one call per contact, or a whole list.
import pWaitFor from 'p-wait-for';
import { expectedState, type ExpectedState } from '../harness/expected.mts';
import { itemsOf, type Json } from '../harness/n8n-client.mts';
import { CREDENTIAL_TYPE } from '../harness/package.mts';
import { startSandbox, type SandboxProcess } from '../harness/sandbox-process.mts';
import {
	credentialData,
	loadWorkflow,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { BULK, createActive, listWorkflow, STEP } from '../e2e/support.mts';
import { executionsOf } from './cluster.mts';

export type Row = { id: string; Newsletter: boolean; Promotional: boolean; out: boolean };

export interface Workspace {
	sandbox: SandboxProcess;
	/** Workflow for a single contact. */
	single: Json;
	/** Workflow for a list. */
	list: Json;
	/** Status code, once MoEngage has responded. */
	sendContact: (row: Row) => Promise<number>;
	/** Status code, once n8n has received the list. */
	sendList: (rows: Row[]) => Promise<number>;
}

/** A typical latency of MoEngage. */
const LATENCY = { do: 'delay', delayMs: 250, jitterMs: 500 };
const LISTS_END_MS = 240_000;

/**
 * @param headers the sandbox's settings for them
 * @param settings of the workflow for lists
 */
export async function openWorkspace(
	environment: TestEnvironment,
	name: string,
	headers: object = {},
	settings: Json = {},
): Promise<Workspace> {
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
			const trigger = it.nodes.find((node: Json) => node.name === 'CRM Webhook');
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
 * @returns state after
 *   sending the rows one by one, in this order
 */
export async function wantedFrom(sandbox: SandboxProcess, rows: Row[]): Promise<ExpectedState> {
	const { categories } = await sandbox.control('/configure');
	return expectedState(rows, {
		id: 'id',
		categories: ['Newsletter', 'Promotional'],
		unsubscribed: 'out',
		known: categories
			.filter((it: Json) => it.channel === 'email' && it.status === 'active')
			.map((it: Json) => it.name),
	});
}

/**
 * @param list workflow of the lists
 * @param wanted executions to wait for
 * @returns number of accepted rows per execution
 */
export async function endedLists(
	environment: TestEnvironment,
	{ id }: Json,
	wanted: number,
): Promise<number[]> {
	// n8n lists only executions that have ended.
	const ended = () => executionsOf(environment, id);
	await pWaitFor(async () => (await ended()).length >= wanted, {
		interval: 500,
		timeout: LISTS_END_MS,
	});
	const all = (await ended()).map((one) => environment.client.execution(one.id));
	return (await Promise.all(all)).map((one) => itemsOf(one, STEP).length);
}
