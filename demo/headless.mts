// Sends a contact list through the built node on n8n's own engine, without n8n's server and editor.
import type { INodeParameters } from 'n8n-workflow';
import type { ContactFile } from '../test/harness/contact-file.mts';
import type { Columns } from '../test/harness/expected.mts';
import type { JobResult } from '../test/harness/job-report.mts';
import { wait } from '../test/harness/log.mts';
import type { LoggedRequest, SandboxProcess } from '../test/harness/sandbox-process.mts';
import { credentialData } from '../test/harness/test-environment.mts';
import type { Engine, RunResult } from '../test/support/engine.ts';

/** MoEngage's limit of bulk updates, and the users in each. */
export const LIMIT = { requests: 100, windowMs: 60_000, users: 50 };

const POLL_MS = 200;

/** @param userFolder for what n8n writes, instead of the home folder */
export async function loadEngine(userFolder: string): Promise<Engine> {
	process.env.N8N_USER_FOLDER = userFolder;
	// n8n reads the variable when it loads.
	const { Engine } = await import('../test/support/engine.ts');
	return await Engine.load();
}

/** The parameters of Bulk Update for the columns of a file. */
function parametersFor(columns: Columns, preview: boolean): INodeParameters {
	return {
		resource: 'preference',
		operation: 'bulkUpdate',
		customerId: fieldOf(columns.id),
		categoryInput: 'inputFields',
		categoryFieldNames: columns.categories.join(', '),
		unsubscribeAll: columns.unsubscribed === undefined ? false : fieldOf(columns.unsubscribed),
		options: preview ? { dryRun: true } : {},
	};
}

/** An expression for a field of the item. Braces in its name would end the expression. */
function fieldOf(name: string): string {
	const text = JSON.stringify(name).replaceAll('{', '\\u007b').replaceAll('}', '\\u007d');
	return `={{ $json[${text}] }}`;
}

async function run(
	engine: Engine,
	sandbox: SandboxProcess,
	{ rows }: ContactFile,
	columns: Columns,
	preview: boolean,
): Promise<RunResult & { tookMs: number }> {
	const started = Date.now();
	const result = await engine.run({
		parameters: parametersFor(columns, preview),
		items: rows.map((row) => ({ json: row })),
		credential: credentialData(sandbox),
		onError: 'continueErrorOutput',
	});
	return { ...result, tookMs: Date.now() - started };
}

/** Sends the contacts, or with `preview` only prepares the requests. */
export async function sendContacts(
	engine: Engine,
	sandbox: SandboxProcess,
	file: ContactFile,
	columns: Columns,
	preview: boolean,
): Promise<JobResult> {
	const { main, errors, error, status, tookMs } = await run(
		engine,
		sandbox,
		file,
		columns,
		preview,
	);
	const problem = [error?.message, error?.description].filter(Boolean).join(' ');
	return {
		accepted: main,
		rejected: errors,
		requests: await sandbox.requests('bulkUpdate'),
		users: await sandbox.users(),
		tookMs,
		problem: status === 'success' ? '' : problem || status,
	};
}

/** Returns the number of requests for the previewed items. */
export const plannedRequests = ({ accepted }: JobResult): number =>
	new Set(accepted.map(({ json }) => json.batch)).size;

/** Follows a run by what the sandbox receives. */
export class SendProgress {
	private readonly requests: LoggedRequest[] = [];
	private stopped = false;
	private readonly polling: Promise<void>;

	constructor(
		private readonly sandbox: SandboxProcess,
		private readonly planned: number,
	) {
		this.polling = this.follow();
	}

	private async follow() {
		for (let last = false; !last; await wait(last ? 0 : POLL_MS)) {
			last = this.stopped;
			const since = this.requests.at(-1)?.seq ?? 0;
			const path = `/log?endpoint=bulkUpdate&since=${since}`;
			// The sandbox is gone after Ctrl-C.
			const { requests } = await this.sandbox.control(path).catch(() => ({ requests: [] }));
			// Requests in flight have no status yet, so they are read again.
			const ended = requests.findIndex(({ status }: LoggedRequest) => status === null);
			this.requests.push(...requests.slice(0, ended < 0 ? undefined : ended));
		}
	}

	line(): string {
		const sent = this.requests.filter(({ status }) => status !== 429).length;
		const windowStart = Date.now() - LIMIT.windowMs;
		const used = this.requests.filter(({ receivedAt }) => receivedAt > windowStart).length;
		const left = Math.max(0, LIMIT.requests - used);
		const batches = `batch ${sent} of ${Math.max(this.planned, sent)}`;
		return `${batches}, rate limit: ${left} of ${LIMIT.requests} left`;
	}

	/** Reads the last requests. */
	async stop() {
		this.stopped = true;
		await this.polling;
	}
}
