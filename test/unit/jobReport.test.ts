import type { IDataObject } from 'n8n-workflow';

import { readContactFile } from '../harness/contact-file.mts';
import { checkResult, type JobResult } from '../harness/job-report.mts';
import type { SandboxProcess } from '../harness/sandbox-process.mts';

const LIST = 'ID,News,Out\na,yes,no\nguest,no,yes\n,yes,no\nc,maybe,yes\n';
const COLUMNS = { id: 'ID', categories: ['News'], unsubscribed: 'Out' };
const file = readContactFile(Buffer.from(LIST), 'contacts.csv');

/** A sandbox with one active email category. */
const sandbox = {
	control: async () => ({ categories: [{ name: 'News', channel: 'email', status: 'active' }] }),
} as unknown as SandboxProcess;

const user = (customer_id: string, subscribed: boolean, unsubscribed: boolean) => ({
	customer_id,
	email_id: null,
	categories: { News: subscribed },
	unsubscribed,
	opt_in_status: null,
});
const item = (index: number, json: IDataObject = {}) => ({ json, pairedItem: { item: index } });

/** The right result of the list. */
const RIGHT: JobResult = {
	accepted: [
		item(0),
		item(1, { warnings: ['A placeholder'] }),
		item(3, { warnings: ['Left out'] }),
	],
	rejected: [item(2, { error: 'Rejected' })],
	requests: [],
	users: [user('a', true, false), user('guest', false, true), user('c', false, true)],
	tookMs: 0,
	problem: '',
};
const check = (change: Partial<JobResult> = {}, preview = false) =>
	checkResult(file, COLUMNS, sandbox, { ...RIGHT, ...change }, preview);

describe('The check of a result against its file', () => {
	it('finds nothing if all is right', async () => {
		expect(await check()).toEqual([]);
		expect(await check({ users: [] }, true)).toEqual([]);
	});

	it.each<[string, Partial<JobResult>, RegExp]>([
		[
			'a lost opt-out',
			{ users: [RIGHT.users[0], user('guest', true, false), RIGHT.users[2]] },
			/^guest: /,
		],
		['a lost user', { users: RIGHT.users.slice(1) }, /^a is missing$/],
		[
			'an unexpected user',
			{ users: [...RIGHT.users, user('9', true, false)] },
			/^9 is unexpected$/,
		],
		['a rejected row', { rejected: [item(1), item(2)] }, /1 rows to be rejected, got 2/],
		['another rejected row', { rejected: [item(0)] }, /1 rows to be rejected, got 1 or different/],
		[
			'a missing warning',
			{ accepted: [...RIGHT.accepted.slice(0, 2), item(3)] },
			/accepted with a warning, got 1/,
		],
		['a missing item', { accepted: RIGHT.accepted.slice(1) }, /3 rows to be accepted, got 2/],
		['a stopped workflow', { problem: 'Canceled' }, /^the workflow stopped: Canceled$/],
	])('reports %s', async (_what, change, line) => {
		expect(await check(change)).toEqual([expect.stringMatching(line)]);
	});

	it('reports a preview that sent something', async () => {
		expect(await check({ requests: [{} as never], users: [] }, true)).toHaveLength(1);
		expect(await check({}, true)).toHaveLength(3);
	});

	it('expects rows without an opt-out to be rejected if a category has no value at all', async () => {
		const empty = readContactFile(Buffer.from('ID,News,Out\na,,no\nb,,yes\n'), 'contacts.csv');
		const result = {
			...RIGHT,
			accepted: [item(1, { warnings: ['Left out'] })],
			rejected: [item(0)],
			users: [user('b', false, true)],
		};
		expect(await checkResult(empty, COLUMNS, sandbox, result)).toEqual([]);
	});
});
