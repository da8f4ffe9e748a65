import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

/** Which of MoEngage's two ways of sending events an event came by. */
type Source = 'streams' | 'connector';

/** An event as MoEngage sent it. */
export interface ReceivedEvent {
	source: Source;
	/** Empty if the event has only a name. */
	code: string;
	/** Empty if the event has only a code. */
	name: string;
	/** The whole event, unchanged. */
	fields: IDataObject;
}

interface Rejection {
	status: 400 | 413;
	reason: string;
}

export type ReadBody = { events: ReceivedEvent[] } | Rejection;

/** Far above MoEngage's batches of 100 events, and below n8n's own limit of 16 MB. */
export const LIMITS = { bytes: 5_000_000, events: 1000 };

const isObject = (given: unknown): given is IDataObject =>
	typeof given === 'object' && given !== null && !Array.isArray(given);

/** zod's own object and record types would drop a field called `__proto__`. */
const object = z.custom<IDataObject>(isObject);

const text = z.union([z.string(), z.number()]).transform((given) => String(given).trim());

/** An event needs only a code or a name, so that no other unusual field ever costs an opt-out. */
const event = object
	.transform((fields) => ({
		code: text.catch('').parse(fields.event_code),
		name: text.catch('').parse(fields.event_name),
		fields,
	}))
	.refine(({ code, name }) => code !== '' || name !== '');

const jsonObject = z
	.preprocess((given, { addIssue }) => {
		if (typeof given !== 'string') return given;
		try {
			return JSON.parse(given);
		} catch {
			addIssue({ code: 'custom' });
			return z.NEVER;
		}
	}, object)
	.transform((body) => body);

/**
 * Reads a whole body, or returns why it can't be read. A body with one unreadable event has no
 * readable ones, because MoEngage repeats only whole bodies.
 *
 * @param given as parsed by n8n; text for bodies sent as `text/plain`
 * @param bytes size of the body as received
 */
export function readBody(given: unknown, bytes: number): ReadBody {
	if (bytes > LIMITS.bytes) return tooLarge(`${LIMITS.bytes / 1_000_000} MB`);
	const body = jsonObject.safeParse(given);
	if (!body.success)
		return bad("The body isn't a JSON object. Send JSON with Content-Type: application/json.");
	if (!Object.hasOwn(body.data, 'events')) {
		const one = event.safeParse(body.data);
		if (one.success) return { events: [{ source: 'connector', ...one.data }] };
		return bad("The body has neither 'events' nor an 'event_name' or 'event_code'.");
	}
	const { events } = body.data;
	if (!Array.isArray(events)) return bad("'events' must be a list.");
	if (events.length > LIMITS.events) return tooLarge(`${LIMITS.events} events`);
	return readEvents(events);
}

function readEvents(events: unknown[]): ReadBody {
	const read: ReceivedEvent[] = [];
	for (const [index, given] of events.entries()) {
		const one = event.safeParse(given);
		if (!one.success)
			return bad(`Event ${index + 1} of ${events.length} has no 'event_name' or 'event_code'.`);
		read.push({ source: 'streams', ...one.data });
	}
	return { events: read };
}

const bad = (reason: string): Rejection => ({ status: 400, reason });

const tooLarge = (most: string): Rejection => ({
	status: 413,
	reason: `The body is larger than ${most}.`,
});
