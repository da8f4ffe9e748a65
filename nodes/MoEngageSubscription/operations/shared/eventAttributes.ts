import type { INodeProperties } from 'n8n-workflow';

import { OWN_CHANGE, OWN_CHANGE_LABELS } from '../../api/ownChange';
import { EVENT_ATTRIBUTES, type EventAttributes } from '../../api/schemas';
import type { Row } from './categories';
import { asFlag, OPTION } from './flags';
import type { ItemReader } from './itemReader';
import { inputErrors } from './inputErrors';
import { asText } from './values';

/** An entry of the collection 'Options'. */
export const eventAttributesOption: INodeProperties = {
	displayName: 'Event Attributes',
	name: 'eventAttributes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Attribute',
	default: {},
	description: `Attributes to add to the event MoEngage records for this change, such as its source. Up to ${EVENT_ATTRIBUTES.most}; attributes with an empty value are left out.`,
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
					description: `Name of the attribute, up to ${EVENT_ATTRIBUTES.longestName} characters`,
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. preference page',
					description: `Value of the attribute for this item, up to ${EVENT_ATTRIBUTES.longestValue} characters`,
				},
			],
		},
	],
};

/** An entry of the collection 'Options'. */
export const markAsSentOption: INodeProperties = {
	displayName: OWN_CHANGE_LABELS.mark,
	name: 'markAsSent',
	type: 'boolean',
	default: true,
	description: `Whether to add the event attribute ${OWN_CHANGE.attribute} = ${OWN_CHANGE.value}, so that '${OWN_CHANGE_LABELS.ignore}' in the trigger can recognize this change`,
};

/**
 * Returns the item's attributes, or `undefined` if it has none. An opt-out is sent without unreadable
 * ones.
 */
export function readEventAttributes(item: ItemReader): EventAttributes | undefined {
	const rows = item.tolerate('Event Attributes', () =>
		item.rows('options.eventAttributes', 'attribute'),
	);
	// A map first: a plain object would lose an attribute called `__proto__`.
	const found = new Map<string, string>();
	if (isMarked(item)) found.set(OWN_CHANGE.attribute, OWN_CHANGE.value);
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

function isMarked(item: ItemReader): boolean {
	const label = OWN_CHANGE_LABELS.mark;
	return item.tolerate(label, () => asFlag(item.option('markAsSent'), label, OPTION)) ?? false;
}

/** A blank value removes the attribute, whatever its name is. */
function attributeOf(row: Row): [string, string] {
	const name = asText(row('name'), 'The name of an event attribute');
	const value = attributeText(row('value'), `Event attribute "${name}"`);
	if (value === '') return [name, value];
	if (name === '') throw inputErrors.namelessAttribute();
	requireLength('The name of an event attribute', name, EVENT_ATTRIBUTES.longestName);
	requireLength(`Event attribute "${name}"`, value, EVENT_ATTRIBUTES.longestValue);
	return [name, value];
}

function attributeText(value: unknown, label: string): string {
	return typeof value === 'boolean' ? String(value) : asText(value, label);
}

/** Throws if a text is too long. Counts visible characters: an emoji is one. */
function requireLength(label: string, text: string, most: number): void {
	const characters = [...text].length;
	if (characters > most) throw inputErrors.tooLong(label, characters, most);
}
