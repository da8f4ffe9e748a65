import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { CREDENTIAL } from './api/transport';
import { execute } from './execution/execute';
import { searchCategories } from './methods/listSearch';
import { getCategoryColumns } from './methods/resourceMapping';
import { hints } from './hints';
import { operationFields } from './description';

export class MoEngageSubscription implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'MoEngage Subscription',
		name: 'moEngageSubscription',
		icon: {
			light: 'file:../../icons/subscription.svg',
			dark: 'file:../../icons/subscription.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/([A-Z])/g, " $1").toLowerCase() + ($parameter["options"]?.["dryRun"] ? " · preview only" : "") }}',
		description: "Keep your users' email subscription preferences in MoEngage up to date",
		defaults: { name: 'MoEngage Subscription' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: CREDENTIAL, required: true }],
		properties: operationFields,
		hints,
	};

	methods = {
		listSearch: { searchCategories },
		resourceMapping: { getCategoryColumns },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute(this);
	}
}
