import type { INodeProperties } from 'n8n-workflow';

import { asFlag, CATEGORY } from './flags';
import { allEntries } from './jsonEntries';
import { links } from './links';
import { inputErrors } from './inputErrors';
import { asName, asText, isBlank, kindOf } from './values';
import { warnings } from './warnings';

/** Category name → subscribed. */
export type Categories = Record<string, boolean>;

/** The fields for categories, which have three sources. */
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
		displayName: 'Category Field Names',
		name: 'categoryFieldNames',
		type: 'string',
		default: '',
		required: true,
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

/** Returns a value of one row by the name of its field. */
export type Row = (key: string) => unknown;

/** The parts of an item reader that reading categories needs. */
export interface CategorySource {
	parameter(name: string): unknown;
	rows(collection: string, group: string): Row[];
	/** The item's fields of that name; `known` is false if no incoming item has such a field. */
	field(name: string): { values: unknown[]; known: boolean };
	tolerate<V>(label: string, read: () => V): V | undefined;
	warn(warning: string): void;
	checked(text: string, label: string): string;
}

/** A category in the item. Both functions throw if their part can't be read. */
interface CategoryInput {
	name(): string;
	value(): unknown;
}

/**
 * Returns the categories that the item changes and that can be read; `tolerate` collects the others.
 * If a category has two values, the opt-out wins.
 */
export function readCategories(item: CategorySource): Categories {
	// A map first: a plain object would lose a category called `__proto__`.
	const found = new Map<string, boolean>();
	const conflicting = new Set<string>();
	for (const { name: readName, value } of item.tolerate('Categories', () => categoryInputs(item)) ??
		[]) {
		const name = item.tolerate('The name of a category', readName);
		if (name === undefined) continue;
		const label = labelOf(name);
		const subscribed = item.tolerate(label, () => asFlag(value(), label, CATEGORY));
		if (subscribed === undefined) continue;
		const before = found.get(name) ?? subscribed;
		if (before !== subscribed) conflicting.add(name);
		found.set(name, before && subscribed);
	}
	for (const name of found.keys()) item.checked(name, labelOf(name));
	for (const name of conflicting) item.warn(warnings.conflict(labelOf(name)));
	return Object.fromEntries(found);
}

/** Returns the label of a category in messages. */
export function labelOf(name: string): string {
	return `Category "${name}"`;
}

function categoryInputs(item: CategorySource): CategoryInput[] {
	const from = item.parameter('categoryInput');
	if (from === 'json') return fromJson(item);
	return from === 'inputFields' ? fromItem(item) : fromFields(item);
}

/** Whether any category is entered for the item, even if its value is blank. */
export function givesCategories(item: CategorySource): boolean {
	return categoryInputs(item).length > 0;
}

/** Throws if an item changes no category, unless it unsubscribes the user from all. */
export function requireCategories(categories: Categories, unsubscribeAll: boolean): void {
	if (unsubscribeAll || Object.keys(categories).length > 0) return;
	throw inputErrors.noCategory('Unsubscribe From All');
}

function fromFields(item: CategorySource): CategoryInput[] {
	return item.rows('categories', 'category').map((row) => ({
		name: () => nameOf(nameFromLocator(row('name'))),
		value: () => row('subscribed'),
	}));
}

/** Returns the category's name in MoEngage, whether it was chosen from the list or typed. */
function nameFromLocator(name: unknown): unknown {
	const isLocator = typeof name === 'object' && name !== null && '__rl' in name;
	return isLocator ? (name as { value?: unknown }).value : name;
}

function fromItem(item: CategorySource): CategoryInput[] {
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

function fromJson(item: CategorySource): CategoryInput[] {
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
