// Helpers of the end-to-end tests: workflows with one MoEngage node, and ways to run them.
import { command } from '../harness/n8n-process.mts';
import { CREDENTIAL_TYPE, NODE_TYPE } from '../harness/package.mts';
import { UserError, wait } from '../harness/log.mts';

/**
 * @typedef {import('../harness/test-environment.mts').TestEnvironment} TestEnvironment
 * @typedef {import('../harness/n8n-client.mts').Json} Json
 * @typedef {import('../harness/n8n-client.mts').Execution} Execution
 */

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

/**
 * @param {string} name
 * @param {string} type
 * @param {Json} parameters
 * @param {Json} [rest]
 * @returns {Json}
 */
export function node(name, type, parameters, rest = {}) {
	const full = type.includes('.') ? type : `n8n-nodes-base.${type}`;
	return { id: name, name, type: full, typeVersion: 1, position: [0, 0], parameters, ...rest };
}

/**
 * Start → one item per row → the MoEngage node → Accepted or Rejected.
 *
 * @param {{ id: string, name: string }} credential
 * @param {Json} parameters of the MoEngage node
 * @param {{ rows?: Json[], path?: string, onError?: string }} start
 *   with `rows`, a workflow that contains them and is started by hand; with `path`, one that gets
 *   them from a webhook
 * @returns {Json}
 */
export function listWorkflow(credential, parameters, { rows, path, onError }) {
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
	/** @param {string[]} names one per output */
	const to = (...names) => ({
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
 * @param {TestEnvironment} environment
 * @param {Json} workflow as created
 * @returns {Promise<{ code: number, output: string, execution: Execution }>}
 */
export async function executeByCommand({ n8n, userFolder }, { id }) {
	const { code, output } = await command(n8n, userFolder, ['execute', `--id=${id}`, '--rawOutput']);
	const start = output.search(/^\{/m);
	const end = output.lastIndexOf('}');
	/** @type {any} */
	let result = {};
	if (code === 0 && start >= 0) result = JSON.parse(output.slice(start, end + 1));
	return { code, output, execution: { id: 'by-command', status: '', ...result } };
}

/**
 * @param {TestEnvironment} environment
 * @param {Json} workflow as created and activated
 * @param {string} path
 * @param {Json[]} rows
 * @returns {Promise<Execution>} ended
 */
export async function executeByWebhook({ client }, { id }, path, rows) {
	const { status } = await client.webhook(path, { rows });
	if (status !== 200) throw new UserError(`The webhook responded with ${status}`);
	for (let tries = 0; tries < 100; tries++) {
		const [newest] = await client.executions(id);
		if (newest !== undefined) return client.finished(newest.id);
		await wait(100);
	}
	throw new UserError('The webhook started no execution');
}

/**
 * @param {TestEnvironment} environment
 * @param {Json} workflow
 * @returns {Promise<Json>}
 */
export async function createActive({ client }, workflow) {
	const created = await client.createWorkflow(workflow);
	await client.activate(created);
	return created;
}

/**
 * Clears the sandbox's state, log, and rules. Its rate limits keep counting, as the node's do.
 *
 * @param {TestEnvironment} environment
 */
export async function resetSandbox({ sandbox }) {
	await sandbox.control('/reset', { parts: ['state', 'log', 'rules'] });
}

/**
 * Rows for `BULK`.
 *
 * @param {string} name
 * @param {number} count
 */
export const rowsNamed = (name, count) =>
	Array.from({ length: count }, (_, i) => ({
		id: `${name}-${i}`,
		Newsletter: i % 2 === 0,
		Promotional: true,
		out: false,
	}));

/**
 * Delays responses, so that requests are in flight at any moment of a run.
 *
 * @param {TestEnvironment} environment
 * @param {number} delayMs
 */
export const delayResponses = ({ sandbox }, delayMs) =>
	sandbox.control('/rules', { rules: [{ do: 'delay', endpoint: 'bulkUpdate', delayMs }] });

/**
 * @param {TestEnvironment} environment
 * @returns {Promise<number>} number of bulk updates received
 */
export async function requestCount({ sandbox }) {
	const { endpoints } = await sandbox.control('/counters');
	return endpoints.bulkUpdate?.requests ?? 0;
}

/**
 * @param {TestEnvironment} environment
 * @param {number} wanted
 */
export async function waitForRequests(environment, wanted) {
	const deadline = Date.now() + 240_000;
	for (let found = 0; found < wanted; found = await requestCount(environment)) {
		if (Date.now() > deadline) throw new UserError(`Only ${found} of ${wanted} requests arrived`);
		await wait(50);
	}
}

/**
 * @param {string} place
 * @param {string} text
 * @param {string[]} secrets
 * @returns {string[]} the place, once for each secret in the text
 */
export function findLeaks(place, text, secrets) {
	return secrets.filter((secret) => text.includes(secret)).map(() => place);
}

/**
 * Fetches a page of a workflow.
 *
 * @param {string} url
 * @param {Record<string, string>} [form] sent by POST
 * @returns {Promise<{ status: number, main: string, html: string, headers: Headers }>}
 *   `main`: the main element; `html`: the whole page
 */
export async function visit(url, form) {
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

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name of a button or link
 */
export async function pressOn(page, name) {
	const button = page.getByRole('button', { name, exact: true });
	await button.or(page.getByRole('link', { name, exact: true })).click();
	await page.waitForLoadState();
}

/**
 * @param {import('playwright-core').Page} page a preference page
 * @returns {Promise<Record<string, boolean>>} category → whether it is selected
 */
export async function choicesOn(page) {
	const boxes = await page.locator('label.choice').all();
	const entries = boxes.map(async (box) => [
		await box.textContent(),
		await box.locator('input').isChecked(),
	]);
	return Object.fromEntries(await Promise.all(entries));
}
