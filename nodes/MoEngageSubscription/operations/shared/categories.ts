import type { INodeProperties } from 'n8n-workflow';

import { asFlag, CATEGORY } from './flags';
import { allEntries } from './jsonEntries';
import { links } from './links';
import { inputErrors } from './inputErrors';
import { asName, asText, isBlank, kindOf } from './values';
import { warnings } from './warnings';

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

/** The values of one row, by the name of its field. */
export type Row = (key: string) => unknown;

/** What reading categories needs from the item it reads. */
export interface CategorySource {
	parameter(name: string): unknown;
	rows(collection: string, group: string): Row[];
	/** The item's fields of that name; `known` is false if no incoming item has such a field. */
	field(name: string): { values: unknown[]; known: boolean };
	tolerate<V>(label: string, read: () => V): V | undefined;
	warn(warning: string): void;
	checked(text: string, label: string): string;
}

/** A category as the item gives it; either part throws if it can't be read. */
interface Given {
	name(): string;
	value(): unknown;
}

/**
 * The categories that the item asks to change, as far as they can be read; what can't be read is
 * left to `tolerate`. Of two values of one category, the opt-out wins.
 */
export function readCategories(item: CategorySource): Categories {
	// A map first: on a plain object, a category called `__proto__` would get lost.
	const found = new Map<string, boolean>();
	const disagreeing = new Set<string>();
	for (const { name: readName, value } of item.tolerate('Categories', () => given(item)) ?? []) {
		const name = item.tolerate('The name of a category', readName);
		if (name === undefined) continue;
		const label = labelOf(name);
		const subscribed = item.tolerate(label, () => asFlag(value(), label, CATEGORY));
		if (subscribed === undefined) continue;
		const before = found.get(name) ?? subscribed;
		if (before !== subscribed) disagreeing.add(name);
		found.set(name, before && subscribed);
	}
	for (const name of found.keys()) item.checked(name, labelOf(name));
	for (const name of disagreeing) item.warn(warnings.disagreement(labelOf(name)));
	return Object.fromEntries(found);
}

/** How messages name a category. */
export function labelOf(name: string): string {
	return `Category "${name}"`;
}

function given(item: CategorySource): Given[] {
	const from = item.parameter('categoryInput');
	if (from === 'json') return ofJson(item);
	return from === 'inputFields' ? ofItem(item) : ofFields(item);
}

/** Where a change is nothing without a category. */
export function requireCategories(
	categories: Categories,
	unsubscribeAll: boolean,
	label = 'Unsubscribe From All',
): void {
	if (unsubscribeAll || Object.keys(categories).length > 0) return;
	throw inputErrors.noCategory(label);
}

function ofFields(item: CategorySource): Given[] {
	return item.rows('categories', 'category').map((row) => ({
		name: () => nameOf(located(row('name'))),
		value: () => row('subscribed'),
	}));
}

/** What was chosen from the list or typed; in either case MoEngage's name. */
function located(name: unknown): unknown {
	const chosen = typeof name === 'object' && name !== null && '__rl' in name;
	return chosen ? (name as { value?: unknown }).value : name;
}

function ofItem(item: CategorySource): Given[] {
	const names = item.parameter('categoryFieldNames');
	const all: unknown[] = Array.isArray(names)
		? names
		: asText(names, 'Category Field Names').split(',');
	const filled = all.filter((name) => !isBlank(name));
	if (filled.length === 0) throw inputErrors.noFieldNames();
	return filled.flatMap((one) => {
		const name = item.tolerate('The name of a category', () => nameOf(one));
		if (name === undefined) return [];
		const { values, known } = item.field(name);
		if (known) return values.map((value) => ({ name: () => name, value: () => value }));
		const value = () => {
			throw inputErrors.noSuchField(name);
		};
		return [{ name: () => name, value }];
	});
}

function ofJson(item: CategorySource): Given[] {
	const json = item.parameter('categoriesJson');
	if (isBlank(json)) return [];
	const entries = typeof json === 'string' ? parsedEntries(json) : entriesOf(json);
	return entries.map(([name, value]) => ({ name: () => nameOf(name), value: () => value }));
}

function parsedEntries(text: string): Array<[string, unknown]> {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw inputErrors.notCategories('not valid JSON');
	}
	return json === null || entriesOf(json).length === 0 ? [] : allEntries(text);
}

function entriesOf(json: unknown): Array<[string, unknown]> {
	if (typeof json === 'object' && json !== null && !Array.isArray(json))
		return Object.entries(json);
	throw inputErrors.notCategories(kindOf(json));
}

function nameOf(value: unknown): string {
	const name = asName(value, 'The name of a category', true);
	if (name !== '') return name;
	throw inputErrors.namelessCategory();
}
