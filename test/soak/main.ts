/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a program of its own, no part of the package */
// Very long lists, and many executions one after another, must leave nothing behind.
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
			await check('The soak came to its end', async () => await Promise.reject(problem)),
	)
	.finally(finish);
