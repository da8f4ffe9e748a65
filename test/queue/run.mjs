// npm run test:queue runs all *.queue.mjs files here, or those whose names contain the given word.
import { ensureN8n } from '../../demo/lib/n8n-install.mjs';
import { build } from '../../demo/lib/package.mjs';
import { runSuite } from '../support/suite.mjs';
import { requireServices } from './services.mjs';

await runSuite(import.meta.url, '.queue.mjs', async () => {
	await requireServices();
	await ensureN8n();
	await build();
});
