// A worker killed in the middle of a list, as where the machine runs out of memory.
import { wait } from '../../demo/lib/log.mjs';
import { node } from '../e2e/support.mjs';
import { takenBy } from './cluster.mjs';
import { openWorkspace } from './workspace.mjs';

/**
 * @typedef {object} Death
 * @property {import('./workspace.mjs').Workspace} workspace
 * @property {import('./workspace.mjs').Row[]} rows of the list
 * @property {string} executionId the list's
 * @property {import('../../demo/lib/n8n-process.mjs').N8nServer} survivor
 * @property {number} at ms since 1970
 * @property {Promise<{ id: string, status: number }>[]} calls contacts sent just before; 0: no answer
 * @property {string} errorWorkflowId what n8n is to start where the list fails
 */

const USERS = 2000;
const REQUESTS_BEFORE = 10;
const CALLS_BEFORE = 8;

/**
 * @param {import('./cluster.mjs').Cluster} cluster two workers; the killed one is replaced
 * @returns {Promise<Death>}
 */
export async function killMidList({ environment, workers, startWorker }) {
	const { client } = environment;
	const alarm = await client.createWorkflow({
		name: 'Alarm',
		nodes: [node('Failed', 'errorTrigger', {}), node('Tell Somebody', 'noOp', {})],
		connections: { Failed: { main: [[{ node: 'Tell Somebody', type: 'main', index: 0 }]] } },
	});
	await client.activate(alarm);
	const settings = { errorWorkflow: alarm.id };
	const workspace = await openWorkspace(environment, 'death', {}, settings);
	const rows = Array.from({ length: USERS }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0,
		Promotional: i % 3 === 0,
		out: i % 50 === 7,
	}));
	const idle = workers.map((worker) => takenBy(worker).size);
	if ((await workspace.sendList(rows)) !== 200) throw new Error('n8n did not take the list');
	while ((await workspace.sandbox.requests()).length < REQUESTS_BEFORE) await wait(20);
	const index = workers.findIndex((worker, i) => takenBy(worker).size > (idle[i] ?? 0));
	const [executionId = ''] = [...takenBy(/** @type {any} */ (workers[index]))].slice(-1);
	const calls = Array.from({ length: CALLS_BEFORE }, async (_, i) => {
		const contact = { id: `caller-${i}`, Newsletter: true, Promotional: false, out: false };
		const status = await workspace.sendContact(contact).catch(() => 0);
		return { id: contact.id, status };
	});
	await wait(300);
	const [victim] = workers.splice(index, 1);
	// The whole group: n8n's runner of code goes with it.
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
		errorWorkflowId: alarm.id,
	};
}
