/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- a test reads a page from disk; it isn't part of the package */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery';
import {
	duration,
	loopAdvice,
	othersSentence,
	peopleIn,
	previewSummary,
	progressLine,
	sharedReason,
	summary,
} from '../../../nodes/MoEngageSubscription/execution/runSummary';

const report = (change: Partial<DeliveryReport<unknown, unknown>>) => ({
	outcomes: [],
	requests: 1,
	throttled: 0,
	merged: 0,
	serialized: 0,
	waitedMs: 0,
	...change,
});
const counts = { accepted: 0, rejected: 0, notSent: 0, unconfirmed: 0 };
const users = ['user', 'users'] as const;
const context = { noun: users, reasonsIn: 'the error output' };

describe('the hint', () => {
	it('the summary lists users, requests, rejections, and the wait', () => {
		const found = summary(
			{ ...counts, accepted: 1204, rejected: 3 },
			1204,
			report({ requests: 25, waitedMs: 12_400 }),
			context,
		);
		expect(found).toEqual([
			'MoEngage accepted 1,204 users in 25 requests.',
			'3 items were rejected: see the error output.',
			'The run waited 12 s for the rate limit.',
		]);
	});
	it('the summary counts rejected, unsent, and unconfirmed items separately', () => {
		const each = { accepted: 1, rejected: 2, notSent: 3, unconfirmed: 4 };
		const found = summary(each, 1, report({}), context);
		expect(found).toEqual([
			'MoEngage accepted 1 user in 1 request.',
			'2 items were rejected: see the error output.',
			'3 items were not sent.',
			'4 items are unconfirmed.',
		]);
	});
	it('the loop advice appears from the second small run on', () => {
		const found = (earlier: number, items: number, batchSize = 50) =>
			loopAdvice(earlier, items, { batchSize }, users).join(' ');
		expect(found(1, 1)).toBe(
			'This node ran 2 times in this execution, this time with 1 item, and each run needs a separate request. If this node is inside a loop, move it out of the loop, so that up to 50 users share a request.',
		);
		expect(found(24, 10)).toContain('ran 25 times in this execution, this time with 10 items,');
		expect([found(0, 1), found(1, 11), found(1, 50), found(1, 1, 1)]).toEqual(['', '', '', '']);
	});
	it('the summary counts users only if their number differs from the items', () => {
		const found = (accepted: number, people?: number) =>
			summary({ ...counts, accepted }, people, report({ requests: 40 }), context)[0];
		expect(found(1992, 1968)).toBe('MoEngage accepted 1,992 items for 1,968 users in 40 requests.');
		expect(found(2, 1)).toBe('MoEngage accepted 2 items for 1 user in 40 requests.');
		expect(found(3)).toBe('MoEngage accepted 3 items in 40 requests.');
		const endpoint = { limit: 100, windowMs: 60_000 };
		expect(previewSummary({ ...counts, accepted: 3 }, 2, users, 1, endpoint)).toEqual([
			'Preview only, nothing was sent: 3 items for 2 users would be sent.',
			'That takes 1 request and a few seconds.',
		]);
	});
	it('peopleIn counts each accepted user once', () => {
		const people = (...keys: string[][]) =>
			peopleIn(
				keys.map((one) => ({ keys: one })),
				keys.map(([key]) => ({ status: key === 'no' ? 'rejected' : 'accepted' })),
			);
		expect(people(['a'], ['b'], ['a'], ['no'])).toBe(2);
		expect(people([], [])).toBe(2);
		expect(people(['id:a', 'email:b'], ['email:b'])).toBeUndefined();
		expect(people(['no', 'email:b'], ['a'])).toBe(1);
	});
});

describe('time', () => {
	it.each([
		[400, '0 s'],
		[59_600, '60 s'],
		[119_000, '119 s'],
		[120_000, '2 min'],
		[7_100_000, '118 min'],
		[86_400_000, '24 h'],
	])('%i ms is shown as %s', (ms, text) => {
		expect(duration(ms)).toBe(text);
	});
	it('the progress line shows the remaining time', () => {
		const line = progressLine({ done: 2500, total: 10_000, requests: 50, msLeft: 90_000 });
		expect(line).toBe('MoEngage: 2,500 of 10,000 done in 50 requests, about 90 s left');
	});
});

describe('othersSentence', () => {
	it('the error that stops a workflow counts all items by outcome', () => {
		expect(othersSentence({ ...counts, rejected: 1 })).toBe('');
		expect(othersSentence({ ...counts, accepted: 1201, rejected: 2 })).toBe(
			' (of 1,203 items: 1,201 accepted, 2 rejected)',
		);
		expect(othersSentence({ ...counts, notSent: 2 })).toBe(
			' (of 2 items: none accepted, 2 not sent)',
		);
	});
});

describe('sharedReason', () => {
	const description = 'Check the key. Try again. MoEngage\'s message: "No. Not now"';
	it('each sentence of the reason is separate, and MoEngage’s message stays whole', () => {
		expect(sharedReason({ message: 'Not sent: no', description }, 500)).toEqual([
			'Not sent: no.',
			'Check the key.',
			'Try again.',
			'MoEngage\'s message: "No. Not now".',
			'This is the reason for all 500 items.',
		]);
		expect(sharedReason({ message: 'Not sent: no', description: '' }, 1)).toEqual([
			'Not sent: no.',
		]);
	});
	it('the sentences of every documented error fit into a hint', () => {
		const page = readFileSync(path.resolve(__dirname, '../../../docs/errors.md'), 'utf8');
		const rows = [...page.matchAll(/^\| ((?:Rejected|Not sent|Unconfirmed): .+?) \| (.+?) \|$/gm)];
		expect(rows.length).toBeGreaterThan(50);
		const sentences = rows.flatMap(([, message = '', fix = '']) =>
			sharedReason({ message, description: fix }, 2),
		);
		expect(sentences.filter(({ length }) => length > 120)).toEqual([]);
	});
});
