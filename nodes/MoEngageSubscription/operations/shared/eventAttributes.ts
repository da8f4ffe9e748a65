import type { INodeProperties } from 'n8n-workflow';

import { EVENT_ATTRIBUTES, type EventAttributes } from '../../api/schemas';
import type { Row } from './categories';
import type { ItemReader } from './itemReader';
import { inputErrors } from './inputErrors';
import { asText } from './values';

/** An entry of the collection "Options". */
export const eventAttributesOption: INodeProperties = {
	displayName: 'Event Attributes',
	name: 'eventAttributes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Attribute',
	default: {},
	description: `Facts to keep with the event that MoEngage records for the change, such as where it came from. ${EVENT_ATTRIBUTES.most} at most; one with an empty value is left out.`,
	options: [
		{
			displayName: 'Attribute',
			name: 'attribute',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. source',
					description: `What the attribute is called, ${EVENT_ATTRIBUTES.longestName} characters at most`,
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. preference page',
					description: `What it says for this item, ${EVENT_ATTRIBUTES.longestValue} characters at most`,
				},
			],
		},
	],
};

/** The attributes that an item gives, or `undefined`; an opt-out goes out without the unreadable. */
export function readEventAttributes(item: ItemReader): EventAttributes | undefined {
	const rows = item.tolerate('Event Attributes', () =>
		item.rows('options.eventAttributes', 'attribute'),
	);
	// A map first: on a plain object, an attribute called `__proto__` would get lost.
	const found = new Map<string, string>();
	for (const row of rows ?? []) {
		const attribute = item.tolerate('An event attribute', () => attributeOf(row));
		if (attribute === undefined) continue;
		const [name, value] = attribute;
		if (value === '') continue;
		item.tolerate(name, () => {
			if (found.has(name)) throw inputErrors.repeatedAttribute(name);
			found.set(name, value);
		});
	}
	return item.tolerate('Event Attributes', () => {
		if (found.size <= EVENT_ATTRIBUTES.most)
			return found.size === 0 ? undefined : Object.fromEntries(found);
		throw inputErrors.tooManyAttributes(found.size, EVENT_ATTRIBUTES.most);
	});
}

/** A blank value leaves its attribute out, whatever its name is. */
function attributeOf(row: Row): [string, string] {
	const name = asText(row('name'), 'The name of an event attribute');
	const value = attributeText(row('value'), `Event attribute "${name}"`);
	if (value === '') return [name, value];
	if (name === '') throw inputErrors.namelessAttribute();
	within('The name of an event attribute', name, EVENT_ATTRIBUTES.longestName);
	within(`Event attribute "${name}"`, value, EVENT_ATTRIBUTES.longestValue);
	return [name, value];
}

function attributeText(value: unknown, label: string): string {
	return typeof value === 'boolean' ? String(value) : asText(value, label);
}

/** Counts what a person would count: an emoji is one character. */
function within(label: string, text: string, most: number): void {
	const characters = [...text].length;
	if (characters > most) throw inputErrors.tooLong(label, characters, most);
}
