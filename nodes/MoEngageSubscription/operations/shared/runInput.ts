import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { trimmed } from './characters';

/** The input of a run: its items and the saved parameters. */
export class RunInput {
	/**
	 * The collection 'Options' with unresolved expressions; n8n empties a collection that is an
	 * expression.
	 */
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

	/** A parameter with unresolved expressions. */
	raw(name: string): unknown {
		return this.context.getNodeParameter(name, 0, null, { rawExpressions: true }) as unknown;
	}

	/**
	 * Returns the values of an item's fields with that name. There can be several, because headers in a
	 * sheet may differ only in spaces or invisible characters around them.
	 */
	field(name: string, index: number): { values: unknown[]; known: boolean } {
		this.headers ??= headersOf(this.items);
		const headers = this.headers.get(name) ?? [];
		const json = this.items[index]?.json ?? {};
		const own = headers.filter((header) => Object.hasOwn(json, header));
		return { values: own.map((header) => json[header]), known: headers.length > 0 };
	}
}

/** Returns, for each visible field name, the headers of all items that appear as that name. */
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
