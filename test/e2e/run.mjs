// npm run test:e2e runs all *.e2e.mjs files here, or those whose names contain the given word.
import { ensureN8n } from '../../demo/lib/n8n-install.mjs';
import { build } from '../../demo/lib/package.mjs';
import { runSuite } from '../support/suite.mjs';

await runSuite(import.meta.url, '.e2e.mjs', async () => {
	await ensureN8n();
	await build();
});
