import type { IDataObject, IExecuteFunctions, ResourceMapperValue } from 'n8n-workflow';

import { trimmed } from './characters';
import { mapColumns, type MappedColumns } from './columnMapping';
import { inputErrors } from './inputErrors';

/** The input of a run: its items and the saved parameters. */
export class RunInput {
	/**
	 * The collection 'Options' with unresolved expressions; n8n empties a collection that is an
	 * expression.
	 */
	readonly rawOptions: Readonly<Record<string, unknown>>;
	private readonly items: ReadonlyArray<{ json: IDataObject }>;
	/** Values without an expression, which n8n would resolve again for each item. */
	private readonly fixed = new Map<string, unknown>();
	private readonly raws = new Map<string, unknown>();
	private headers: Map<string, string[]> | undefined;
	private readonly mapped = new Map<string, MappedColumns | undefined>();

	constructor(private readonly context: IExecuteFunctions) {
		this.items = context.getInputData();
		const options = this.raw('options');
		this.rawOptions = typeof options === 'object' && options !== null ? { ...options } : {};
	}

	get length(): number {
		return this.items.length;
	}

	/** A parameter's value for an item. Must not be changed: items share it if it has no expression. */
	parameter(name: string, index: number): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const value = this.context.getNodeParameter(name, index, null) as unknown;
		if (!hasExpression(this.raw(name))) this.fixed.set(name, value);
		return value;
	}

	/** A parameter with unresolved expressions. */
	raw(name: string): unknown {
		if (!this.raws.has(name)) {
			const options = { rawExpressions: true };
			this.raws.set(name, this.context.getNodeParameter(name, 0, null, options));
		}
		return this.raws.get(name);
	}

	json(index: number): IDataObject {
		return this.items[index]?.json ?? {};
	}

	/**
	 * Returns how the incoming columns are matched to the list that a resource mapper saved; `undefined`
	 * if the user maps them.
	 */
	mappedColumns(name: string): MappedColumns | undefined {
		if (!this.mapped.has(name)) this.mapped.set(name, this.matchColumns(name));
		return this.mapped.get(name);
	}

	/** Columns that a resource mapper ignores, because they match nothing in its list. */
	get ignoredColumns(): readonly string[] {
		return [...this.mapped.values()].flatMap((mapped) => mapped?.ignored ?? []);
	}

	/**
	 * Returns the values of an item's fields with that name. There can be several, because headers in a
	 * sheet may differ only in spaces or invisible characters around them.
	 */
	field(name: string, index: number): { values: unknown[]; known: boolean } {
		this.headers ??= headersOf(this.items);
		const headers = this.headers.get(name) ?? [];
		const json = this.json(index);
		const own = headers.filter((header) => Object.hasOwn(json, header));
		return { values: own.map((header) => json[header]), known: headers.length > 0 };
	}

	private matchColumns(name: string): MappedColumns | undefined {
		const { mappingMode, schema } = (this.raw(name) ?? {}) as Partial<ResourceMapperValue>;
		if (mappingMode !== 'autoMapInputData') return undefined;
		if (schema === undefined || schema.length === 0) throw inputErrors.noCategoryList();
		const categories = schema.map(({ id, displayName }) => ({ name: id, label: displayName }));
		return mapColumns(fieldNamesOf(this.items), categories);
	}
}

/** Whether a parameter has an expression anywhere in its value. */
function hasExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(hasExpression);
}

/** Returns the distinct field names of all items. */
function fieldNamesOf(items: ReadonlyArray<{ json: IDataObject }>): string[] {
	const seen = new Set<string>();
	for (const { json } of items) for (const header of Object.keys(json)) seen.add(header);
	return [...seen];
}

/** Returns, for each visible field name, the headers of all items that appear as that name. */
function headersOf(items: ReadonlyArray<{ json: IDataObject }>): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const header of fieldNamesOf(items)) {
		const name = trimmed(header);
		found.set(name, [...(found.get(name) ?? []), header]);
	}
	return found;
}
