/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals --
   a test reads the documentation from disk; it isn't part of the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { contract } from '../../scripts/docs/contract';
import { moengageApiPage } from '../../scripts/docs/moengageApi';
import { errorRows, moengageErrorsPage, type ErrorRow } from '../../scripts/docs/moengageErrors';
import { operationOf } from '../../scripts/docs/simulation';

const read = (file: string) => readFileSync(path.resolve(__dirname, '../..', file), 'utf8');

let rows: ErrorRow[];
beforeAll(async () => (rows = await errorRows()), 60_000);

const nameOf = ({ operation, example }: ErrorRow) => `${operation.name} ${example.name}`;
const about = (scope: string) => rows.filter(({ example }) => example.scope === scope);
const countOf = ({ outcomes }: ErrorRow, outcome: 'accepted' | 'rejected' | 'not sent') =>
	outcomes.get(outcome) ?? 0;

it('docs/moengage-api.md matches the output of `npm run docs`', () => {
	expect(read('docs/moengage-api.md')).toBe(moengageApiPage());
});

it('docs/moengage-errors.md matches the output of `npm run docs`', () => {
	expect(read('docs/moengage-errors.md')).toBe(moengageErrorsPage(rows));
});

it('docs/moengage-errors.md has a line for every example of the document', () => {
	const page = read('docs/moengage-errors.md').split('\n');
	for (const { method, path: url, examples } of contract) {
		const start = page.indexOf(`\`${method} ${url}\``);
		const section = page.slice(start, start + examples.length + 5).join('\n');
		for (const { name, status } of examples)
			expect([name, section.includes(`| ${status} | ${name} |`)]).toEqual([name, true]);
	}
});

it('both pages have no unfinished text', () => {
	for (const page of [moengageApiPage(), moengageErrorsPage(rows)])
		expect(page).not.toMatch(/undefined|NaN|\[object|\$\{/);
});

describe('the judgment of documented responses', () => {
	/**
	 * Code `InvalidSettings`: the email provider is set per item, so one wrong provider must not end a
	 * run with others. It rejects all items of its request.
	 */
	const PER_ITEM = ['resubscribe invalidSettings'];
	/** A 400 whose text says that a check failed in MoEngage; nothing was changed. */
	const FAILED_CHECK = ['optIn sentryCheckFailed'];

	it('every example has a scope that the node agrees with', () => {
		const known = ['configuration', 'record', 'request', 'rate', 'server', undefined];
		expect(rows.filter(({ example }) => !known.includes(example.scope))).toEqual([]);
		expect(rows.length).toBeGreaterThan(100);
	});

	it('a success is accepted for every item', () => {
		const successes = rows.filter(({ example }) => example.scope === undefined);
		expect(successes.map((row) => countOf(row, 'accepted'))).toEqual(Array(8).fill(500));
	});

	it('a wrong configuration ends the run within five requests, and no item is rejected', () => {
		const wrong = about('configuration')
			.filter((row) => !PER_ITEM.includes(nameOf(row)))
			.filter((row) => countOf(row, 'not sent') !== 500 || row.requests > 5);
		expect(wrong.map(nameOf)).toEqual([]);
	});

	it('a wrong email provider rejects its items with one request for each 100', () => {
		const [row] = about('configuration').filter((one) => PER_ITEM.includes(nameOf(one)));
		expect(row && [countOf(row, 'rejected'), row.requests]).toEqual([500, 5]);
	});

	it('a rejected record is rejected, and the run goes on if each item has its own request', () => {
		const wrong = about('record').filter((row) => {
			const { limits } = row.operation;
			const expected = limits.perRequest === 1 ? 500 : 50;
			return countOf(row, 'rejected') < expected || row.outcomes.has('unconfirmed');
		});
		expect(wrong.map(nameOf)).toEqual([]);
	});

	it('a failure of the server rejects no item', () => {
		const wrong = about('server').filter((row) => row.outcomes.has('rejected'));
		expect(wrong.map(nameOf)).toEqual(FAILED_CHECK);
	});

	it('a throttled run waits, and no item is rejected', () => {
		for (const row of about('rate')) {
			expect([nameOf(row), countOf(row, 'not sent')]).toEqual([nameOf(row), 500]);
			expect(row.requests).toBeLessThan(40);
		}
	});

	it('every operation of the node is in the document', () => {
		expect(new Set(rows.map(({ operation }) => operationOf(operation)?.endpoint.id)).size).toBe(8);
	});
});
