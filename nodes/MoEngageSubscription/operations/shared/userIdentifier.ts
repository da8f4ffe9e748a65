import type { INodeProperties } from 'n8n-workflow';

import {
	channel,
	userIdentifierType,
	type Channel,
	type UserIdentifierType,
} from '../../api/schemas';
import type { ItemReader } from './itemReader';

/** A user identifier of MoEngage's newer APIs (v5). */
export interface UserIdentifier {
	user_identifier_type: UserIdentifierType;
	user_identifier_value: string;
}

export const channelField: INodeProperties = {
	displayName: 'Channel',
	name: 'channel',
	type: 'options',
	options: [
		{ name: 'Email', value: 'email' },
		{ name: 'SMS', value: 'sms' },
	],
	default: 'email',
	description: 'The channel whose categories to use (email or SMS)',
};

export const userIdentifierFields: INodeProperties[] = [
	{
		displayName: 'Identify User By',
		name: 'identifierType',
		type: 'options',
		options: [
			{ name: 'Customer ID', value: 'uid', description: 'Your own ID for the user' },
			{ name: 'Email', value: 'email', description: 'The email address of the user' },
			{ name: 'MoEngage User ID', value: 'moe_user_id', description: "MoEngage's ID for the user" },
		],
		default: 'uid',
		description: 'How to identify the user',
	},
	{
		displayName: 'User',
		name: 'identifierValue',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.customer_id }}',
		description: "The user's ID or email address. Each incoming item is about one user.",
	},
	channelField,
];

export function readUserIdentifier(item: ItemReader): UserIdentifier {
	const type = item.choice('identifierType', 'Identify User By', userIdentifierType.options);
	const value = type === 'email' ? item.email('identifierValue', 'User') : undefined;
	return {
		user_identifier_type: type,
		user_identifier_value: value ?? item.id('identifierValue', 'User'),
	};
}

export function readChannel(item: ItemReader): Channel {
	return item.choice('channel', 'Channel', channel.options);
}
