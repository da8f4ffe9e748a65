/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the documentation and the sources from disk; it isn't part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { errors } from '../../nodes/MoEngageSubscription/api/errors';
import { operations } from '../../nodes/MoEngageSubscription/operations';
import { CATEGORY, OPTION, SWITCH } from '../../nodes/MoEngageSubscription/operations/shared/flags';
import { optionsField } from '../../nodes/MoEngageSubscription/operations/shared/options';
import { errorsPage } from '../../scripts/docs/errors';
import { valuesPage } from '../../scripts/docs/values';

const ROOT = path.resolve(__dirname, '../..');
const NODE = path.join(ROOT, 'nodes/MoEngageSubscription');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Returns a file's code without comments. */
const code = (file: string) =>
	readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const sources = readdirSync(NODE, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => ({ file, text: code(path.join(NODE, file)) }));

it('docs/errors.md matches the output of `npm run docs`', () => {
	expect(read('docs/errors.md')).toBe(errorsPage());
});

it('docs/values.md matches the output of `npm run docs`', () => {
	expect(read('docs/values.md')).toBe(valuesPage());
});

/** Returns the cells of the table of values and switches. */
const valueRows = () =>
	valuesPage()
		.split('\n## ')[1]
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.map((line) =>
			line
				.split('|')
				.map((cell) => cell.trim())
				.slice(1, -1),
		);

it('docs/values.md has a column for every switch of the node', () => {
	const [[, , ...columns]] = valueRows();
	const switches = operations.flatMap((operation) =>
		[...operation.fields, optionsField(operation), ...(optionsField(operation).options ?? [])]
			.filter((field) => 'type' in field && field.type === 'boolean')
			.map((field) => (field as { displayName: string }).displayName),
	);
	expect(new Set(columns)).toEqual(new Set(switches));
});

it('docs/values.md has every accepted text once, and no state sets a switch', () => {
	const lines = valueRows().slice(2);
	for (const text of [CATEGORY, SWITCH, OPTION].flatMap(({ yes, no }) => [...yes, ...no]))
		expect([text, lines.filter(([values]) => values.includes(`\`${text}\``)).length]).toEqual([
			text,
			1,
		]);
	for (const state of [...(SWITCH.states ?? []), 'subscribed', 'unsubscribed']) {
		const [, , ...outcomes] = lines.find(([values]) => values.includes(`\`${state}\``)) ?? [];
		expect([state, outcomes.slice(0, 3)]).toEqual([state, Array(3).fill('rejected')]);
	}
});

it('every input error is created in inputErrors.ts', () => {
	const elsewhere = sources.filter(
		({ file, text }) => text.includes('new ItemError(') && !file.endsWith('inputErrors.ts'),
	);
	expect(sources.filter(({ text }) => text.includes('new ItemError('))).toHaveLength(1);
	expect(elsewhere.map(({ file }) => file)).toEqual([]);
});

it('docs/errors.md has every problem of a credential', () => {
	const account = code(path.join(NODE, 'api/account.ts'));
	const problems = [...account.matchAll(/problem:\s*['`]([^'`$]+)/g)];
	expect(problems.length).toBeGreaterThan(5);
	const page = errorsPage().toLowerCase();
	for (const [, problem] of problems) expect(page).toContain(problem.toLowerCase());
});

it('docs/errors.md has every reason that doesn’t come from a status', () => {
	const args = [0, ''] as never[];
	const made = Object.entries(errors) as Array<
		[string, (...args: never[]) => { description: string }]
	>;
	for (const [name, make] of made) {
		// Its texts come from a response: they are in the list of responses.
		if (name === 'blamed') continue;
		const [begin] = make(...args).description.split(/[.…]/);
		expect([name, errorsPage().includes(begin)]).toEqual([name, true]);
	}
});

it('docs/errors.md has no unfinished text', () => {
	expect(errorsPage()).not.toMatch(/undefined|NaN|\[object|\$\{/);
	const cells = errorsPage()
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.map((line) => line.split(/(?<!\\)\|/).length);
	expect(new Set(cells)).toEqual(new Set([4, 5]));
});

it('the README quotes only errors of docs/errors.md', () => {
	const [, section = ''] = read('README.md').split('## When an item is rejected');
	const [table] = section.split('\n## ', 1);
	const quoted = table
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.slice(2)
		.map((line) => line.split('|')[1].trim());
	expect(quoted.length).toBeGreaterThan(3);
	for (const error of quoted)
		for (const part of error
			.split('…')
			.map((text) => text.trim())
			.filter((text) => text.length > 2))
			expect([part, errorsPage().includes(part)]).toEqual([part, true]);
});
