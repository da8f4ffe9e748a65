// What `npm start` prints at its end.
import type { ContactFile } from '../test/harness/contact-file.mts';
import type { Columns } from '../test/harness/expected.mts';
import {
	checkResult,
	printCheck,
	printCounts,
	printResult,
	printRows,
	usersMatch,
	type JobResult,
} from '../test/harness/job-report.mts';
import { log } from '../test/harness/log.mts';
import type { SandboxProcess } from '../test/harness/sandbox-process.mts';
import { LIMIT, plannedRequests } from './headless.mts';

export interface Job {
	file: ContactFile;
	columns: Columns;
	preview: boolean;
	/** Whether it's a file of the user. */
	own: boolean;
}

/** @returns whether the result matches the file */
export async function reportResult(
	{ file, columns }: Job,
	sandbox: SandboxProcess,
	result: JobResult,
): Promise<boolean> {
	printResult(file, result);
	log(`\n  In MoEngage, this list takes ${timeInMoEngage(result.requests.length)}.`);
	const wrong = await checkResult(file, columns, sandbox, result);
	printCheck(usersMatch(result), wrong);
	return wrong.length === 0;
}

/** @returns whether the preview matches the file */
export async function reportPreview(
	{ file, columns }: Job,
	sandbox: SandboxProcess,
	planned: JobResult,
): Promise<boolean> {
	const requests = plannedRequests(planned);
	log();
	printCounts([
		['Contacts in the export', file.rows.length.toLocaleString('en')],
		['Would be sent', planned.accepted.length.toLocaleString('en')],
		['Would be rejected', planned.rejected.length.toLocaleString('en')],
		['Requests', `${requests.toLocaleString('en')} (up to ${LIMIT.users} users per request)`],
		['Time in MoEngage', timeInMoEngage(requests)],
	]);
	printRows(file, planned);
	const wrong = await checkResult(file, columns, sandbox, planned, true);
	printCheck('nothing was sent, and the rejected rows match the file', wrong);
	return wrong.length === 0;
}

/** Each request above the limit waits for the next minute. */
export function timeInMoEngage(requests: number): string {
	const minutes = Math.max(0, Math.ceil(requests / LIMIT.requests) - 1);
	const time = minutes === 0 ? 'less than a minute' : `about ${minutes.toLocaleString('en')} min`;
	return `${time}, with ${LIMIT.requests} requests per minute`;
}

export function suggestNextSteps({ own, preview }: Job) {
	const steps: Array<[string, string]> = [];
	if (!own) steps.push(['npm start -- --file <file>', 'does the same with your own CSV file']);
	else if (preview) steps.push(['the same without --preview', 'sends your list to the sandbox']);
	steps.push(['npm run dev', "opens n8n's editor with this node and the example workflows"]);
	log('\n  Next:');
	printCounts(steps);
}
