import type { INodeProperties } from 'n8n-workflow';

import { EVENT_ATTRIBUTES, type EventAttributes } from '../../api/schemas';
import type { ItemReader } from './itemReader';
import { refusals } from './refusals';
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

/** The attributes that an item gives; nothing where it gives none. */
export function readEventAttributes(item: ItemReader): EventAttributes | undefined {
	const collection = item.option('eventAttributes');
	const rows: unknown = (collection as { attribute?: unknown } | undefined)?.attribute ?? [];
	// A map first: on a plain object, an attribute called `__proto__` would get lost.
	const found = new Map<string, string>();
	for (const row of Array.isArray(rows) ? rows : []) {
		const given = row as { name?: unknown; value?: unknown };
		const name = asText(given.name, 'The name of an event attribute');
		const value = attributeText(given.value, `Event attribute "${name}"`);
		if (value === '') continue;
		if (name === '') throw refusals.namelessAttribute();
		if (found.has(name)) throw refusals.repeatedAttribute(name);
		within('The name of an event attribute', name, EVENT_ATTRIBUTES.longestName);
		within(`Event attribute "${name}"`, value, EVENT_ATTRIBUTES.longestValue);
		found.set(name, value);
	}
	if (found.size > EVENT_ATTRIBUTES.most)
		throw refusals.tooManyAttributes(found.size, EVENT_ATTRIBUTES.most);
	return found.size === 0 ? undefined : Object.fromEntries(found);
}

function attributeText(value: unknown, label: string): string {
	return typeof value === 'boolean' ? String(value) : asText(value, label);
}

/** Counts what a person would count: an emoji is one character. */
function within(label: string, text: string, most: number): void {
	const characters = [...text].length;
	if (characters > most) throw refusals.tooLong(label, characters, most);
}
