// The node in a sub-workflow, in a loop, as the tool of an AI agent, and with "Execute step", in a real
// n8n with the packed package.
import assert from 'node:assert/strict';
import pWaitFor from 'p-wait-for';
import { itemsOf, problemOf, type Json, type Execution } from '../harness/n8n-client.mts';
import { log } from '../harness/log.mts';
import {
	closeOnSignal,
	openTestEnvironment,
	type TestEnvironmentHandle,
	type TestEnvironment,
} from '../harness/test-environment.mts';
import { startChatModel, type ChatModel } from './chat-model.mts';
import { agentWorkflow, around, calling, moEngage, to } from './execution-modes-workflows.mts';
import { BULK, ERROR_OUTPUT, resetSandbox, listWorkflow, node, STEP } from './support.mts';

let handle: TestEnvironmentHandle;
let environment: TestEnvironment;
let model: ChatModel;

beforeAll(async () => {
	model = await startChatModel();
	handle = openTestEnvironment({ loud: false, built: true });
	closeOnSignal(handle);
	environment = await handle.ready;
	await loadAgents();
});
afterAll(async () => {
	await handle.close();
	await model.stop();
});
beforeEach(() => resetSandbox(environment));

const rowsOf = (count: number) =>
	Array.from({ length: count }, (_, i) => ({
		id: `user-${i}`,
		Newsletter: i % 2 === 0 ? 'yes' : 'no',
		Promotional: 1,
		out: 'no',
	}));

/** @returns ended */
async function execute(
	{ id }: Json,
	payload: Json = { triggerToStartFrom: { name: 'Start' } },
): Promise<Execution> {
	const { executionId } = await environment.client.call(
		'POST',
		`/rest/workflows/${id}/run`,
		payload,
	);
	return environment.client.finished(executionId);
}

/** Loading the first agent keeps n8n from responding for a while. */
async function loadAgents() {
	const workflow = await agentWorkflow(environment, model.url, 3.1);
	const succeeds = () =>
		execute(workflow).then(
			({ status }) => status === 'success',
			() => false,
		);
	const timeout = { milliseconds: 100_000, message: "n8n doesn't run the agent" };
	await pWaitFor(succeeds, { interval: 1000, timeout });
}

/** @returns one entry per run of the node */
const runsOf = (execution: Execution, name: string): Json[] =>
	execution.data.resultData.runData[name] ?? [];
const requests = async () => (await environment.sandbox.requests('bulkUpdate')).length;
const item = ({ pairedItem }: Json): number => pairedItem.item ?? pairedItem;

for (const [mode, expected] of [
	['once', 1],
	['each', 5],
] as const) {
	test(`a sub-workflow called ${mode === 'once' ? 'once' : 'for each item'} returns its items in order and paired`, async () => {
		const rows = rowsOf(6).map((row, i) => (i === 3 ? { ...row, id: '' } : row));
		const execution = await execute(await calling(environment, rows, mode));
		const out = itemsOf(execution, 'Call');
		assert.deepEqual(
			out.map(({ json }) => json.customer_id ?? json.error),
			rows.map(({ id }) => id || out[3]?.json.error),
		);
		assert.match(out[3]?.json.error, /^Rejected: .*Customer ID/);
		assert.deepEqual(out.map(item), [0, 1, 2, 3, 4, 5]);
		assert.equal(await requests(), expected);
	});
}

test('a sub-workflow that stops reports the rejected item and the counts to its caller', async () => {
	const rows = rowsOf(4).map((row, i) => (i === 2 ? { ...row, id: '' } : row));
	const execution = await execute(await calling(environment, rows, 'once', 'stopWorkflow'));
	assert.equal(execution.status, 'error');
	assert.match(problemOf(execution), /Customer ID.*\(of 4 items: 3 accepted, 1 rejected\)/);
	assert.equal((await environment.sandbox.users()).length, 3);
});

for (const [size, loops] of [
	[10, 3],
	[1, 25],
] as const) {
	test(`Loop Over Items with batches of ${size} returns all items in order after ${loops} runs`, async () => {
		const rows = rowsOf(25).map((row, i) => (i === 12 ? { ...row, Newsletter: 'maybe' } : row));
		const loop = node(
			'Loop',
			'splitInBatches',
			{ batchSize: size, options: {} },
			{ typeVersion: 3 },
		);
		const connections = { Loop: to('Accepted', STEP), [STEP]: to('Loop') };
		const workflow = around(environment, rows, [loop, moEngage(environment)], connections);
		const execution = await execute(await environment.client.createWorkflow(workflow));
		const out = itemsOf(execution, 'Accepted');
		assert.deepEqual(
			out.map(({ json }) => json.customer_id ?? json.error),
			rows.map(({ id }, i) => (i === 12 ? rejectedError(out[12]) : id)),
		);
		const runs = runsOf(execution, STEP);
		assert.equal(runs.length, loops);
		for (const { data } of runs) {
			const places: number[] = data.main[0].map(item);
			assert.deepEqual(
				places,
				places.map((_, i) => i),
			);
		}
		// A loop with only a rejected row sends no request.
		assert.equal(await requests(), size === 1 ? loops - 1 : loops);
		const hints = runs.map(({ hints }) => hints.map(({ message }: Json) => message).join(' '));
		const users = size === 1 ? '1 user' : '10 users';
		assert.ok(hints[0].startsWith(`MoEngage accepted ${users} in 1 request. `), hints[0]);
		const items = size === 1 ? '1 item\\b' : '10 items';
		assert.match(hints[1], new RegExp(`ran 2 times in this execution.*${items}`));
	});
}

/**
 * @param item with an unreadable value
 * @returns its error
 */
function rejectedError({ json }: Json): string {
	assert.match(json.error, /^Rejected: .*Newsletter/);
	return json.error;
}

test('"Execute step" reuses earlier results and sends only what the step needs', async () => {
	const rows = rowsOf(3).map((row, i) => (i === 1 ? { ...row, id: '' } : row));
	const list = listWorkflow(environment.credential, BULK, { rows });
	const workflow = await environment.client.createWorkflow({ ...list, pinData: {} });
	const step = (nodeName: string, rest?: Json) => {
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
	assert.equal(runsOf(second, 'Accepted').length, 0);
	assert.equal(await requests(), 1);

	const { runData: all } = second.data.resultData;
	const third = await step('Accepted', { runData: all, dirtyNodeNames: [] });
	assert.deepEqual(
		itemsOf(third, 'Accepted').map(({ json }) => json.customer_id),
		['user-0', 'user-2'],
	);
	assert.equal(await requests(), 1, 'an unchanged node sends nothing again');

	const fourth = await step('Accepted', { runData: all, dirtyNodeNames: [STEP] });
	assert.equal(itemsOf(fourth, 'Accepted').length, 2);
	assert.equal(await requests(), 2, 'a changed node runs again');
});

test('a node with pinned output sends nothing', async () => {
	const workflow = listWorkflow(environment.credential, BULK, { rows: rowsOf(3) });
	const pinData = { [STEP]: [{ json: { customer_id: 'pinned' } }] };
	const execution = await execute(
		await environment.client.createWorkflow({ ...workflow, pinData }),
	);
	assert.deepEqual(
		itemsOf(execution, 'Accepted').map(({ json }) => json.customer_id),
		['pinned'],
	);
	assert.equal(await requests(), 0);
});

for (const version of [2.2, 3.1]) {
	test(`AI Agent ${version} sends the arguments of the model's tool calls`, async () => {
		model.requests.length = 0;
		model.calls([
			{ customer: 'ada', newsletter: false },
			{ customer: 'bob', newsletter: true },
		]);
		const execution = await execute(await agentWorkflow(environment, model.url, version));
		assert.equal(execution.status, 'success', problemOf(execution));
		const [{ function: offered }] = model.requests[0].tools;
		assert.match(offered.description, /MoEngage/);
		assert.deepEqual(Object.keys(offered.parameters.properties).sort(), ['customer', 'newsletter']);
		const users = await environment.sandbox.users();
		assert.deepEqual(
			Object.fromEntries(users.map((user) => [user.customer_id, user.categories.Newsletter])),
			{ ada: false, bob: true },
		);
		const results = model.toolResults().map((text) => JSON.parse(text)[0]);
		assert.deepEqual(
			results.map(({ customer_id, status }) => [customer_id, status]),
			[
				['ada', 'accepted'],
				['bob', 'accepted'],
			],
		);
		assert.equal(itemsOf(execution, 'Agent')[0]?.json.output, 'Done.');
	});

	test(`AI Agent ${version} returns the reason of a rejection to the model`, async () => {
		const message = 'Category Newsletter is not active';
		const reject = { do: 'reject', endpoint: 'bulkUpdate', user: 'ada', message };
		await environment.sandbox.control('/rules', { rules: [reject] });
		model.calls([{ customer: 'ada', newsletter: true }]);
		const execution = await execute(await agentWorkflow(environment, model.url, version));
		assert.equal(execution.status, 'success', problemOf(execution));
		log(`the model received ${model.toolResults()[0]}`);
		assert.match(String(model.toolResults()[0]), /Rejected: .*is not active/);
	});
}

test('the tool can be run by hand in the editor', async () => {
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
