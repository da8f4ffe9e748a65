// Workflows with the MoEngage node in a sub-workflow, in a loop, or as the tool of an AI agent.
import { CREDENTIAL_TYPE, NODE_TYPE } from '../harness/package.mts';
import { BULK, listWorkflow, node, STEP } from './support.mts';
import type { Json } from '../harness/n8n-client.mts';
import type { TestEnvironment } from '../harness/test-environment.mts';

/** @param names node that each output is connected to */
export const to = (...names: string[]) => ({
	main: names.map((name) => [{ node: name, type: 'main', index: 0 }]),
});

/** The MoEngage node of the list workflow. */
export const moEngage = (
	{ credential }: TestEnvironment,
	onError: string = 'continueRegularOutput',
) => node(STEP, NODE_TYPE, BULK, { credentials: { [CREDENTIAL_TYPE]: credential }, onError });

/**
 * Start → Input → Rows → … → Accepted, with the given nodes in the middle.
 *
 * @param nodes the first one receives the rows
 */
export function around(
	{ credential }: TestEnvironment,
	rows: Json[],
	nodes: Json[],
	connections: Json,
): Json {
	const list = listWorkflow(credential, BULK, { rows });
	const [first] = nodes;
	return {
		...list,
		nodes: [
			...list.nodes.filter(({ name }: Json) => name !== STEP && name !== 'Rejected'),
			...nodes,
		],
		connections: {
			Start: list.connections.Start,
			Input: list.connections.Input,
			Rows: to(first?.name),
			...connections,
		},
	};
}

/**
 * Creates a workflow that calls a sub-workflow with the MoEngage node.
 *
 * @param mode `once` for all items, `each` for one item at a time
 * @param onError setting of the MoEngage node
 * @returns as created
 */
export async function calling(
	environment: TestEnvironment,
	rows: Json[],
	mode: string,
	onError?: string,
): Promise<Json> {
	const { id } = await environment.client.createWorkflow({
		name: 'Sub-workflow',
		nodes: [
			node(
				'Called',
				'executeWorkflowTrigger',
				{ inputSource: 'passthrough' },
				{ typeVersion: 1.1 },
			),
			moEngage(environment, onError),
		],
		connections: { Called: to(STEP) },
		settings: { executionOrder: 'v1' },
	});
	const workflowId = { __rl: true, mode: 'id', value: id };
	const parameters = { source: 'database', workflowId, mode, options: {} };
	const call = node('Call', 'executeWorkflow', parameters, { typeVersion: 1.2 });
	return environment.client.createWorkflow(
		around(environment, rows, [call], { Call: to('Accepted') }),
	);
}

const fromAi = (key: string, description: string, type: string) =>
	`={{ $fromAI('${key}', '${description}', '${type}') }}`;

const TOOL = {
	resource: 'preference',
	operation: 'bulkUpdate',
	customerId: fromAi('customer', 'ID of the customer', 'string'),
	categoryInput: 'fields',
	categories: {
		category: [{ name: 'Newsletter', subscribed: fromAi('newsletter', 'Wants it', 'boolean') }],
	},
	unsubscribeAll: false,
	options: {},
};

/**
 * Start → Agent, with the MoEngage node as its tool and the chat model at `modelUrl`.
 *
 * @param version of n8n's AI Agent
 * @returns as created
 */
export async function agentWorkflow(
	{ client, credential }: TestEnvironment,
	modelUrl: string,
	version: number,
): Promise<Json> {
	const key = { apiKey: 'none', url: modelUrl };
	const openAiApi = await client.createCredential('openAiApi', 'Model', key);
	const langchain = '@n8n/n8n-nodes-langchain';
	const agent = { promptType: 'define', text: 'Do it', options: { enableStreaming: false } };
	const model = {
		model: { __rl: true, mode: 'id', value: 'stand-in' },
		responsesApiEnabled: false,
		options: { baseURL: modelUrl },
	};
	const ai = (type: string) => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	return client.createWorkflow({
		name: `Agent ${version}`,
		nodes: [
			node('Start', 'manualTrigger', {}),
			node('Agent', `${langchain}.agent`, agent, { typeVersion: version }),
			node('Model', `${langchain}.lmChatOpenAi`, model, {
				typeVersion: 1.3,
				credentials: { openAiApi },
			}),
			node(STEP, `${NODE_TYPE}Tool`, TOOL, { credentials: { [CREDENTIAL_TYPE]: credential } }),
		],
		connections: { Start: to('Agent'), Model: ai('ai_languageModel'), [STEP]: ai('ai_tool') },
		pinData: {},
		settings: { executionOrder: 'v1' },
	});
}
