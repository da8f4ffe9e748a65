import {
	NodeConnectionTypes,
	type EngineResponse,
	type IDataObject,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** The arguments of one tool call from a chat model. */
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

/** Calls the tool directly, as n8n's agents up to version 2 do. */
export function directAgent(calls: readonly Call[]): INodeType {
	return {
		description,
		async execute() {
			const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Tool[];
			const received: string[] = [];
			for (const call of calls) {
				// Such an agent passes none of a tool's errors on to its model.
				received.push(await tool.invoke(call).catch(() => ''));
			}
			return [[{ json: { received }, pairedItem: { item: 0 } }]];
		},
	};
}

/** Calls the tool through the engine, as n8n's agents from version 3 on do. */
export function engineAgent(calls: readonly Call[]): INodeType {
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
			const received = response.actionResponses.map(({ data }) =>
				JSON.stringify(data.data?.ai_tool?.[0]?.map(({ json }) => json)),
			);
			return [[{ json: { received }, pairedItem: { item: 0 } }]];
		},
	};
}
