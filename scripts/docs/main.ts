/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   writes pages of the documentation; it is no part of the package */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { refusalsPage } from './refusals';
import { responsesPage } from './responses';

const pages = { 'docs/refusals.md': refusalsPage, 'docs/responses.md': responsesPage };
for (const [file, write] of Object.entries(pages)) {
	writeFileSync(path.resolve(__dirname, '../..', file), write());
	console.log(`Written: ${file}`);
}
