import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';

const description = {
	group: ['transform' as const],
	version: 1,
	description: 'For tests',
	defaults: {},
	outputs: [NodeConnectionTypes.Main],
	properties: [],
};

/** Returns a node that outputs the given items. */
export function sourceNode(items: INodeExecutionData[] | IDataObject[]): INodeType {
	const out = items.map((item, index) => {
		const whole = item as INodeExecutionData;
		const isWhole = typeof whole.json === 'object' && whole.json !== null;
		return {
			...(isWhole ? whole : { json: item }),
			pairedItem: { item: index },
		};
	});
	return {
		description: { ...description, displayName: 'Source', name: 'source', inputs: [] },
		execute: async () => [out],
	};
}

/** Receives items, so that an output is connected. */
export const sinkNode: INodeType = {
	description: {
		...description,
		displayName: 'Sink',
		name: 'sink',
		inputs: [NodeConnectionTypes.Main],
	},
	async execute() {
		return [this.getInputData()];
	},
};
