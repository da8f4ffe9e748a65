// Kills a worker in the middle of a list, as when the machine runs out of memory.
import { wait } from '../harness/log.mts';
import { node } from '../e2e/support.mts';
import { takenBy } from './cluster.mts';
import { openWorkspace } from './workspace.mts';

/**
 * @typedef {object} KilledWorker
 * @property {import('./workspace.mts').Workspace} workspace
 * @property {import('./workspace.mts').Row[]} rows of the list
 * @property {string} executionId of the list
 * @property {import('../harness/n8n-process.mts').N8nServer} survivor
 * @property {number} at time of the kill, in ms since 1970
 * @property {Promise<{ id: string, status: number }>[]} calls contacts sent just before; status 0: no response
 * @property {string} errorWorkflowId workflow that n8n starts when the list fails
 */

const USERS = 2000;
const REQUESTS_BEFORE = 10;
const CALLS_BEFORE = 8;

/**
 * @param {import('./cluster.mts').Cluster} cluster with two workers; the killed one is replaced
 * @returns {Promise<KilledWorker>}
 */
export async function killMidList({ environment, workers, startWorker }) {
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
	while ((await workspace.sandbox.requests()).length < REQUESTS_BEFORE) await wait(20);
	const index = workers.findIndex((worker, i) => takenBy(worker).size > (before[i] ?? 0));
	const [executionId = ''] = [...takenBy(/** @type {any} */ (workers[index]))].slice(-1);
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
		survivor: /** @type {any} */ (survivor),
		at,
		calls,
		errorWorkflowId: errorWorkflow.id,
	};
}
