// A real n8n in queue mode: a main, two workers, and what was found out about their executions.
import { createUserFolder, startWorker } from '../../demo/lib/n8n-process.mjs';
import { installInto } from '../../demo/lib/package.mjs';
import { endAll } from '../../demo/lib/processes.mjs';
import { closeOnSignal, openTestEnvironment } from '../../demo/lib/test-environment.mjs';
import { startServices } from './services.mjs';

/**
 * @typedef {import('../../demo/lib/test-environment.mjs').TestEnvironment} TestEnvironment
 * @typedef {import('../../demo/lib/n8n-process.mjs').N8nServer} N8nServer
 *
 * @typedef {object} Cluster
 * @property {TestEnvironment} environment the main, the sandbox and the owner
 * @property {N8nServer[]} workers
 * @property {() => Promise<N8nServer>} startWorker one more, not among them
 */

const WORKERS = 2;

/**
 * Each process has a user folder of its own, as on a machine of its own.
 *
 * @returns {{ ready: Promise<Cluster>, close: () => Promise<void> }} `close` ends all of it, from
 *   the first moment on
 */
export function openCluster() {
	/** @type {{ remove: () => void }[]} */
	const folders = [];
	/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironmentHandle | null} */
	let main = null;

	const open = async () => {
		const services = await startServices();
		folders.push(services);
		main = openTestEnvironment({ loud: false, built: true, env: services.env });
		closeOnSignal(main);
		const environment = await main.ready;
		const { n8n, tarball } = environment;
		const { N8N_ENCRYPTION_KEY = '' } = environment.userFolder.env;
		const one = async () => {
			const userFolder = createUserFolder(n8n, { ...services.env, N8N_ENCRYPTION_KEY });
			folders.push(userFolder);
			await installInto(userFolder.path, tarball.path);
			return startWorker(n8n, userFolder);
		};
		const workers = await Promise.all(Array.from({ length: WORKERS }, one));
		return { environment, workers, startWorker: one };
	};

	return {
		ready: open(),
		async close() {
			await endAll();
			await main?.close();
			for (const folder of folders) folder.remove();
		},
	};
}

/**
 * @param {TestEnvironment} environment
 * @param {string} workflowId
 * @returns {Promise<{ id: string, status: string }[]>} all executions of it, newest first
 */
export async function executionsOf({ client }, workflowId) {
	const all = [];
	for (let cursor = ''; ; ) {
		const query = `workflowId=${workflowId}&limit=250${cursor && `&cursor=${cursor}`}`;
		const { data, nextCursor } = await client.call('GET', `/api/v1/executions?${query}`);
		all.push(...data);
		if (!nextCursor) return all;
		cursor = nextCursor;
	}
}

/**
 * @param {N8nServer} worker
 * @returns {Set<string>} IDs of the executions that it has taken, as its log says
 */
export function takenBy(worker) {
	const lines = worker.output().matchAll(/Worker started execution (\d+)/g);
	return new Set([...lines].map(([, id]) => String(id)));
}
