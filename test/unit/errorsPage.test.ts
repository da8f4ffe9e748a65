/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the documentation and the sources from disk; it is no part of the package */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { errors } from '../../nodes/MoEngageSubscription/api/errors';
import { operations } from '../../nodes/MoEngageSubscription/operations';
import { CATEGORY, OPTION, SWITCH } from '../../nodes/MoEngageSubscription/operations/shared/flags';
import { optionsField } from '../../nodes/MoEngageSubscription/operations/shared/options';
import { refusalsPage } from '../../scripts/docs/errors';
import { valuesPage } from '../../scripts/docs/values';

const ROOT = path.resolve(__dirname, '../..');
const NODE = path.join(ROOT, 'nodes/MoEngageSubscription');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The code alone, without comments. */
const code = (file: string) =>
	readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const sources = readdirSync(NODE, { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => ({ file, text: code(path.join(NODE, file)) }));

it('docs/refusals.md is what `npm run docs` writes', () => {
	expect(read('docs/refusals.md')).toBe(refusalsPage());
});

it('docs/values.md is what `npm run docs` writes', () => {
	expect(read('docs/values.md')).toBe(valuesPage());
});

/** The lines of the table of words and switches, as cells. */
const wordLines = () =>
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
	const [[, , ...columns]] = wordLines();
	const switches = operations.flatMap((operation) =>
		[...operation.fields, optionsField(operation), ...(optionsField(operation).options ?? [])]
			.filter((field) => 'type' in field && field.type === 'boolean')
			.map((field) => (field as { displayName: string }).displayName),
	);
	expect(new Set(columns)).toEqual(new Set(switches));
});

it('docs/values.md has every word, once, and no state answers a switch', () => {
	const lines = wordLines().slice(2);
	for (const word of [CATEGORY, SWITCH, OPTION].flatMap(({ yes, no }) => [...yes, ...no]))
		expect([word, lines.filter(([values]) => values.includes(`\`${word}\``)).length]).toEqual([
			word,
			1,
		]);
	for (const state of [...(SWITCH.states ?? []), 'subscribed', 'unsubscribed']) {
		const [, , ...outcomes] = lines.find(([values]) => values.includes(`\`${state}\``)) ?? [];
		expect([state, outcomes.slice(0, 3)]).toEqual([state, Array(3).fill('rejected')]);
	}
});

it('every refusal of an item is made where the page looks for it', () => {
	const elsewhere = sources.filter(
		({ file, text }) => text.includes('new Refusal(') && !file.endsWith('refusals.ts'),
	);
	expect(elsewhere.map(({ file }) => file)).toEqual([]);
});

it('the page has every problem of a credential', () => {
	const account = code(path.join(NODE, 'api/account.ts'));
	const problems = [...account.matchAll(/problem:\s*['`]([^'`$]+)/g)];
	expect(problems.length).toBeGreaterThan(5);
	const page = refusalsPage().toLowerCase();
	for (const [, problem] of problems) expect(page).toContain(problem.toLowerCase());
});

it('the page has every reason that is none of a status', () => {
	const args = [0, ''] as never[];
	const made = Object.entries(errors) as Array<
		[string, (...args: never[]) => { description: string }]
	>;
	for (const [name, make] of made) {
		const [begin] = make(...args).description.split(/[.…]/);
		expect([name, refusalsPage().includes(begin)]).toEqual([name, true]);
	}
});

it('no text of the page is unfinished', () => {
	expect(refusalsPage()).not.toMatch(/undefined|NaN|\[object|\$\{/);
	const cells = refusalsPage()
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.map((line) => line.split(/(?<!\\)\|/).length);
	expect(new Set(cells)).toEqual(new Set([4, 5]));
});

it('the README names words that the node says', () => {
	const [, section = ''] = read('README.md').split('## When an item is rejected');
	const [table] = section.split('\n## ', 1);
	const said = table
		.split('\n')
		.filter((line) => line.startsWith('| '))
		.slice(2)
		.map((line) => line.split('|')[1].trim());
	expect(said.length).toBeGreaterThan(3);
	for (const words of said)
		for (const part of words
			.split('…')
			.map((text) => text.trim())
			.filter((text) => text.length > 2))
			expect([part, refusalsPage().includes(part)]).toEqual([part, true]);
});
