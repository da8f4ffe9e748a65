// npm run test:queue: every *.queue.mjs of this folder, or those whose name holds the word given.
import { ensureN8n } from '../../demo/lib/n8n-install.mjs';
import { build } from '../../demo/lib/package.mjs';
import { runSuite } from '../support/suite.mjs';
import { needServices } from './services.mjs';

await runSuite(import.meta.url, '.queue.mjs', async () => {
	await needServices();
	await ensureN8n();
	await build();
});
