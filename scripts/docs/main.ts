/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   writes pages of the documentation; it isn't part of the package */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { errorsPage } from './errors';
import { moengageApiPage } from './moengageApi';
import { errorRows, moengageErrorsPage } from './moengageErrors';
import { responsesPage } from './responses';
import { valuesPage } from './values';

const PAGES = {
	'docs/errors.md': errorsPage,
	'docs/moengage-api.md': moengageApiPage,
	'docs/moengage-errors.md': async () => moengageErrorsPage(await errorRows()),
	'docs/responses.md': responsesPage,
	'docs/values.md': valuesPage,
};

async function main(): Promise<void> {
	const [what, part] = process.argv.slice(2);
	if (what === 'pictures') return await (await import('./pictures.mts')).writePictures(part);
	for (const [file, page] of Object.entries(PAGES)) {
		writeFileSync(path.resolve(__dirname, '../..', file), await page());
		console.log(`Written: ${file}`);
	}
}

void main();
