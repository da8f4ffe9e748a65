/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the README from disk; it isn't part of the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodePropertyOptions } from 'n8n-workflow';

import { operations } from '../../nodes/MoEngageSubscription/operations';
import { operationFields } from '../../nodes/MoEngageSubscription/description';

const readme = readFileSync(path.resolve(__dirname, '../../README.md'), 'utf8');

/** Returns the cells of the README's table of operations, without the description. */
function linesOfReadme(): string[][] {
	const [, after = ''] = readme.split('<!-- operations:');
	const table = after.slice(after.indexOf('\n|')).trimStart().split('\n\n', 1)[0];
	return table
		.split('\n')
		.slice(2)
		.map((line) => line.split('|').map((cell) => cell.trim()))
		.map(([, resource, operation, , ...facts]) => [resource, operation, ...facts.slice(0, 3)]);
}

function linesOfNode(): string[][] {
	const resources = operationFields[0].options as INodePropertyOptions[];
	return operations.map(({ resource, name, endpoint }) => [
		resources.find(({ value }) => value === resource)?.name ?? '',
		name,
		`\`${endpoint.method} ${endpoint.path}\``,
		String(endpoint.batchSize),
		endpoint.limit.toLocaleString('en-US'),
	]);
}

it("the README's table lists the node's operations, endpoints, and limits", () => {
	const sorted = (lines: string[][]) => lines.map((cells) => cells.join(' | ')).sort();
	expect(linesOfReadme().length).toBeGreaterThan(0);
	expect(sorted(linesOfReadme())).toEqual(sorted(linesOfNode()));
});
