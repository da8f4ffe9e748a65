import type { INodeProperties } from 'n8n-workflow';

/** The switch that overrides all categories, and a notice that explains it. */
export const unsubscribeAllFields: INodeProperties[] = [
	{
		displayName: 'Unsubscribe From All',
		name: 'unsubscribeAll',
		type: 'boolean',
		default: false,
		description:
			'Whether to unsubscribe the user from all email. An expression can also return yes, no, 1, or 0, but not an empty value.',
	},
	{
		displayName:
			'<b>Unsubscribe From All on:</b> MoEngage stops all email to the user and ignores the categories. <b>Off:</b> MoEngage changes the categories and may also lift an earlier unsubscribe from all. Set this value from your own consent records.',
		name: 'unsubscribeAllNotice',
		type: 'notice',
		default: '',
	},
];
