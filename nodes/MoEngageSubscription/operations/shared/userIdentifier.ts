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

/** What a read can ask for: MoEngage returns all channels if a request names none. */
const READ_CHANNELS = ['all', ...channel.options] as const;
export type ReadChannel = (typeof READ_CHANNELS)[number];

/** What a lookup by user asks for. */
export interface UserLookup extends UserIdentifier {
	channel: ReadChannel;
}

const CHANNEL = { displayName: 'Channel', name: 'channel', default: 'email' };
const CHANNEL_OPTIONS = [
	{ name: 'Email', value: 'email' },
	{ name: 'SMS', value: 'sms' },
];

const channelField: INodeProperties = {
	...CHANNEL,
	type: 'options',
	options: CHANNEL_OPTIONS,
	description: 'The channel whose categories to change',
};

export const readChannelField: INodeProperties = {
	...CHANNEL,
	type: 'options',
	options: [{ name: 'All', value: 'all' }, ...CHANNEL_OPTIONS],
	description: 'The channel whose categories to return',
};

/** How the panel asks for each kind of identifier. */
const IDENTIFIERS: Record<
	UserIdentifierType,
	{ displayName: string; placeholder: string; description: string }
> = {
	uid: {
		displayName: 'Customer ID',
		placeholder: 'e.g. {{ $json.customer_id }}',
		description: "Your own ID for the user, which is the user's ID in MoEngage. One per item.",
	},
	email: {
		displayName: 'Email',
		placeholder: 'e.g. {{ $json.email }}',
		description: "The user's email address. One per item.",
	},
	moe_user_id: {
		displayName: 'MoEngage User ID',
		placeholder: 'e.g. {{ $json.moengage_user_id }}',
		description: "MoEngage's ID for the user. One per item.",
	},
};

const identifierFields: INodeProperties[] = [
	{
		displayName: 'Identify User By',
		name: 'identifierType',
		type: 'options',
		options: [
			{ name: 'Customer ID', value: 'uid', description: 'Your own ID for the user' },
			{
				name: 'Email',
				value: 'email',
				description:
					'The email address of the user. A change applies to every profile with this address.',
			},
			{ name: 'MoEngage User ID', value: 'moe_user_id', description: "MoEngage's ID for the user" },
		],
		default: 'uid',
		description: 'How to identify the user',
	},
	...userIdentifierType.options.map(
		(type): INodeProperties => ({
			...IDENTIFIERS[type],
			name: 'identifierValue',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { identifierType: [type] } },
		}),
	),
];

export const userLookupFields: INodeProperties[] = [...identifierFields, readChannelField];

export const userChangeFields: INodeProperties[] = [
	...identifierFields,
	{
		displayName:
			"If several profiles have the email address, MoEngage changes <b>all of them</b>. If unsubscribing by email isn't enabled for your workspace, it rejects the change instead; then identify the user by customer ID.",
		name: 'emailNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { identifierType: ['email'] } },
	},
	channelField,
];

export function readUserIdentifier(item: ItemReader): UserIdentifier {
	const type = item.choice('identifierType', 'Identify User By', userIdentifierType.options);
	const label = IDENTIFIERS[type].displayName;
	const value = type === 'email' ? item.email('identifierValue', label) : undefined;
	return {
		user_identifier_type: type,
		user_identifier_value: value ?? item.id('identifierValue', label),
	};
}

export function readChannel(item: ItemReader): Channel {
	return item.choice('channel', 'Channel', channel.options);
}

/** Returns the channel of a read. */
export function readLookupChannel(item: ItemReader): ReadChannel {
	return item.choice('channel', 'Channel', READ_CHANNELS);
}

/** Returns a read's query: to get all channels, the request names none. */
export function lookupQuery<Q extends { channel: ReadChannel }>({ channel: one, ...rest }: Q) {
	return one === 'all' ? rest : { ...rest, channel: one };
}

/** Returns the ordering key of a user. MoEngage accepts its own IDs with and without `usr_`. */
export function userKey({
	user_identifier_type: type,
	user_identifier_value: value,
}: UserIdentifier): string {
	switch (type) {
		case 'uid':
			return `uid:${value}`;
		case 'email':
			return `email:${value.toLowerCase()}`;
		case 'moe_user_id':
			return `moe_user_id:${value.toLowerCase().replace(/^usr_/, '')}`;
	}
}
