// npm run test:queue runs all *.queue.mts files here, or those whose names contain the given word.
import { ensureN8n } from '../harness/n8n-install.mts';
import { build } from '../harness/package.mts';
import { runSuite } from '../support/suite.mts';
import { requireServices } from './services.mts';

await runSuite(import.meta.url, '.queue.mts', async () => {
	await requireServices();
	await ensureN8n();
	await build();
});
