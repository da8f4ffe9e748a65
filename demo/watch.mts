// npm run dev -- --watch: rebuilds the package when its sources change, and restarts n8n with it.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { duration, log, UserError } from '../test/harness/log.mts';
import { startServer } from '../test/harness/n8n-process.mts';
import { build, ROOT, updateInstalled } from '../test/harness/package.mts';
import type { TestEnvironment } from '../test/harness/test-environment.mts';

const WATCHED = ['nodes', 'credentials', 'icons'];
/** An editor may write several files at once. */
const SETTLE_MS = 300;

/** Reloads the package on each change until the process ends. */
export function watchSources(environment: TestEnvironment) {
	let timer: NodeJS.Timeout | undefined;
	let reloading = Promise.resolve();
	const changed = () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			reloading = reloading.then(() => reload(environment));
		}, SETTLE_MS);
	};
	for (const folder of WATCHED) watch(join(ROOT, folder), { recursive: true }, changed);
}

async function reload(environment: TestEnvironment) {
	const { n8n, server, userFolder } = environment;
	const started = Date.now();
	log('Rebuilding …');
	try {
		await build();
		updateInstalled(userFolder.path);
		await server.stop();
		environment.server = await startServer(n8n, userFolder, Number(new URL(server.url).port));
		log(`Reloaded in ${duration(Date.now() - started)}. Reload the editor in your browser.`);
	} catch (problem) {
		if (!(problem instanceof UserError)) throw problem;
		log(problem.message);
	}
}
