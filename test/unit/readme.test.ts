/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- reads the README beside the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { operations } from '../../nodes/MoEngageSubscription/operations';
import { resources } from '../../nodes/MoEngageSubscription/properties';

const readme = readFileSync(path.resolve(__dirname, '../../README.md'), 'utf8');

/** Rows of the operations table as [resource, operation, endpoint, users, requests a minute]. */
const rows = readme
	.split('\n')
	.filter((line) => line.startsWith('|') && / `(GET|PUT|POST|PATCH) \//.test(line))
	.map((line) => line.split('|').map((cell) => cell.trim()))
	.map(([, resource, operation, , endpoint, users, minute]) => ({
		resource,
		operation,
		endpoint: endpoint.replaceAll('`', ''),
		users: Number(users.replaceAll(',', '')),
		minute: Number(minute.replaceAll(',', '')),
	}));

test('The README’s table of operations says what the table of endpoints says', () => {
	const known = operations.map(({ resource, name, endpoint }) => ({
		resource: resources.find(({ value }) => value === resource)?.name,
		operation: name,
		endpoint: `${endpoint.method} ${endpoint.path}`,
		users: endpoint.batchSize,
		minute: endpoint.limit,
	}));
	const byName = (a: { resource?: string; operation: string }, b: typeof a) =>
		`${a.resource} ${a.operation}`.localeCompare(`${b.resource} ${b.operation}`);
	expect([...rows].sort(byName)).toEqual([...known].sort(byName));
});
