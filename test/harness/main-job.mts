// The main job: sends a CRM export through n8n to MoEngage, then compares the result with the file.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences, expectedState, readRows } from './expected.mts';
import { itemsOf, problemOf, type Json } from './n8n-client.mts';
import { duration, log } from './log.mts';
import type { TestEnvironment } from './test-environment.mts';

const CONTACTS = fileURLToPath(new URL('../../demo/contacts.csv', import.meta.url));
const ACCEPTED = 'Accepted by MoEngage';
const STEP = 'Update Preferences';
const ERROR_OUTPUT = 1;

/** @returns index of its row */
const indexOf = ({ pairedItem }: { pairedItem?: any }): number => Number(pairedItem?.item);

interface JobReport {
	/** Whether MoEngage matches the file. */
	right: boolean;
	requests: number;
}

/** @param trigger name of the node to start from */
export async function runMainJob(
	{ client, sandbox, userFolder }: TestEnvironment,
	workflow: Json,
	trigger: string = 'Start',
): Promise<JobReport> {
	copyFileSync(CONTACTS, join(userFolder.files, 'contacts.csv'));
	const rows = readRows(readFileSync(CONTACTS, 'utf8'));
	const started = Date.now();
	const execution = await client.finished(await client.run(workflow, trigger));
	const took = Date.now() - started;
	const accepted = itemsOf(execution, ACCEPTED);
	const rejected = itemsOf(execution, STEP, ERROR_OUTPUT);
	const warned = itemsOf(execution, STEP).filter(({ json }) => json.warnings !== undefined);
	const requests = await sandbox.requests('bulkUpdate');
	const users = await sandbox.users();

	log();
	log(`  Contacts in the export   ${rows.length.toLocaleString('en')}`);
	log(`  Accepted by MoEngage     ${accepted.length.toLocaleString('en')}`);
	log(`  Accepted with a warning  ${warned.length}`);
	log(`  Rejected                 ${rejected.length}`);
	log(`  Users in MoEngage        ${users.length.toLocaleString('en')}`);
	const largest = Math.max(0, ...requests.map((request) => request.users));
	log(`  Requests                 ${requests.length} (up to ${largest} users per request)`);
	log(`  Time                     ${duration(took)}`);
	if (execution.status !== 'success') {
		log(`  Status in n8n            ${execution.status}. ${problemOf(execution)}`);
	}
	for (const item of [...warned, ...rejected].sort((a, b) => indexOf(a) - indexOf(b))) {
		const index = indexOf(item);
		const text = item.json.warnings?.join(' ') ?? item.json.error;
		// Numbered as in a spreadsheet: from 1, and the header is row 1.
		log(`    Row ${index + 2} (${rows[index]?.Email}): ${text}`);
	}

	const { categories } = await sandbox.control('/configure');
	const expected = expectedState(rows, {
		id: 'Record ID',
		categories: ['Newsletter', 'Product Updates', 'Promotional'],
		unsubscribed: 'Unsubscribed from all email',
		known: categories
			.filter(({ channel, status }: any) => channel === 'email' && status === 'active')
			.map(({ name }: any) => name),
	});
	const wrong = differences(expected.users, users);
	const compare = (what: string, items: any[], indexes: number[]) => {
		if (items.map(indexOf).join() === indexes.join()) return;
		wrong.push(
			`expected ${indexes.length} rows to be ${what}, got ${items.length} or different ones`,
		);
	};
	compare('rejected', rejected, expected.rejected);
	compare('accepted with a warning', warned, expected.warned);
	if (accepted.length !== expected.accepted) {
		wrong.push(`expected ${expected.accepted} rows to be accepted, got ${accepted.length}`);
	}
	if (execution.status !== 'success') wrong.push("the workflow didn't finish");
	log();
	if (wrong.length === 0) {
		log(`  Checked: all ${users.length.toLocaleString('en')} users match the file.`);
	} else {
		log(`  Differences from the file: ${wrong.length}`);
		for (const line of wrong.slice(0, 10)) log(`    ${line}`);
	}
	return { right: wrong.length === 0, requests: requests.length };
}
