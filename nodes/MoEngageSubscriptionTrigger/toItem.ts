import type { IDataObject } from 'n8n-workflow';

import type { ReceivedEvent } from './body';
import { eventValue } from './events';

/** The fields of MoEngage's events; a Connector campaign's body can also have others. */
const MOENGAGE_FIELDS = new Set([
	...['app_name', 'source', 'moe_request_id', 'push_id', 'device_attributes'],
	...['event_name', 'event_code', 'event_uuid', 'event_time', 'event_type', 'event_source'],
	...['uid', 'customer_id', 'email_id', 'email', 'mobile_number', 'moengage_user_id'],
	...['event_attributes', 'user_attributes'],
]);

/** Returns the output of one event: the same fields for every event, with null for what is missing. */
export function toItem({ source, code, name, fields }: ReceivedEvent): IDataObject {
	const user = objectOf(fields.user_attributes);
	return {
		event: eventValue(code, name),
		event_name: textOf(name),
		event_code: textOf(code),
		event_uuid: uuidOf(fields),
		event_time: isoTime(fields.event_time),
		customer_id: textOf(fields.uid) ?? textOf(fields.customer_id),
		email: textOf(fields.email_id) ?? textOf(fields.email),
		mobile_number: textOf(fields.mobile_number),
		moengage_user_id: textOf(user.moengage_user_id) ?? textOf(fields.moengage_user_id),
		event_attributes: attributesOf({ source, fields }),
		user_attributes: user,
		source,
	};
}

/** Returns the ID by which MoEngage's repetitions of an event are recognized, or null. */
export const uuidOf = (fields: IDataObject): string | null => textOf(fields.event_uuid);

/**
 * Returns the attributes of an event. A Connector campaign's body is free, so its other fields are
 * attributes, too.
 */
export function attributesOf({
	source,
	fields,
}: Pick<ReceivedEvent, 'source' | 'fields'>): IDataObject {
	const given = objectOf(fields.event_attributes);
	if (source === 'streams') return given;
	const others = Object.entries(fields).filter(([name]) => !MOENGAGE_FIELDS.has(name));
	return Object.fromEntries([...others, ...Object.entries(given)]) as IDataObject;
}

function textOf(given: unknown): string | null {
	if (typeof given !== 'string' && typeof given !== 'number') return null;
	const text = String(given).trim();
	return text === '' ? null : text;
}

function objectOf(given: unknown): IDataObject {
	const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
	return isObject ? (given as IDataObject) : {};
}

/** The year 2286 in seconds, and April 1970 in milliseconds: larger numbers are milliseconds. */
const LARGEST_SECONDS = 10_000_000_000;

/** MoEngage sends seconds since 1970. Dates without a time zone are ambiguous, so they count as none. */
function isoTime(given: unknown): string | null {
	const text = textOf(given);
	if (text === null) return null;
	if (/^\d+(\.\d+)?$/.test(text)) {
		const number = Number(text);
		return isoOf(number < LARGEST_SECONDS ? number * 1000 : number);
	}
	return /^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? isoOf(Date.parse(text)) : null;
}

function isoOf(ms: number): string | null {
	const date = new Date(ms);
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
