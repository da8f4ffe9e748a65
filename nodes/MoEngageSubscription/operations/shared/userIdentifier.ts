import type { INodeProperties } from 'n8n-workflow';

import {
	channel,
	userIdentifierType,
	type Channel,
	type UserIdentifierType,
} from '../../api/schemas';
import type { ItemReader } from './itemReader';

/** A user as MoEngage's newer APIs (v5) name them. */
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
	description: 'Whether the categories are those of email or of text messages',
};

export const userIdentifierFields: INodeProperties[] = [
	{
		displayName: 'Identify User By',
		name: 'identifierType',
		type: 'options',
		options: [
			{ name: 'Customer ID', value: 'uid', description: 'Your own ID of the user' },
			{ name: 'Email', value: 'email', description: 'The email address of the user' },
			{ name: 'MoEngage User ID', value: 'moe_user_id', description: "MoEngage's ID of the user" },
		],
		default: 'uid',
		description: 'How to tell MoEngage whose preferences are meant',
	},
	{
		displayName: 'User',
		name: 'identifierValue',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. {{ $json.customer_id }}',
		description: 'The ID or email address of the user, one for each incoming item',
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
