// Installs every n8n version that the suites use, the newest first. CI does this while faster suites run.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureN8n } from '../harness/n8n-install.mts';

const HERE = import.meta.dirname;

await ensureN8n();
for (const name of readdirSync(HERE)) if (/^\d/.test(name)) await ensureN8n(join(HERE, name));
