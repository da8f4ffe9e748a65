/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a separate program, not part of the package */
// Very long lists and many consecutive runs must leave nothing in memory.
import { engine } from './engine';
import { check, finish } from './measure';
import { virtual } from './virtual';

async function main(): Promise<void> {
	const [only] = process.argv.slice(2);
	if (only !== 'engine') await virtual();
	if (only !== 'virtual') await engine();
}

void main()
	.catch(
		async (problem: unknown) =>
			await check('The soak completes', async () => {
				throw problem;
			}),
	)
	.finally(finish);
