// Helpers of the end-to-end tests: workflows with one MoEngage node, and ways to run them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { command } from '../harness/n8n-process.mts';
import { CREDENTIAL_TYPE, NODE_TYPE } from '../harness/package.mts';
import { UserError, wait } from '../harness/log.mts';
import type { Json, Execution } from '../harness/n8n-client.mts';
import type { Page } from 'playwright-core';
import type { TestEnvironment } from '../harness/test-environment.mts';

export const STEP = 'MoEngage Subscription';
export const ERROR_OUTPUT = 1;

/** Parameters of Bulk Update for the columns of the tests' rows. */
export const BULK = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: '={{ $json.id }}',
	categoryInput: 'inputFields',
	categoryFieldNames: 'Newsletter, Promotional',
	unsubscribeAll: '={{ $json.out }}',
	options: {},
};

export function node(name: string, type: string, parameters: Json, rest: Json = {}): Json {
	const full = type.includes('.') ? type : `n8n-nodes-base.${type}`;
	return { id: name, name, type: full, typeVersion: 1, position: [0, 0], parameters, ...rest };
}

/**
 * Start → one item per row → the MoEngage node → Accepted or Rejected.
 *
 * @param parameters of the MoEngage node
 * @param start with `rows`, a workflow that contains them and is started by hand; with `path`, one that gets
 *   them from a webhook
 */
export function listWorkflow(
	credential: { id: string; name: string },
	parameters: Json,
	{ rows, path, onError }: { rows?: Json[]; path?: string; onError?: string },
): Json {
	const trigger =
		path === undefined
			? node('Start', 'manualTrigger', {})
			: node('Start', 'webhook', { httpMethod: 'POST', path }, { typeVersion: 2, webhookId: path });
	const body = JSON.stringify({ body: { rows } });
	const nodes = [
		trigger,
		path === undefined
			? node('Input', 'set', { mode: 'raw', jsonOutput: body }, { typeVersion: 3.4 })
			: node('Input', 'noOp', {}),
		node('Rows', 'splitOut', { fieldToSplitOut: 'body.rows', options: {} }),
		node(STEP, NODE_TYPE, parameters, {
			onError: onError ?? 'continueErrorOutput',
			credentials: { [CREDENTIAL_TYPE]: credential },
		}),
		node('Accepted', 'noOp', {}),
		node('Rejected', 'noOp', {}),
	];
	/** @param names one per output */
	const to = (...names: string[]) => ({
		main: names.map((name) => [{ node: name, type: 'main', index: 0 }]),
	});
	return {
		name: `Test ${path ?? 'by command'}`,
		nodes,
		connections: {
			Start: to('Input'),
			Input: to('Rows'),
			Rows: to(STEP),
			[STEP]: to('Accepted', 'Rejected'),
		},
		settings: { executionOrder: 'v1' },
	};
}

/**
 * Runs `n8n execute` in its own process next to the server.
 *
 * @param workflow as created
 */
export async function executeByCommand(
	{ n8n, userFolder }: TestEnvironment,
	{ id }: Json,
): Promise<{ code: number; output: string; execution: Execution }> {
	const { code, output } = await command(n8n, userFolder, ['execute', `--id=${id}`, '--rawOutput']);
	const start = output.search(/^\{/m);
	const end = output.lastIndexOf('}');
	let result: Json = {};
	if (code === 0 && start >= 0) result = JSON.parse(output.slice(start, end + 1));
	return { code, output, execution: { id: 'by-command', status: '', data: {}, ...result } };
}

/**
 * @param workflow as created and activated
 * @returns ended
 */
export async function executeByWebhook(
	{ client }: TestEnvironment,
	{ id }: Json,
	path: string,
	rows: Json[],
): Promise<Execution> {
	const { status } = await client.webhook(path, { rows });
	if (status !== 200) throw new UserError(`The webhook responded with ${status}`);
	const find = async () => {
		const [newest] = await client.executions(id);
		return newest !== undefined && pWaitFor.resolveWith(newest.id);
	};
	const message = new UserError('The webhook started no execution');
	const timeout = { milliseconds: 10_000, message };
	return client.finished(await pWaitFor(find, { interval: 100, timeout }));
}

export async function createActive({ client }: TestEnvironment, workflow: Json): Promise<Json> {
	const created = await client.createWorkflow(workflow);
	await client.activate(created);
	return created;
}

/** Clears the sandbox's state, log, and rules. Its rate limits keep counting, as the node's do. */
export async function resetSandbox({ sandbox }: TestEnvironment) {
	await sandbox.control('/reset', { parts: ['state', 'log', 'rules'] });
}

/** Rows for `BULK`. */
export const rowsNamed = (name: string, count: number) =>
	Array.from({ length: count }, (_, i) => ({
		id: `${name}-${i}`,
		Newsletter: i % 2 === 0,
		Promotional: true,
		out: false,
	}));

/** Delays responses, so that requests are in flight at any moment of a run. */
export const delayResponses = ({ sandbox }: TestEnvironment, delayMs: number) =>
	sandbox.control('/rules', { rules: [{ do: 'delay', endpoint: 'bulkUpdate', delayMs }] });

/** @returns number of bulk updates received */
export async function requestCount({ sandbox }: TestEnvironment): Promise<number> {
	const { endpoints } = await sandbox.control('/counters');
	return endpoints.bulkUpdate?.requests ?? 0;
}

export async function waitForRequests(environment: TestEnvironment, wanted: number) {
	const timeout = { milliseconds: 240_000, message: `Fewer than ${wanted} requests arrived` };
	await pWaitFor(async () => (await requestCount(environment)) >= wanted, {
		interval: 50,
		timeout,
	});
}

/** @returns the place, once for each secret in the text */
export function findLeaks(place: string, text: string, secrets: string[]): string[] {
	return secrets.filter((secret) => text.includes(secret)).map(() => place);
}

/** @returns paths of all files below it */
export function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/**
 * Fetches a page of a workflow.
 *
 * @param form sent by POST
 * @returns `main`: the main element; `html`: the whole page
 */
export async function visit(
	url: string,
	form?: Record<string, string>,
): Promise<{ status: number; main: string; html: string; headers: Headers }> {
	for (let tries = 0; ; tries++) {
		const body = form && new URLSearchParams(form);
		const response = await fetch(url, form ? { method: 'POST', body } : {});
		const html = await response.text();
		// A webhook isn't registered until about 300 ms after its activation.
		if (response.status === 404 && tries < 20) await wait(150);
		else {
			const main = /<main>[^]*<\/main>/.exec(html)?.[0] ?? '';
			return { status: response.status, main, html, headers: response.headers };
		}
	}
}

/** @param name of a button or link */
export async function pressOn(page: Page, name: string) {
	const button = page.getByRole('button', { name, exact: true });
	await button.or(page.getByRole('link', { name, exact: true })).click();
	await page.waitForLoadState();
}

/**
 * @param page a preference page
 * @returns category → whether it is selected
 */
export async function choicesOn(page: Page): Promise<Record<string, boolean>> {
	const boxes = await page.locator('label.choice').all();
	const entries = boxes.map(async (box) => [
		await box.textContent(),
		await box.locator('input').isChecked(),
	]);
	return Object.fromEntries(await Promise.all(entries));
}
