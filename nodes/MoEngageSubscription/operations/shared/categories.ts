import { asFlag, CATEGORY } from './flags';
import { allEntries } from './jsonEntries';
import { inputErrors } from './inputErrors';
import { asName, asText, isBlank, kindOf } from './values';
import type { MappedValues } from './resourceMapper';
import { warnings } from './warnings';

/** Category name → subscribed. */
export type Categories = Record<string, boolean>;

/** Returns a value of one row by the name of its field. */
export type Row = (key: string) => unknown;

/** The parts of an item reader that reading categories needs. */
export interface CategorySource {
	parameter(name: string): unknown;
	rows(collection: string, group: string): Row[];
	/** The item's fields of that name; `known` is false if no incoming item has such a field. */
	field(name: string): { values: unknown[]; known: boolean };
	/** The values of a resource mapper, by category. */
	mapping(name: string): MappedValues;
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
	if (from === 'map') return fromMapping(item);
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

/** The mapped categories; those that no column matches aren't part of it. */
function fromMapping(item: CategorySource): CategoryInput[] {
	return item
		.mapping('categoryMapping')
		.map(([category, value]) => ({ name: () => nameOf(category), value }));
}

function fromItem(item: CategorySource): CategoryInput[] {
	const names = item.parameter('categoryFieldNames');
	const all: unknown[] = Array.isArray(names)
		? names
		: fieldNamesIn(asText(names, 'Category Field Names'));
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

/**
 * Returns the names in a comma-separated list. A column that was dragged into it may be written as
 * `['Product Updates']`.
 */
function fieldNamesIn(list: string): string[] {
	const names = list.matchAll(/\s*\[(['"])(.{0,200}?)\1\]\s*(?=,|$)|[^,]+/g);
	return [...names].map(([whole, , quotedName]) => quotedName ?? whole);
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
