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

/** Puts out given items. */
export function sourceNode(items: INodeExecutionData[] | IDataObject[]): INodeType {
	const out = items.map((item, index) => {
		const whole = item as INodeExecutionData;
		const isWhole = typeof whole.json === 'object' && whole.json !== null;
		return {
			...(isWhole ? whole : { json: item as IDataObject }),
			pairedItem: { item: index },
		};
	});
	return {
		description: { ...description, displayName: 'Source', name: 'source', inputs: [] },
		execute: async () => [out],
	};
}

/** Takes items, so that an output leads somewhere. */
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
