// The main job: sends a CRM export through n8n to MoEngage, then compares the result with the file.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContactFile, type ContactFile } from './contact-file.mts';
import type { Columns } from './expected.mts';
import { checkResult, printCheck, printResult, usersMatch } from './job-report.mts';
import { itemsOf, problemOf, type Json } from './n8n-client.mts';
import type { TestEnvironment } from './test-environment.mts';

const CONTACTS = fileURLToPath(new URL('../../demo/contacts.csv', import.meta.url));
const ACCEPTED = 'Accepted by MoEngage';
const STEP = 'Update Preferences';
const ERROR_OUTPUT = 1;

/** The columns that the example workflow sends. */
export const EXPORT_COLUMNS: Columns = {
	id: 'Record ID',
	categories: ['Newsletter', 'Product Updates', 'Promotional'],
	unsubscribed: 'Unsubscribed from all email',
};

export const readExport = (): ContactFile => readContactFile(readFileSync(CONTACTS), CONTACTS);

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
	const file = readExport();
	const started = Date.now();
	const execution = await client.finished(await client.run(workflow, trigger));
	const tookMs = Date.now() - started;
	const result = {
		accepted: itemsOf(execution, STEP),
		rejected: itemsOf(execution, STEP, ERROR_OUTPUT),
		requests: await sandbox.requests('bulkUpdate'),
		users: await sandbox.users(),
		tookMs,
		problem: execution.status === 'success' ? '' : problemOf(execution) || execution.status,
	};
	printResult(file, result);
	const wrong = await checkResult(file, EXPORT_COLUMNS, sandbox, result);
	const passedOn = itemsOf(execution, ACCEPTED).length;
	if (passedOn !== result.accepted.length) wrong.push(`${passedOn} items reached “${ACCEPTED}”`);
	printCheck(usersMatch(result), wrong);
	return { right: wrong.length === 0, requests: result.requests.length };
}
