/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, no-console --
   writes pages of the documentation; it is no part of the package */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { refusalsPage } from './refusals';

const page = path.resolve(__dirname, '../../docs/refusals.md');
writeFileSync(page, refusalsPage());
console.log('Written: docs/refusals.md');
