// Kills a worker in the middle of a list, as when the machine runs out of memory.
import pWaitFor from 'p-wait-for';
import { wait } from '../harness/log.mts';
import { node } from '../e2e/support.mts';
import { takenBy, type Cluster } from './cluster.mts';
import { openWorkspace, type Workspace, type Row } from './workspace.mts';
import type { N8nServer } from '../harness/n8n-process.mts';

export interface KilledWorker {
	workspace: Workspace;
	/** Rows of the list. */
	rows: Row[];
	/** Execution of the list. */
	executionId: string;
	survivor: N8nServer;
	/** Time of the kill, in ms since 1970. */
	at: number;
	/** Contacts sent just before; status 0: no response. */
	calls: Promise<{ id: string; status: number }>[];
	/** Workflow that n8n starts when the list fails. */
	errorWorkflowId: string;
}

const USERS = 2000;
const REQUESTS_BEFORE = 10;
const CALLS_BEFORE = 8;

/** @param cluster with two workers; the killed one is replaced */
export async function killMidList({
	environment,
	workers,
	startWorker,
}: Cluster): Promise<KilledWorker> {
	const { client } = environment;
	const errorWorkflow = await client.createWorkflow({
		name: 'On Failure',
		nodes: [node('Failed', 'errorTrigger', {}), node('Notify', 'noOp', {})],
		connections: { Failed: { main: [[{ node: 'Notify', type: 'main', index: 0 }]] } },
	});
	await client.activate(errorWorkflow);
	const settings = { errorWorkflow: errorWorkflow.id };
	const workspace = await openWorkspace(environment, 'death', {}, settings);
	const rows = Array.from({ length: USERS }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0,
		Promotional: i % 3 === 0,
		out: i % 50 === 7,
	}));
	const before = workers.map((worker) => takenBy(worker).size);
	if ((await workspace.sendList(rows)) !== 200) throw new Error("n8n didn't accept the list");
	const received = async () => (await workspace.sandbox.requests('bulkUpdate')).length;
	await pWaitFor(async () => (await received()) >= REQUESTS_BEFORE);
	const index = workers.findIndex((worker, i) => takenBy(worker).size > (before[i] ?? 0));
	const [executionId = ''] = [...takenBy(workers[index])].slice(-1);
	const calls = Array.from({ length: CALLS_BEFORE }, async (_, i) => {
		const contact = { id: `caller-${i}`, Newsletter: true, Promotional: false, out: false };
		const status = await workspace.sendContact(contact).catch(() => 0);
		return { id: contact.id, status };
	});
	await wait(300);
	const [victim] = workers.splice(index, 1);
	// The whole process group, which includes n8n's task runner.
	process.kill(-Number(victim?.pid), 'SIGKILL');
	const at = Date.now();
	const [survivor] = workers;
	workers.push(await startWorker());
	return {
		workspace,
		rows,
		executionId,
		survivor: survivor,
		at,
		calls,
		errorWorkflowId: errorWorkflow.id,
	};
}
