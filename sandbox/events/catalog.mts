/** events.yaml: the events, how they are sent, and the schema of a Streams body. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';

export type EventKind = 'unsubscribed' | 'categories' | 'optIn' | 'resubscribed';

interface Catalog {
	events: Record<EventKind, { name: string; code: string }>;
	streams: { batch: number; retryAfterSeconds: number[]; timeoutSeconds: number; body: object };
	connector: { retryAfterSeconds: number[]; timeoutSeconds: number };
}

export const catalog = load(
	readFileSync(new URL('../events.yaml', import.meta.url), 'utf8'),
) as Catalog;

const isStreamsBody = new Ajv({ strict: false, allowUnionTypes: true }).compile(
	catalog.streams.body,
);

/** Throws if a body isn't one that MoEngage documents. */
export function assertStreamsBody(body: unknown) {
	if (isStreamsBody(body)) return;
	const [error] = isStreamsBody.errors ?? [];
	throw new Error(`events.yaml doesn't allow this body: ${error?.instancePath} ${error?.message}`);
}
