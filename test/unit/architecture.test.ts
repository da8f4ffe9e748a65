/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   reads a page and tests from disk, and isn't part of the package */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
const [, promises = ''] = page.split('<!-- promises:');
const rows = promises.split('\n').filter((line) => line.startsWith('| P'));

it('docs/architecture.md lists every promise in order', () => {
	const names = [...new Set(rows.map((row) => /P\d+/.exec(row)?.[0]))];
	expect(names).toEqual(Array.from({ length: 17 }, (_, index) => `P${index + 1}`));
});

it.each(rows.map((row) => [/P\d+[^|]*\b/.exec(row)?.[0], row]))(
	'docs/architecture.md names tests of %s that exist, or says that there is none yet',
	(_name, row = '') => {
		const [, , , heldBy = ''] = row.split('|');
		const files = [...heldBy.matchAll(/`(test\/[^`]+\.\w+)`((?:,? "[^"]+")*)/g)];
		if (files.length === 0) return expect(heldBy.trim()).toBe('not held yet');
		for (const [, file, titles] of files) {
			const text = readFileSync(path.join(ROOT, file), 'utf8');
			for (const [, title] of titles.matchAll(/"([^"]+)"/g)) expect(text).toContain(title);
		}
	},
);

it('docs/architecture.md names files that exist', () => {
	const named = [...page.matchAll(/`((?:nodes|test|sandbox)\/[\w./-]+)`/g)].map(([, file]) => file);
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
	const relative = [...page.matchAll(/`((?:api|delivery|execution|operations)\/[\w./]+)`/g)];
	const missing = relative.filter(
		([, file]) => !existsSync(path.join(ROOT, 'nodes/MoEngageSubscription', file)),
	);
	expect(missing.map(([, file]) => file)).toEqual([]);
});

it('tuning.ts names for every constant a test that exists', () => {
	const file = path.join(ROOT, 'nodes/MoEngageSubscription/delivery/tuning.ts');
	const constants = readFileSync(file, 'utf8').match(/^export const .*/gm) ?? [];
	expect(constants.length).toBeGreaterThan(40);
	const untested = constants.filter((line) => {
		const [, test] = /; \/\/ (\S+\.test\.ts)$/.exec(line) ?? [];
		return test === undefined || !existsSync(path.join(ROOT, 'test/unit/delivery', test));
	});
	expect(untested).toEqual([]);
});
