import {
	NodeConnectionTypes,
	type EngineResponse,
	type IDataObject,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** The arguments of one call, as a chat model gives them. */
export type Call = IDataObject;

interface Tool {
	invoke(call: Call): Promise<string>;
}

const description: INodeTypeDescription = {
	displayName: 'Agent',
	name: 'agent',
	group: ['transform'],
	version: 1,
	description: 'For tests',
	defaults: {},
	inputs: [
		NodeConnectionTypes.Main,
		{ type: NodeConnectionTypes.AiTool, displayName: 'Tool', required: true },
	],
	outputs: [NodeConnectionTypes.Main],
	properties: [],
};

/** Makes its calls as n8n's agents do up to version 2: it asks the tool itself. */
export function askingAgent(calls: readonly Call[]): INodeType {
	return {
		description,
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
			const heard: string[] = [];
			for (const call of calls) {
				// Whatever a tool throws, the model of such an agent is told nothing at all.
				heard.push(await tool.invoke(call).catch(() => ''));
			}
			return [[{ json: { heard }, pairedItem: { item: 0 } }]];
		},
	};
}

/** Makes its calls as n8n's agents do from version 3 on: the engine runs the tool in between. */
export function actingAgent(calls: readonly Call[]): INodeType {
	return {
		description,
		async execute(response?: EngineResponse) {
			if (response === undefined || response.actionResponses.length === 0) {
				const actions = calls.map((input, i) => ({
					actionType: 'ExecutionNodeAction' as const,
					nodeName: 'MoEngage Subscription',
					input,
					type: NodeConnectionTypes.AiTool,
					id: `call-${i}`,
					metadata: { itemIndex: 0 },
				}));
				return { actions, metadata: {} };
			}
			const heard = response.actionResponses.map(({ data }) =>
				JSON.stringify(data.data?.ai_tool?.[0]?.map(({ json }) => json)),
			);
			return [[{ json: { heard }, pairedItem: { item: 0 } }]];
		},
	};
}
