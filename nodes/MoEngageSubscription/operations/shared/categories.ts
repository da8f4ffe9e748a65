import type { INodeProperties } from 'n8n-workflow';

import { links } from './links';
import { refusals } from './refusals';
import { asFlag, asText, isBlank, kindOf } from './values';

/** Category name → subscribed. */
export type Categories = Record<string, boolean>;

/** The three ways to give categories. */
export const categoryFields: INodeProperties[] = [
	{
		displayName: 'Categories From',
		name: 'categoryInput',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Fields Below',
				value: 'fields',
				description: 'Add each category and choose whether the user is subscribed to it',
			},
			{
				name: 'Fields of the Incoming Item',
				value: 'inputFields',
				description: 'Each category is a field (column) of the incoming item, of the same name',
			},
			{
				name: 'JSON',
				value: 'json',
				description: 'One object with category names and true or false',
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
		description: `Only the categories you add are changed. A category with an empty value is left as it is.${links.categories}.`,
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
						description: 'The category. Choose it from the list, or give its name as in MoEngage.',
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
							'Whether the user is subscribed to this category. An expression may also give yes, no, 1 or 0.',
					},
				],
			},
		],
	},
	{
		displayName: 'Category Field Names',
		name: 'categoryFieldNames',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Newsletter, Promotional',
		displayOptions: { show: { categoryInput: ['inputFields'] } },
		description:
			'Names of fields of the incoming item, separated by commas. Each becomes a category of that name; its value may be true, yes, 1 and so on. An empty value leaves the category as it is.',
	},
	{
		displayName: 'Categories (JSON)',
		name: 'categoriesJson',
		type: 'json',
		default: '{\n  "Newsletter": true\n}',
		required: true,
		displayOptions: { show: { categoryInput: ['json'] } },
		description:
			'Category names with true or false. Only the categories that are named are changed.',
	},
];

/** Where the list of categories comes from if MoEngage has none; it takes no part in a run. */
export const sampleUserOption: INodeProperties = {
	displayName: 'Sample Landing Page URL',
	name: 'sampleLandingPageUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/preferences?user_id=…&cid=…',
	description:
		'Fills the list of categories where your workspace cannot give one: paste the preference page address from an email that MoEngage sent to you. Only read, and only while you choose.',
};

/** What reading categories needs from the item it reads. */
export interface CategorySource {
	parameter(name: string): unknown;
	/** A field of the incoming item; `known` is false where no incoming item has such a field. */
	field(name: string): { value: unknown; known: boolean };
}

/** The categories that the item asks to change; empty where it asks for none. */
export function readCategories(item: CategorySource): Categories {
	// A map first: on a plain object, a category called `__proto__` would get lost.
	const found = new Map<string, boolean>();
	const from = item.parameter('categoryInput');
	const given =
		from === 'json' ? ofJson(item) : from === 'inputFields' ? ofItem(item) : ofFields(item);
	for (const [name, value] of given) {
		const subscribed = asFlag(value, `Category "${name}"`);
		if (subscribed !== undefined) found.set(name, subscribed);
	}
	return Object.fromEntries(found);
}

/** Where a change is nothing without a category. */
export function requireCategories(
	categories: Categories,
	unsubscribeAll: boolean,
	label = 'Unsubscribe From All',
): void {
	if (unsubscribeAll || Object.keys(categories).length > 0) return;
	throw refusals.noCategory(label);
}

function* ofFields(item: CategorySource): Iterable<[string, unknown]> {
	const collection = item.parameter('categories');
	const rows: unknown = (collection as { category?: unknown } | undefined)?.category ?? [];
	for (const row of Array.isArray(rows) ? rows : []) {
		const { name, subscribed } = row as { name?: unknown; subscribed?: unknown };
		yield [nameOf(located(name)), subscribed];
	}
}

/** What was chosen from the list or typed; in either case MoEngage's name. */
function located(name: unknown): unknown {
	const chosen = typeof name === 'object' && name !== null && '__rl' in name;
	return chosen ? (name as { value?: unknown }).value : name;
}

function* ofItem(item: CategorySource): Iterable<[string, unknown]> {
	const given = item.parameter('categoryFieldNames');
	const names: unknown[] = Array.isArray(given)
		? given
		: asText(given, 'Category Field Names').split(',');
	const filled = names.filter((name) => !isBlank(name)).map(nameOf);
	if (filled.length === 0) throw refusals.noFieldNames();
	for (const name of filled) {
		const { value, known } = item.field(name);
		if (!known) throw refusals.noSuchField(name);
		yield [name, value];
	}
}

function ofJson(item: CategorySource): [string, unknown][] {
	let given = item.parameter('categoriesJson');
	if (typeof given === 'string') {
		if (given.trim() === '') return [];
		try {
			given = JSON.parse(given);
		} catch {
			given = 'not JSON';
		}
	}
	if (isBlank(given)) return [];
	if (typeof given !== 'object' || given === null || Array.isArray(given))
		throw refusals.notCategories(given === 'not JSON' ? 'not valid JSON' : kindOf(given));
	return Object.entries(given).map(([name, value]) => [nameOf(name), value]);
}

function nameOf(value: unknown): string {
	const name = asText(value, 'The name of a category');
	if (name !== '') return name;
	throw refusals.namelessCategory();
}
