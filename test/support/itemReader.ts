import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ItemReader } from '../../nodes/MoEngageSubscription/operations/shared/itemReader';
import { RunInput } from '../../nodes/MoEngageSubscription/operations/shared/runInput';

/** A test's expression: a function of the item's JSON that may throw. */
type Expression = (json: IDataObject) => unknown;

/** Returns the input of a run without n8n's expression language: functions replace expressions. */
export function runInput(parameters: object, items: IDataObject[] = [{}]): RunInput {
	return new RunInput({
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (
			name: string,
			index: number,
			fallback: unknown,
			{ rawExpressions = false } = {},
		) => {
			const found = at(parameters, name) ?? fallback;
			return rawExpressions ? masked(found) : resolved(found, items[index]);
		},
	} as unknown as IExecuteFunctions);
}

/** Returns a reader for one item with `json` and these parameters. */
export function itemReader(parameters: object, json: IDataObject = {}): ItemReader {
	return new ItemReader(runInput(parameters, [json]), 0);
}

function at(value: unknown, path: string): unknown {
	return path
		.split(/[.[\]]+/)
		.filter((key) => key !== '')
		.reduce((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

const map = (value: unknown, leaf: (value: Expression) => unknown): unknown => {
	if (typeof value === 'function') return leaf(value as Expression);
	if (Array.isArray(value)) return value.map((one) => map(one, leaf));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one, leaf)]));
};
const masked = (value: unknown) => map(value, () => '={{ … }}');
const resolved = (value: unknown, json: IDataObject) =>
	map(value, (expression) => expression(json));
