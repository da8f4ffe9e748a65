// A real n8n in queue mode: a main process, two workers, and lookups of their executions.
import { createUserFolder, startWorker, type N8nServer } from '../harness/n8n-process.mts';
import { installInto } from '../harness/package.mts';
import { endAll } from '../harness/processes.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironment,
	type TestEnvironmentHandle,
} from '../harness/test-environment.mts';
import { startServices } from './services.mts';

export interface Cluster {
	/** Has the main process, the sandbox, and the owner. */
	environment: TestEnvironment;
	workers: N8nServer[];
	/** Starts one more, not added to `workers` */
	startWorker: () => Promise<N8nServer>;
}

const WORKERS = 2;

/**
 * Starts the cluster. Each process has its own user folder, as on separate machines.
 *
 * @returns `close` stops everything and
 *   may be called at any time
 */
export function openCluster(): { ready: Promise<Cluster>; close: () => Promise<void> } {
	const folders: { remove: () => void }[] = [];
	let main: TestEnvironmentHandle | null = null;

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

/** @returns all its executions, newest first */
export async function executionsOf(
	{ client }: TestEnvironment,
	workflowId: string,
): Promise<{ id: string; status: string }[]> {
	const all = [];
	for (let cursor = ''; ; ) {
		const query = `workflowId=${workflowId}&limit=250${cursor && `&cursor=${cursor}`}`;
		const { data, nextCursor } = await client.call('GET', `/api/v1/executions?${query}`);
		all.push(...data);
		if (!nextCursor) return all;
		cursor = nextCursor;
	}
}

/** @returns IDs of the executions that the worker has started, from its log */
export function takenBy(worker: N8nServer): Set<string> {
	const lines = worker.output().matchAll(/Worker started execution (\d+)/g);
	return new Set([...lines].map(([, id]) => String(id)));
}
