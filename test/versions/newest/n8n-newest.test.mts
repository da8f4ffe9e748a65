import { fileURLToPath } from 'node:url';
import { testVersion } from '../checks.mts';

// Also the n8n of npm run dev and of the end-to-end tests.
testVersion(fileURLToPath(new URL('../../../demo/n8n/', import.meta.url)));
