import type { Parameter, Schema } from './contract';
import { code } from './markdown';

/** A field of a body or a parameter, in words. */
export interface Field {
	name: string;
	type: string;
	required: boolean;
	description: string;
}

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Returns the type of a value with its limits. */
function typeOf(schema: Schema): string {
	const { type, enum: values, items, maxItems, maxProperties, additionalProperties } = schema;
	if (values !== undefined) return values.map(code).join(', ');
	if (type === 'boolean') return 'true or false';
	if (type === 'array')
		return `list of ${maxItems === undefined ? '' : `up to ${maxItems} `}${pluralOf(items ?? {})}`;
	if (type === 'object' && typeof additionalProperties === 'object') {
		const most = maxProperties === undefined ? '' : ` with up to ${plural(maxProperties, 'key')}`;
		return `object${most}; each value: ${typeOf(additionalProperties)}`;
	}
	return `${schema.format === 'email' ? 'email address' : textOf(type)}${lengthOf(schema)}`;
}

function pluralOf(items: Schema): string {
	if (items.format === 'email') return 'email addresses';
	return items.type === 'object' ? 'objects' : 'texts';
}

const textOf = (type?: string) => (type === 'string' ? 'text' : (type ?? 'anything'));

function lengthOf({ maxLength, minLength }: Schema): string {
	if (maxLength !== undefined) return ` of up to ${plural(maxLength, 'character')}`;
	return minLength === undefined ? '' : ', not empty';
}

/** Returns all fields of a body; a field within another one has a path, such as `data.message`. */
export function fieldsOf(schema: Schema, path = ''): Field[] {
	const { properties = {}, required = [], anyOf = [] } = schema;
	const either = anyOf.flatMap((one) => one.required ?? []);
	return Object.entries(properties).flatMap(([name, field]) => {
		const own = `${path}${name}`;
		const inner = field.items ?? field;
		const isList = field.items !== undefined;
		const description = either.includes(name)
			? `One of ${either.map(code).join(' and ')} is required.`
			: (field.description ?? '');
		return [
			{ name: own, type: typeOf(field), required: required.includes(name), description },
			...fieldsOf(inner, `${own}${isList ? '[]' : ''}.`),
		];
	});
}

/** Returns the parameters in the query and in the headers. */
export function parametersOf(parameters: readonly Parameter[]): Field[] {
	return parameters.map(({ name, in: place, required, description = '', schema }) => ({
		name: `${name} (${place})`,
		type: typeOf(schema),
		required,
		description,
	}));
}
