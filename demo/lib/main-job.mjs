// The main job: a CRM export goes through n8n to MoEngage, and what arrived is checked against it.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences, expect, readRows } from './expected.mjs';
import { itemsOf, problemOf } from './n8n-client.mjs';
import { duration, say } from './say.mjs';

const CONTACTS = fileURLToPath(new URL('../contacts.csv', import.meta.url));
const GOOD = 'Accepted by MoEngage';
const STEP = 'Update Preferences';
const ERROR_OUTPUT = 1;

/**
 * @typedef {object} JobReport
 * @property {boolean} right
 * @property {number} requests
 */

/**
 * @param {import('./workbench.mjs').Workbench} bench
 * @param {import('./n8n-client.mjs').Json} workflow
 * @param {string} [trigger] name of the node to start from
 * @returns {Promise<JobReport>}
 */
export async function runMainJob({ client, sandbox, home }, workflow, trigger = 'Start') {
	copyFileSync(CONTACTS, join(home.files, 'contacts.csv'));
	const rows = readRows(readFileSync(CONTACTS, 'utf8'));
	const started = Date.now();
	const execution = await client.finished(await client.run(workflow, trigger));
	const took = Date.now() - started;
	const accepted = itemsOf(execution, GOOD);
	const refused = itemsOf(execution, STEP, ERROR_OUTPUT);
	const requests = await sandbox.requests('bulkUpdate');
	const users = await sandbox.users();

	say();
	say(`  Contacts in the export   ${rows.length.toLocaleString('en')}`);
	say(`  Accepted by MoEngage     ${accepted.length.toLocaleString('en')}`);
	say(`  Refused                  ${refused.length}`);
	say(`  Users at MoEngage        ${users.length.toLocaleString('en')}`);
	const largest = Math.max(0, ...requests.map((request) => request.users));
	say(`  Requests                 ${requests.length} (at most ${largest} users in one)`);
	say(`  Time                     ${duration(took)}`);
	if (execution.status !== 'success') {
		say(`  n8n says: ${execution.status}. ${problemOf(execution)}`);
	}
	for (const { json, pairedItem } of refused) {
		// Counted as a spreadsheet does: from 1, with the header.
		const row = Number(pairedItem?.item) + 2;
		const reason = [json.error?.message ?? json.error, json.error?.description];
		say(`    Row ${row} (${json.Email}): ${reason.filter(Boolean).join(' ')}`);
	}

	const { categories } = await sandbox.control('/configure');
	const wanted = expect(rows, {
		id: 'Record ID',
		categories: ['Newsletter', 'Product Updates', 'Promotional'],
		unsubscribed: 'Unsubscribed from all email',
		known: categories
			.filter(
				(/** @type {any} */ { channel, status }) => channel === 'email' && status === 'active',
			)
			.map((/** @type {any} */ { name }) => name),
	});
	const wrong = differences(wanted.users, users);
	const emails = (/** @type {any[]} */ list) => list.map((row) => row.Email).join('\n');
	if (emails(refused.map(({ json }) => json)) !== emails(wanted.refused.map((i) => rows[i]))) {
		wrong.push(`${wanted.refused.length} rows should have been refused, others were`);
	}
	if (accepted.length !== wanted.accepted) {
		wrong.push(`${wanted.accepted} rows should have been accepted, ${accepted.length} were`);
	}
	if (execution.status !== 'success') wrong.push('the workflow did not run to its end');
	say();
	if (wrong.length === 0) {
		say(`  Checked: each of ${users.length.toLocaleString('en')} users is as the file says.`);
	} else {
		say(`  NOT as the file says, ${wrong.length} differences:`);
		for (const line of wrong.slice(0, 10)) say(`    ${line}`);
	}
	return { right: wrong.length === 0, requests: requests.length };
}
