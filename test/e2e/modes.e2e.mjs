// The node inside a sub-workflow, in a loop, as an agent's tool and by "Execute step", in the real
// n8n with the packed package.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { itemsOf, problemOf } from '../../demo/lib/n8n-client.mjs';
import { wait } from '../../demo/lib/log.mjs';
import { closeOnSignal, openTestEnvironment } from '../../demo/lib/test-environment.mjs';
import { startModel } from './chat-model.mjs';
import { agentWorkflow, around, calling, moEngage, to } from './modes-workflows.mjs';
import { BULK, ERROR_OUTPUT, freshSandbox, listWorkflow, node, STEP } from './support.mjs';

/** @typedef {import('../../demo/lib/n8n-client.mjs').Json} Json */
/** @typedef {import('../../demo/lib/n8n-client.mjs').Execution} Execution */

/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironmentHandle} */
let handle;
/** @type {import('../../demo/lib/test-environment.mjs').TestEnvironment} */
let environment;
/** @type {import('./chat-model.mjs').Model} */
let model;

before(async () => {
	model = await startModel();
	handle = openTestEnvironment({ loud: false, built: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	await loadAgents();
});
after(async () => {
	await handle.close();
	await model.stop();
});
beforeEach(() => freshSandbox(environment));

const rowsOf = (/** @type {number} */ count) =>
	Array.from({ length: count }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0 ? 'yes' : 'no',
		Promotional: 1,
		out: 'no',
	}));

/** @param {Json} workflow @returns {Promise<Execution>} ended */
async function execute(
	{ id },
	/** @type {Json} */ payload = { triggerToStartFrom: { name: 'Start' } },
) {
	const { executionId } = await environment.client.call(
		'POST',
		`/rest/workflows/${id}/run`,
		payload,
	);
	return environment.client.finished(executionId);
}

/** The first agent of an n8n has so much to load that n8n answers nothing else for a while. */
async function loadAgents() {
	const workflow = await agentWorkflow(environment, model.url, 3.1);
	let ended = false;
	for (let tries = 0; !ended; tries++) {
		ended = await execute(workflow).then(
			({ status }) => status === 'success',
			() => false,
		);
		assert.ok(ended || tries < 100, 'n8n runs no agent');
		if (!ended) await wait(1000);
	}
}

/** @param {Execution} execution @param {string} name @returns {any[]} each time that it ran */
const runsOf = (execution, name) => execution.data.resultData.runData[name] ?? [];
const requests = async () => (await environment.sandbox.requests('bulkUpdate')).length;
const item = (/** @type {any} */ { pairedItem }) => pairedItem.item ?? pairedItem;

for (const [mode, expected] of /** @type {const} */ ([
	['once', 1],
	['each', 5],
])) {
	test(`in a sub-workflow, called ${mode}: items come back in order and paired`, async () => {
		const rows = rowsOf(6).map((row, i) => (i === 3 ? { ...row, id: '' } : row));
		const execution = await execute(await calling(environment, rows, mode));
		const out = itemsOf(execution, 'Call');
		assert.deepEqual(
			out.map(({ json }) => json.customer_id ?? json.error),
			rows.map(({ id }) => id || "Rejected: 'Customer ID' is empty"),
		);
		assert.deepEqual(out.map(item), [0, 1, 2, 3, 4, 5]);
		assert.equal(await requests(), expected);
	});
}

test('a sub-workflow that stops says in the caller what was refused, and how many were not', async () => {
	const rows = rowsOf(4).map((row, i) => (i === 2 ? { ...row, id: '' } : row));
	const execution = await execute(await calling(environment, rows, 'once', 'stopWorkflow'));
	assert.equal(execution.status, 'error');
	assert.match(
		problemOf(execution),
		/'Customer ID' is empty \(of 4 items: 3 accepted, 1 rejected\)/,
	);
	assert.equal((await environment.sandbox.users()).length, 3);
});

for (const [size, loops] of /** @type {const} */ ([
	[10, 3],
	[1, 25],
])) {
	test(`Loop Over Items by ${size}: all come out in order, in ${loops} requests`, async () => {
		const rows = rowsOf(25).map((row, i) => (i === 12 ? { ...row, Newsletter: 'maybe' } : row));
		const loop = node(
			'Loop',
			'splitInBatches',
			{ batchSize: size, options: {} },
			{ typeVersion: 3 },
		);
		const connections = { Loop: to('Good', STEP), [STEP]: to('Loop') };
		const workflow = around(environment, rows, [loop, moEngage(environment)], connections);
		const execution = await execute(await environment.client.createWorkflow(workflow));
		const out = itemsOf(execution, 'Good');
		assert.deepEqual(
			out.map(({ json }) => json.customer_id ?? json.error),
			rows.map(({ id }, i) => (i === 12 ? expectMaybe(out[12]) : id)),
		);
		const runs = runsOf(execution, STEP);
		assert.equal(runs.length, loops);
		for (const { data } of runs) {
			const places = data.main[0].map(item);
			assert.deepEqual(
				places,
				places.map((/** @type {any} */ _, /** @type {number} */ i) => i),
			);
		}
		// A bad row alone in its round costs no request.
		assert.equal(await requests(), size === 1 ? loops - 1 : loops);
		const hints = runs.flatMap(({ hints }) =>
			hints.map((/** @type {any} */ { message }) => message),
		);
		assert.equal(hints[0], size === 1 ? '1 user in 1 request' : '10 users in 1 request');
		const unbatched = size === 1 ? 'with 1 item: each' : 'with 10 items: each';
		assert.match(hints[1], new RegExp(`ran 2 times in this execution, now ${unbatched} time`));
	});
}

/** @param {any} refused */
function expectMaybe({ json }) {
	assert.match(json.error, /Newsletter.* must be a yes\/no value/);
	return json.error;
}

test('"Execute step": the run so far is taken over, only what is asked for is sent', async () => {
	const rows = rowsOf(3).map((row, i) => (i === 1 ? { ...row, id: '' } : row));
	const list = listWorkflow(environment.credential, BULK, { rows });
	const workflow = await environment.client.createWorkflow({ ...list, pinData: {} });
	/** @param {string} nodeName @param {Json} [rest] */
	const step = (nodeName, rest) => {
		const destinationNode = { nodeName, mode: 'inclusive' };
		return execute(workflow, { destinationNode, ...rest });
	};
	const first = await step('Rows', { triggerToStartFrom: { name: 'Start' } });
	assert.deepEqual([runsOf(first, STEP).length, await requests()], [0, 0]);

	const { runData } = first.data.resultData;
	const second = await step(STEP, { runData, dirtyNodeNames: [] });
	assert.deepEqual(runsOf(second, 'Rows')[0].startTime, runData.Rows[0].startTime);
	assert.deepEqual(itemsOf(second, STEP).map(item), [0, 2]);
	assert.deepEqual(itemsOf(second, STEP, ERROR_OUTPUT).map(item), [1]);
	assert.equal(runsOf(second, 'Good').length, 0);
	assert.equal(await requests(), 1);

	const { runData: all } = second.data.resultData;
	const third = await step('Good', { runData: all, dirtyNodeNames: [] });
	assert.deepEqual(
		itemsOf(third, 'Good').map(({ json }) => json.customer_id),
		['user-0', 'user-2'],
	);
	assert.equal(await requests(), 1, 'what was sent is not sent again');

	const fourth = await step('Good', { runData: all, dirtyNodeNames: [STEP] });
	assert.equal(itemsOf(fourth, 'Good').length, 2);
	assert.equal(await requests(), 2, 'a changed node runs again');
});

test('pinned output: nothing is sent', async () => {
	const workflow = listWorkflow(environment.credential, BULK, { rows: rowsOf(3) });
	const pinData = { [STEP]: [{ json: { customer_id: 'pinned' } }] };
	const execution = await execute(
		await environment.client.createWorkflow({ ...workflow, pinData }),
	);
	assert.deepEqual(
		itemsOf(execution, 'Good').map(({ json }) => json.customer_id),
		['pinned'],
	);
	assert.equal(await requests(), 0);
});

for (const version of [2.2, 3.1]) {
	test(`as a tool of an AI agent (version ${version}): what the model says is what is sent`, async () => {
		model.asked.length = 0;
		model.calls([
			{ customer: 'ada', newsletter: false },
			{ customer: 'bob', newsletter: true },
		]);
		const execution = await execute(await agentWorkflow(environment, model.url, version));
		assert.equal(execution.status, 'success', problemOf(execution));
		const [{ function: offered }] = model.asked[0].tools;
		assert.match(offered.description, /MoEngage/);
		assert.deepEqual(Object.keys(offered.parameters.properties).sort(), ['customer', 'newsletter']);
		const users = await environment.sandbox.users();
		assert.deepEqual(
			Object.fromEntries(users.map((user) => [user.customer_id, user.categories.Newsletter])),
			{ ada: false, bob: true },
		);
		const heard = model.heard().map((text) => JSON.parse(text)[0]);
		assert.deepEqual(
			heard.map(({ customer_id, status }) => [customer_id, status]),
			[
				['ada', 'accepted'],
				['bob', 'accepted'],
			],
		);
		assert.equal(itemsOf(execution, 'Agent')[0]?.json.output, 'Done.');
	});

	test(`as a tool (version ${version}): the model hears why a call was refused`, async (t) => {
		const message = 'Category Newsletter is not active';
		const refuse = { do: 'reject', endpoint: 'bulkUpdate', user: 'ada', message };
		await environment.sandbox.control('/rules', { rules: [refuse] });
		model.calls([{ customer: 'ada', newsletter: true }]);
		const execution = await execute(await agentWorkflow(environment, model.url, version));
		assert.equal(execution.status, 'success', problemOf(execution));
		t.diagnostic(`the model heard ${model.heard()[0]}`);
		assert.match(
			String(model.heard()[0]),
			/Rejected: MoEngage rejected this change: .*is not active/,
		);
	});
}

test('as a tool, tried out by hand in the editor', async () => {
	const workflow = await agentWorkflow(environment, model.url, 3.1);
	const execution = await execute(workflow, {
		triggerToStartFrom: { name: 'Start' },
		destinationNode: { nodeName: STEP, mode: 'inclusive' },
		agentRequest: {
			query: { [STEP.replaceAll(' ', '_')]: { customer: 'eve', newsletter: false } },
			tool: { name: STEP.replaceAll(' ', '_') },
		},
	});
	assert.equal(execution.status, 'success', problemOf(execution));
	const [eve] = await environment.sandbox.users();
	assert.deepEqual([eve?.customer_id, eve?.categories.Newsletter], ['eve', false]);
});
