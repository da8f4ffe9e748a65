// npm run test:e2e runs all *.e2e.mts files here, or those whose names contain the given word.
import { ensureN8n } from '../harness/n8n-install.mts';
import { build } from '../harness/package.mts';
import { runSuite } from '../support/suite.mts';

await runSuite(import.meta.url, '.e2e.mts', async () => {
	await ensureN8n();
	await build();
});
