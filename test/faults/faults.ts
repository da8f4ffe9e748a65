import type { Action } from './proxy.mts';

/** The expected outcomes of a cell's items, in addition to what every cell has to fulfill. */
export type Expected =
	/** A passing fault: every item is accepted in the end. */
	| 'all accepted'
	/** Whether the server applied the change can't be known, and the node reports just that. */
	| 'none accepted, some unconfirmed'
	/** Items sent before the fault are accepted, the others reported as not sent. */
	| 'stops'
	/** The items of the faulty requests are rejected; those that can be sent alone are accepted. */
	| 'rejected';

export interface Fault {
	name: string;
	/** What happens to a faulty request. `number` counts the requests of the cell from 1. */
	action(number: number): Action;
	/** Responses wait until as many requests are in flight as the delivery engine starts with. */
	fills?: true;
	/** The batch continues in smaller ones, which may be in flight together. */
	splits?: true;
	/** Faulty requests get no response, so they end by the node's timeout. */
	hangs?: true;
	/** Every request is faulty, not only a few. */
	everyRequest?: true;
	expected: Expected;
	/** The expectation for an operation that only reads, if it differs. */
	expectedOfReads?: Expected;
	/** The number of items sent before the run stops depends on timing, so it isn't compared with the page. */
	varies?: true;
	/** Records may reach the server twice, because the response to a processed request was lost. */
	duplicates?: true;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT = { 'content-type': 'text/plain' };
const HTML = {
	headers: { 'content-type': 'text/html' },
	body: '<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>',
};
const LIMIT = { title: 'Rate-Limit Reached', description: 'Exceeded rate limit for this url' };

const json = (value: object) => ({ headers: JSON_TYPE, body: JSON.stringify(value) });

function respondWith(
	status: number,
	body = '',
	headers: Record<string, string> = {},
): () => Action {
	return () => ({ instead: { status, headers, body } });
}

/** A varying delay that is the same in every run. */
const spread = (number: number) => (number * 7919) % 500;

export const faults: Fault[] = [
	{ name: 'none', action: () => ({}), expected: 'all accepted' },
	{
		name: 'delay of 1 s',
		action: () => ({ delayMs: 1000 }),
		fills: true,
		everyRequest: true,
		expected: 'all accepted',
	},
	{
		name: 'jitter of 0 to 500 ms in both directions',
		action: (number) => ({ delayMs: spread(number), responseDelayMs: spread(number + 3) }),
		everyRequest: true,
		expected: 'all accepted',
	},
	{
		name: 'connection reset before the body is forwarded',
		action: () => ({ instead: 'reset' }),
		expected: 'all accepted',
	},
	{
		name: 'connection reset before the body, every request',
		action: () => ({ instead: 'reset' }),
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
	},
	{
		name: 'connection reset after the server processed the request',
		action: () => ({ response: 'reset' }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'connection reset after the server processed the request, every request',
		action: () => ({ response: 'reset' }),
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
		duplicates: true,
	},
	{
		name: 'half a response',
		action: () => ({ response: 'half' }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'hang past the timeout, not processed',
		action: () => ({ instead: 'hang' }),
		hangs: true,
		expected: 'all accepted',
	},
	{
		name: 'hang past the timeout, processed',
		action: () => ({ response: 'hang' }),
		hangs: true,
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'hang past the timeout, every request',
		action: () => ({ response: 'hang' }),
		hangs: true,
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
		duplicates: true,
	},
	{
		name: '429 with Retry-After',
		action: respondWith(429, '', { 'retry-after': '1' }),
		expected: 'all accepted',
	},
	{
		name: '429 with rate headers',
		action: respondWith(429, '', {
			'x-ratelimit-limit': '100',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': '1',
		}),
		expected: 'all accepted',
	},
	{
		name: '429 with a body',
		action: respondWith(429, JSON.stringify(LIMIT), JSON_TYPE),
		expected: 'all accepted',
	},
	{ name: '429 without a body', action: respondWith(429), expected: 'all accepted' },
	{
		name: '500 on every request',
		action: () => ({ instead: { status: 500, ...json({ title: 'Internal Error' }) } }),
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
	},
	{
		name: '500 after the server processed the request',
		action: () => ({ response: { status: 500, ...json({ title: 'Internal Error' }) } }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: '401 during the run',
		action: respondWith(401, JSON.stringify({ title: 'Authentication required' }), JSON_TYPE),
		expected: 'stops',
		varies: true,
	},
	{
		name: '409 during the run',
		action: respondWith(409, JSON.stringify({ title: 'API SECRET not configured' }), JSON_TYPE),
		expected: 'stops',
		varies: true,
	},
	{
		name: '413',
		action: respondWith(413, 'Request Entity Too Large', TEXT),
		expected: 'rejected',
		splits: true,
	},
	{
		name: 'HTML with 200',
		action: () => ({ instead: { status: 200, ...HTML } }),
		expected: 'all accepted',
	},
	{
		name: 'HTML with 200, every request',
		action: () => ({ instead: { status: 200, ...HTML } }),
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
	},
	{
		name: 'invalid JSON, processed',
		action: () => ({
			response: { headers: JSON_TYPE, body: '{"message": "Your request has been proc' },
		}),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: '400 with title="…" text',
		action: respondWith(
			400,
			'title="Internal Error" description="Please Contact Moengage Team"',
			TEXT,
		),
		expected: 'rejected',
	},
	{
		name: '2xx with title="…" text, processed',
		action: () => ({
			response: {
				headers: TEXT,
				body: 'title="Internal Error" description="Please Contact Moengage Team"',
			},
		}),
		everyRequest: true,
		expected: 'none accepted, some unconfirmed',
		expectedOfReads: 'rejected',
		varies: true,
		duplicates: true,
	},
	{
		name: 'empty 2xx, processed',
		action: () => ({ response: { body: '' } }),
		everyRequest: true,
		expected: 'all accepted',
		expectedOfReads: 'rejected',
	},
];
