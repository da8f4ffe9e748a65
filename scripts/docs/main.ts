/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   writes pages of the documentation; it isn't part of the package */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { errorsPage } from './errors';
import { responsesPage } from './responses';
import { valuesPage } from './values';

const PAGES = {
	'docs/errors.md': errorsPage,
	'docs/responses.md': responsesPage,
	'docs/values.md': valuesPage,
};

for (const [file, page] of Object.entries(PAGES)) {
	writeFileSync(path.resolve(__dirname, '../..', file), page());
	console.log(`Written: ${file}`);
}
