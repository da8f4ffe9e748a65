import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { CREDENTIAL } from '../MoEngageSubscription/api/transport';
import { activationMessage, fields, triggerPanel } from './description';
import { passOnOnce } from './passOnOnce';
import { receive } from './receive';

export class MoEngageSubscriptionTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'MoEngage Subscription Trigger',
		name: 'moEngageSubscriptionTrigger',
		icon: {
			light: 'file:../../icons/subscription.svg',
			dark: 'file:../../icons/subscription.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when subscription preferences change in MoEngage',
		defaults: { name: 'MoEngage Subscription Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL, required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				responseData: 'noData',
				path: 'webhook',
			},
		],
		properties: fields,
		triggerPanel,
		activationMessage,
	};

	/** MoEngage has no API for webhooks: the user enters the URL there, so there is nothing to register. */
	webhookMethods = {
		default: {
			async checkExists(): Promise<boolean> {
				return true;
			},
			async create(): Promise<boolean> {
				return true;
			},
			async delete(): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}

	/** n8n calls this with the items of `webhook`. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await passOnOnce(this)];
	}
}
