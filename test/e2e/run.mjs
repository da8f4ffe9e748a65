// npm run test:e2e: every *.e2e.mjs of this folder, or those whose name holds the word given.
import { ensureN8n } from '../../demo/lib/n8n-install.mjs';
import { build } from '../../demo/lib/package.mjs';
import { runSuite } from '../support/suite.mjs';

await runSuite(import.meta.url, '.e2e.mjs', async () => {
	await ensureN8n();
	await build();
});
