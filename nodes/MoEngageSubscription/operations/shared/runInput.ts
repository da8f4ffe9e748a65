import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { trimmed } from './characters';

/** What a run was given: its items, and the parameters as they are saved. */
export class RunInput {
	/** The collection "Options" with its expressions unresolved; n8n empties one that is an expression. */
	readonly rawOptions: Readonly<Record<string, unknown>>;
	private readonly items: ReadonlyArray<{ json: IDataObject }>;
	private headers: Map<string, string[]> | undefined;

	constructor(private readonly context: IExecuteFunctions) {
		this.items = context.getInputData();
		const options = this.raw('options');
		this.rawOptions = typeof options === 'object' && options !== null ? { ...options } : {};
	}

	get length(): number {
		return this.items.length;
	}

	parameter(name: string, index: number): unknown {
		return this.context.getNodeParameter(name, index, null) as unknown;
	}

	/** A parameter with its expressions unresolved. */
	raw(name: string): unknown {
		return this.context.getNodeParameter(name, 0, null, { rawExpressions: true }) as unknown;
	}

	/**
	 * The values of an item's fields with that name. There may be several, because headers in a sheet
	 * can differ only in spaces or invisible characters around them.
	 */
	field(name: string, index: number): { values: unknown[]; known: boolean } {
		this.headers ??= headersOf(this.items);
		const headers = this.headers.get(name) ?? [];
		const { json } = this.items[index];
		const own = headers.filter((header) => Object.hasOwn(json, header));
		return { values: own.map((header) => json[header]), known: headers.length > 0 };
	}
}

/** Visible name of a field → the headers that show that name, over all items. */
function headersOf(items: ReadonlyArray<{ json: IDataObject }>): Map<string, string[]> {
	const seen = new Set<string>();
	for (const { json } of items) for (const header of Object.keys(json)) seen.add(header);
	const found = new Map<string, string[]>();
	for (const header of seen) {
		const name = trimmed(header);
		found.set(name, [...(found.get(name) ?? []), header]);
	}
	return found;
}
