import type { INodeProperties } from 'n8n-workflow';

/** The choice that outweighs all categories, with what it does beside it. */
export const unsubscribeAllFields: INodeProperties[] = [
	{
		displayName: 'Unsubscribe From All',
		name: 'unsubscribeAll',
		type: 'boolean',
		default: false,
		description:
			'Whether to unsubscribe the user from all email. An expression may also give yes, no, 1 or 0, but not an empty value.',
	},
	{
		displayName:
			'<b>Unsubscribe From All on:</b> MoEngage stops all email to the user and ignores the categories. <b>Off:</b> only the categories are changed, but MoEngage may also lift an earlier unsubscribe from all. Take it from your own records of consent.',
		name: 'unsubscribeAllNotice',
		type: 'notice',
		default: '',
	},
];
