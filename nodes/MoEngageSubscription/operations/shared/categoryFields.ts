import type { INodeProperties } from 'n8n-workflow';

import { links } from './links';

/** The fields for categories, which have four sources. */
export const categoryFields: INodeProperties[] = [
	{
		displayName: 'Categories From',
		name: 'categoryInput',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Map Columns',
				value: 'map',
				description:
					'Match the columns of your sheet or CRM to the categories of the workspace, automatically or by drag and drop',
			},
			{
				name: 'Fields Below',
				value: 'fields',
				description: 'Add each category and choose whether the user is subscribed to it',
			},
			{
				name: 'Fields of the Incoming Item',
				value: 'inputFields',
				description: 'Each category is a field (column) of the incoming item with the same name',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'An object that maps category names to true or false',
			},
		],
		default: 'fields',
		description: 'Where the categories and their values come from',
	},
	{
		displayName: 'Categories',
		name: 'categories',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Category',
		default: {},
		displayOptions: { show: { categoryInput: ['fields'] } },
		description: `Only the categories you add are changed. Empty values leave the category unchanged.${links.categories}.`,
		options: [
			{
				displayName: 'Category',
				name: 'category',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'resourceLocator',
						default: { mode: 'list', value: '' },
						description:
							'The category. Choose it from the list, or enter its name as it appears in MoEngage.',
						modes: [
							{
								displayName: 'From List',
								name: 'list',
								type: 'list',
								typeOptions: { searchListMethod: 'searchCategories', searchable: true },
							},
							{
								displayName: 'By Name',
								name: 'name',
								type: 'string',
								placeholder: 'e.g. Newsletter',
							},
						],
					},
					{
						displayName: 'Subscribed',
						name: 'subscribed',
						type: 'boolean',
						default: true,
						description:
							'Whether the user is subscribed to this category. An expression can also return yes, no, 1, or 0.',
					},
				],
			},
		],
	},
	{
		displayName: 'Categories',
		name: 'categoryMapping',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'autoMapInputData', value: null },
		required: true,
		displayOptions: { show: { categoryInput: ['map'] } },
		description: `Empty values leave the category unchanged. Columns that match no category are ignored.${links.categories}.`,
		typeOptions: {
			loadOptionsDependsOn: ['channel', 'options.sampleLandingPageUrl', 'landingPageUrl'],
			resourceMapper: {
				resourceMapperMethod: 'getCategoryColumns',
				mode: 'map',
				valuesLabel: 'Categories',
				fieldWords: { singular: 'category', plural: 'categories' },
				addAllFields: true,
				supportAutoMap: true,
				noFieldsError: 'No categories found',
			},
		},
	},
	{
		displayName: 'Category Field Names',
		name: 'categoryFieldNames',
		type: 'string',
		default: '',
		required: true,
		// A dragged column inserts its name, not its value.
		requiresDataPath: 'multiple',
		placeholder: 'e.g. Newsletter, Promotional',
		displayOptions: { show: { categoryInput: ['inputFields'] } },
		description:
			'Comma-separated list of input fields. Each field updates the category with the same name. Accepts values such as true, yes, or 1. Empty values leave the category unchanged.',
	},
	{
		displayName: 'Categories (JSON)',
		name: 'categoriesJson',
		type: 'json',
		default: '{\n  "Newsletter": true\n}',
		required: true,
		displayOptions: { show: { categoryInput: ['json'] } },
		description:
			'An object that maps category names to true or false. Only these categories are changed.',
	},
];

/** The source of the category list if MoEngage can't list categories. Runs ignore it. */
export const sampleUserOption: INodeProperties = {
	displayName: 'Sample Landing Page URL',
	name: 'sampleLandingPageUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/preferences?user_id=…&cid=…',
	description:
		"Loads the category list from a sample user if your API key can't list the categories of the workspace. Paste the preference page URL from an email MoEngage sent you. Only used while you edit this node.",
};
