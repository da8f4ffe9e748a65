/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test starts a child process; it isn't part of the package */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOT } from '../support/engine';

const LIST = [
	'Record ID;Name;Newsletter;Product Updates;Opted out',
	'101;"Zoë\nMüller";yes;no;no',
	';Ben;yes;yes;no',
	'103;"a ""quoted"" name";maybe;no;no',
	'',
	'104;Eve;maybe;yes;no',
	'105;Kim;yes;yes;',
	'106;José;no;yes;yes',
].join('\r\n');
const COLUMNS = [
	...['--id', 'Record ID', '--categories', 'Newsletter,Product Updates'],
	...['--unsubscribed', 'Opted out'],
];
/** Numbered as in a spreadsheet: the quoted line break is no row, and the blank line is one. */
const REASONS = [
	/^ {2}3 +Rejected: 'Customer ID' is empty$/m,
	/^ {2}4 +Accepted with a warning: .*"Newsletter"/m,
	/^ {2}6 +Rejected: Category "Newsletter" must be a yes\/no value/m,
	/^ {2}7 +Rejected: 'Unsubscribe From All' is empty$/m,
];

let folder = '';
beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'start-test-'));
	for (const inner of ['home', 'tmp']) mkdirSync(path.join(folder, inner));
	writeFileSync(path.join(folder, 'bom.csv'), `\uFEFF${LIST}`);
	writeFileSync(path.join(folder, 'windows.csv'), LIST, 'latin1');
	writeFileSync(path.join(folder, 'header.csv'), 'ID;Newsletter\r\n');
	writeFileSync(path.join(folder, 'twice.csv'), 'ID,News,News\n1,yes,no\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts what `npm start -- …` runs, in the folder of the test's files. */
function launch(args: string[]) {
	const script = path.join(ROOT, 'demo/start.mts');
	const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
		cwd: ROOT,
		env: {
			...process.env,
			INIT_CWD: folder,
			HOME: path.join(folder, 'home'),
			TMPDIR: path.join(folder, 'tmp'),
			// tsx would keep its cache in the temporary folder.
			TSX_DISABLE_CACHE: '1',
			// Jest sets it for this process, which isn't one of n8n's.
			NODE_ENV: '',
			N8N_USER_FOLDER: '',
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	let errors = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
	const ended = once(child, 'close') as Promise<[code: number]>;
	return { child, ended, output: () => output, errors: () => errors };
}

async function start(...args: string[]) {
	const { ended, output, errors } = launch(args);
	const [code] = await ended;
	return { code, output: output(), errors: errors() };
}

describe('npm start', () => {
	it('sends the CRM export, checks the result, and writes nothing into the home folder', async () => {
		const { code, output, errors } = await start();
		expect(errors).toBe('');
		expect(output).toMatch(/^ {2}Contacts in the export +2,000$/m);
		expect(output).toMatch(/^ {2}Accepted by MoEngage +1,994$/m);
		expect(output).toMatch(/^ {2}Rejected +6$/m);
		expect(output).toMatch(/^ {2}Users in MoEngage +1,970$/m);
		expect(output).toMatch(/^ {2}Requests +4\d \(up to 50 users per request\)$/m);
		expect(output).toMatch(/^ {2}1778 +Rejected: 'Unsubscribe From All'/m);
		expect(output).toMatch(/batch (4\d) of \1, rate limit: \d+ of 100 left/);
		expect(output).toContain('Checked: all 1,970 users match the file.');
		expect(output).toContain('npm run dev');
		expect(code).toBe(0);
		expect(readdirSync(path.join(folder, 'home'))).toEqual([]);
		// If the node had to be built, gulp left a cache.
		const left = readdirSync(path.join(folder, 'tmp'));
		expect(left.filter((name) => !name.startsWith('.v8flags'))).toEqual([]);
	});

	it('sends an own file in Windows-1252', async () => {
		const { code, output } = await start('--file', 'windows.csv', ...COLUMNS);
		expect(output).toMatch(/^ {2}Contacts in the export +6$/m);
		expect(output).toMatch(/^ {2}Accepted by MoEngage +3$/m);
		expect(output).toMatch(/^ {2}Users in MoEngage +3$/m);
		for (const reason of REASONS) expect(output).toMatch(reason);
		expect(output).toContain('Checked: all 3 users match the file.');
		expect(code).toBe(0);
	});

	it('previews an own file with a BOM without sending it', async () => {
		const { code, output } = await start('--file', 'bom.csv', ...COLUMNS, '--preview');
		expect(output).toMatch(/^ {2}Would be sent +3$/m);
		expect(output).toMatch(/^ {2}Would be rejected +3$/m);
		expect(output).toMatch(/^ {2}Requests +1 \(up to 50 users per request\)$/m);
		expect(output).toMatch(/^ {2}Time in MoEngage +less than a minute, with 100 requests/m);
		for (const reason of REASONS) expect(output).toMatch(reason);
		expect(output).toContain('Checked: nothing was sent');
		expect(code).toBe(0);
	});

	it('ends at Ctrl-C and leaves nothing behind', async () => {
		const { child, ended, output, errors } = launch([]);
		child.stdout.on('data', () => {
			if (output().includes('Read the contacts')) child.kill('SIGINT');
		});
		expect(await ended).toEqual([130, null]);
		expect(output()).not.toContain('Checked');
		expect(errors()).toBe('');
		expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
	});

	it('lists the columns of an own file and what to type', async () => {
		const { code, output } = await start('--file', 'bom.csv');
		expect(output).toMatch(/^ {2}Product Updates +6 +6$/m);
		expect(output).toContain(
			'npm start -- --file bom.csv --id "Record ID" --categories "Product Updates" --unsubscribed "Opted out" --preview',
		);
		expect(code).toBe(1);
	});

	it.each([
		['a missing file', ['--file', 'no.csv'], /^There is no file no\.csv\.$/],
		['a folder', ['--file', 'home'], /^home is a folder, not a file\.$/],
		['a file without contacts', ['--file', 'header.csv'], /has a header, but no contacts\.$/],
		[
			'a missing column',
			['--file', 'bom.csv', '--id', 'ID', '--categories', 'Newsletter'],
			/^The file has no column "ID"\. Its columns are "Record ID", .*"Opted out"\.$/,
		],
		[
			'a column that appears twice',
			['--file', 'twice.csv', '--id', 'ID', '--categories', 'News'],
			/^The file has 2 columns named "News"\.$/,
		],
		['an unknown option', ['--fle', 'bom.csv'], /^Unknown option '--fle'\. .*--help/],
		['a column without a file', ['--id', 'Record ID'], /^Name your file with --file\./],
	])('reports %s in one line', async (_what, args, line) => {
		const { code, output, errors } = await start(...args);
		expect(errors.trimEnd()).toMatch(line);
		expect(errors.trimEnd().split('\n')).toHaveLength(1);
		expect(output).toBe('');
		expect(code).toBe(1);
	});
});
