import type { Action } from './proxy.mjs';

/** What has to come of the items of a cell, besides what holds for every cell. */
export type Expected =
	/** A passing fault: every item gets through in the end. */
	| 'all accepted'
	/** Nobody knows whether the server took it, and the node says just that. */
	| 'none accepted, some unknown'
	/** Whoever was sent before the fault is accepted, the rest is told as not sent. */
	| 'stops'
	/** The items of the struck requests are refused; those that can be sent alone get through. */
	| 'refused';

export interface Fault {
	name: string;
	/** What a struck request meets. `number` counts the requests of the cell from 1. */
	action(number: number): Action;
	/** Responses are so slow that as many requests are in flight as may be. */
	fills?: true;
	/** The batch goes on in smaller ones, which may be in flight together. */
	splits?: true;
	/** All requests are struck, and not just a few. */
	storm?: true;
	expected: Expected;
	/** The expectation for an operation that only reads, where it differs. */
	expectedOfReads?: Expected;
	/** How many items are sent before the run stops depends on what was under way: not held to the page. */
	varies?: true;
	/** Records may reach the server twice: the answer to a request that it processed was lost. */
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

function answered(status: number, body = '', headers: Record<string, string> = {}): () => Action {
	return () => ({ instead: { status, headers, body } });
}

/** A spread of waits that is the same in every run. */
const spread = (number: number) => (number * 7919) % 500;

export const faults: Fault[] = [
	{ name: 'none', action: () => ({}), expected: 'all accepted' },
	{
		name: 'delay of 300 ms',
		action: () => ({ delayMs: 300 }),
		fills: true,
		storm: true,
		expected: 'all accepted',
	},
	{
		name: 'jitter of 0 to 500 ms, both ways',
		action: (number) => ({ delayMs: spread(number), answerDelayMs: spread(number + 3) }),
		storm: true,
		expected: 'all accepted',
	},
	{
		name: 'reset before the body is passed on',
		action: () => ({ instead: 'reset' }),
		expected: 'all accepted',
	},
	{
		name: 'reset before the body, storm',
		action: () => ({ instead: 'reset' }),
		storm: true,
		expected: 'none accepted, some unknown',
	},
	{
		name: 'reset after the server has processed it',
		action: () => ({ answer: 'reset' }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'reset after the server has processed it, storm',
		action: () => ({ answer: 'reset' }),
		storm: true,
		expected: 'none accepted, some unknown',
		duplicates: true,
	},
	{
		name: 'half a response',
		action: () => ({ answer: 'half' }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'hang past the timeout, not processed',
		action: () => ({ instead: 'hang' }),
		expected: 'all accepted',
	},
	{
		name: 'hang past the timeout, processed',
		action: () => ({ answer: 'hang' }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: 'hang past the timeout, storm',
		action: () => ({ answer: 'hang' }),
		storm: true,
		expected: 'none accepted, some unknown',
		duplicates: true,
	},
	{
		name: '429 with Retry-After',
		action: answered(429, '', { 'retry-after': '1' }),
		expected: 'all accepted',
	},
	{
		name: '429 with rate headers',
		action: answered(429, '', {
			'x-ratelimit-limit': '100',
			'x-ratelimit-remaining': '0',
			'x-ratelimit-reset': '1',
		}),
		expected: 'all accepted',
	},
	{
		name: '429 with a body',
		action: answered(429, JSON.stringify(LIMIT), JSON_TYPE),
		expected: 'all accepted',
	},
	{ name: '429, bodyless', action: answered(429), expected: 'all accepted' },
	{
		name: '500 storm',
		action: () => ({ instead: { status: 500, ...json({ title: 'Internal Error' }) } }),
		storm: true,
		expected: 'none accepted, some unknown',
	},
	{
		name: '500 after the server has processed it',
		action: () => ({ answer: { status: 500, ...json({ title: 'Internal Error' }) } }),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: '401 in mid-run',
		action: answered(401, JSON.stringify({ title: 'Authentication required' }), JSON_TYPE),
		expected: 'stops',
		varies: true,
	},
	{
		name: '409 in mid-run',
		action: answered(409, JSON.stringify({ title: 'API SECRET not configured' }), JSON_TYPE),
		expected: 'stops',
		varies: true,
	},
	{
		name: '413',
		action: answered(413, 'Request Entity Too Large', TEXT),
		expected: 'refused',
		splits: true,
	},
	{
		name: 'HTML with 200',
		action: () => ({ instead: { status: 200, ...HTML } }),
		expected: 'all accepted',
	},
	{
		name: 'HTML with 200, storm',
		action: () => ({ instead: { status: 200, ...HTML } }),
		storm: true,
		expected: 'none accepted, some unknown',
	},
	{
		name: 'invalid JSON, processed',
		action: () => ({
			answer: { headers: JSON_TYPE, body: '{"message": "Your request has been proc' },
		}),
		expected: 'all accepted',
		duplicates: true,
	},
	{
		name: '400 with title="…" text',
		action: answered(
			400,
			'title="Internal Error" description="Please Contact Moengage Team"',
			TEXT,
		),
		expected: 'refused',
	},
	{
		name: '2xx with title="…" text, processed',
		action: () => ({
			answer: {
				headers: TEXT,
				body: 'title="Internal Error" description="Please Contact Moengage Team"',
			},
		}),
		storm: true,
		expected: 'none accepted, some unknown',
		expectedOfReads: 'refused',
		varies: true,
		duplicates: true,
	},
	{
		name: 'empty 2xx, processed',
		action: () => ({ answer: { body: '' } }),
		storm: true,
		expected: 'all accepted',
		expectedOfReads: 'refused',
	},
];
