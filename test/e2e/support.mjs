// What the end-to-end tests share: workflows built around one MoEngage node, and ways to run them.
import { command } from '../../demo/lib/n8n-process.mjs';
import { CREDENTIAL_TYPE, NODE_TYPE } from '../../demo/lib/package.mjs';
import { UserError, wait } from '../../demo/lib/log.mjs';

/**
 * @typedef {import('../../demo/lib/test-environment.mjs').TestEnvironment} TestEnvironment
 * @typedef {import('../../demo/lib/n8n-client.mjs').Json} Json
 * @typedef {import('../../demo/lib/n8n-client.mjs').Execution} Execution
 */

export const STEP = 'MoEngage Subscription';
export const ERROR_OUTPUT = 1;

/** The columns that the tests' rows have, as parameters of Bulk Update. */
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
 * Start → one item for each row → the MoEngage node → Good, or Bad.
 *
 * @param {{ id: string, name: string }} credential
 * @param {Json} parameters of the MoEngage node
 * @param {{ rows?: Json[], path?: string, onError?: string }} start
 *   `rows` stand in the workflow, which is started by hand; `path` takes them from a webhook
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
		node('Good', 'noOp', {}),
		node('Bad', 'noOp', {}),
	];
	/** @param {string[]} names one for each output */
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
			[STEP]: to('Good', 'Bad'),
		},
		settings: { executionOrder: 'v1' },
	};
}

/**
 * `n8n execute`, in a process of its own beside the server.
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
	let ran = {};
	if (code === 0 && start >= 0) ran = JSON.parse(output.slice(start, end + 1));
	return { code, output, execution: { id: 'by-command', status: '', ...ran } };
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
	if (status !== 200) throw new UserError(`The webhook answered ${status}`);
	for (let tries = 0; tries < 100; tries++) {
		const [newest] = await client.executions(id);
		if (newest !== undefined) return client.finished(newest.id);
		await wait(100);
	}
	throw new UserError('The webhook started nothing');
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
 * Logged lines and state of earlier tests are gone; the limits go on counting, as the node's do.
 *
 * @param {TestEnvironment} environment
 */
export async function freshSandbox({ sandbox }) {
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
 * Answers take their time: some requests are under way at any moment of a run.
 *
 * @param {TestEnvironment} environment
 * @param {number} delayMs
 */
export const answerSlowly = ({ sandbox }, delayMs) =>
	sandbox.control('/rules', { rules: [{ do: 'delay', endpoint: 'bulkUpdate', delayMs }] });

/**
 * @param {TestEnvironment} environment
 * @returns {Promise<number>} bulk updates that have come in
 */
export async function requestsSoFar({ sandbox }) {
	const { endpoints } = await sandbox.control('/counters');
	return endpoints.bulkUpdate?.requests ?? 0;
}

/**
 * @param {TestEnvironment} environment
 * @param {number} wanted
 */
export async function requestsReach(environment, wanted) {
	const deadline = Date.now() + 240_000;
	for (let found = 0; found < wanted; found = await requestsSoFar(environment)) {
		if (Date.now() > deadline) throw new UserError(`Only ${found} of ${wanted} requests came`);
		await wait(50);
	}
}

/**
 * @param {string} place
 * @param {string} text
 * @param {string[]} secrets
 * @returns {string[]} places that hold one
 */
export function leaks(place, text, secrets) {
	return secrets.filter((secret) => text.includes(secret)).map(() => place);
}

/**
 * A page of a workflow, as a browser asks for it.
 *
 * @param {string} url
 * @param {Record<string, string>} [form] sent by POST
 * @returns {Promise<{ status: number, main: string, html: string, headers: Headers }>}
 *   `main`: what the page says; `html`: all of it
 */
export async function visit(url, form) {
	for (let tries = 0; ; tries++) {
		const body = form && new URLSearchParams(form);
		const response = await fetch(url, form ? { method: 'POST', body } : {});
		const html = await response.text();
		// For some 300 ms after its activation a webhook is not there yet.
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
 * @returns {Promise<Record<string, boolean>>} category → whether its box is ticked
 */
export async function choicesOn(page) {
	const boxes = await page.locator('label.choice').all();
	const entries = boxes.map(async (box) => [
		await box.textContent(),
		await box.locator('input').isChecked(),
	]);
	return Object.fromEntries(await Promise.all(entries));
}
