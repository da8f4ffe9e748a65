import { inputErrors } from './inputErrors';
import type { RunInput } from './runInput';

/** Categories, each with the function that returns its value in an item, or throws if it can't. */
export type MappedValues = ReadonlyArray<readonly [category: string, value: () => unknown]>;

/** Reads the resource mapper of that name for one item. */
export function readMapping(input: RunInput, index: number, name: string): MappedValues {
	const mapped = input.mappedColumns(name);
	if (mapped === undefined) return enteredValues(input, index, `${name}.value`);
	if (mapped.columns.length === 0) throw inputErrors.noColumn();
	const item = input.json(index);
	return mapped.columns.flatMap(([category, headers]) =>
		headers
			.filter((header) => Object.hasOwn(item, header))
			.map((header) => [category, () => item[header]] as const),
	);
}

/**
 * The values that the user mapped. If they can't be read as a whole, each is read alone, so that an
 * expression that fails doesn't hide the others.
 */
function enteredValues(input: RunInput, index: number, path: string): MappedValues {
	const raw = input.raw(path);
	if (typeof raw !== 'object' || raw === null) return [];
	const whole = valuesAt(input, index, path);
	return Object.keys(raw).map((category) => {
		const alone = () => input.parameter(`${path}[${JSON.stringify(category)}]`, index);
		return [category, whole === undefined ? alone : () => whole[category]] as const;
	});
}

function valuesAt(
	input: RunInput,
	index: number,
	path: string,
): Record<string, unknown> | undefined {
	try {
		return input.parameter(path, index) as Record<string, unknown>;
	} catch {
		return undefined;
	}
}
