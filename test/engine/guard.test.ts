import { sleep } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 2000 });

/** Update by User by customer ID. */
const BY_USER = {
	resource: 'preference',
	operation: 'updateByUser',
	identifierType: 'uid',
	identifierValue: '={{ $json.id }}',
	channel: 'email',
	categoryInput: 'fields',
	categories: { category: [{ name: 'Newsletter', subscribed: '={{ $json.Newsletter }}' }] },
	globallyUnsubscribed: '={{ $json.all }}',
	options: {},
};
const GUARDED_BULK = { ...BULK, options: { respectGlobalUnsubscribe: true } };
const OUTPUT = { onError: 'continueErrorOutput' as const };
const IS_UNSUBSCRIBED = 'Rejected: the user is globally unsubscribed';

const LISTS = 200;
const isOut = (index: number) => index % 5 === 0;

async function seed(count = LISTS) {
	await t.sandbox.seedUsers(
		Array.from({ length: count }, (_, index) => ({
			customer_id: `user-${index}`,
			email_id: `user-${index}@x.com`,
			unsubscribed: isOut(index),
		})),
	);
}

const users = async () => (await t.sandbox.state()).users;
const callsTo = async (endpoint: string) =>
	(await t.sandbox.log()).filter((request) => request.endpoint === endpoint);
const reads = async () => await callsTo('v5GetPreferences');
const writes = async () => await callsTo('v5UpdatePreferences');
const bulkWrites = async () => await callsTo('bulkUpdate');

describe('Respect Global Unsubscribe', () => {
	it('of 200 users, the 40 who are globally unsubscribed stay untouched', async () => {
		await seed();
		const before = await users();
		const { main, errors, hint } = await t.run(BY_USER, rows(LISTS), OUTPUT);
		const after = await users();
		expect(before.filter(({ unsubscribed }) => unsubscribed)).toHaveLength(40);
		expect(after.filter(({ unsubscribed }) => unsubscribed)).toEqual(
			before.filter(({ unsubscribed }) => unsubscribed),
		);
		expect(after.filter(({ changes }) => changes === 1)).toHaveLength(160);
		expect([main.length, errors.length]).toEqual([160, 40]);
		expect(new Set(errors.map(({ json }) => json.error))).toEqual(new Set([IS_UNSUBSCRIBED]));
		expect(errors[0].json.message).toMatch(/newer consent/);
		expect([(await reads()).length, (await writes()).length]).toEqual([200, 160]);
		expect(hint).toMatch(/Looking up users took 200 requests\./);
	});

	it('without the option, the 40 are lifted', async () => {
		await seed();
		const off = { ...BY_USER, options: { respectGlobalUnsubscribe: false } };
		const { main } = await t.run(off, rows(LISTS), OUTPUT);
		expect(main).toHaveLength(200);
		expect(await reads()).toHaveLength(0);
		expect((await users()).filter(({ unsubscribed }) => unsubscribed)).toHaveLength(0);
	});

	it('an opt-out is sent without a lookup, even if lookups fail', async () => {
		await seed(2);
		await t.sandbox.configure({ switchedOff: ['v5GetPreferences'] });
		const out = rows(2).map((row) => ({ ...row, all: 'yes' }));
		const { main } = await t.run(BY_USER, out, OUTPUT);
		expect(main).toHaveLength(2);
		expect(await reads()).toHaveLength(0);
		expect((await t.sandbox.user('user-1'))?.unsubscribed).toBe(true);
	});

	it('an unknown user, an unreadable option, and an email of several profiles are rejected', async () => {
		await seed(2);
		await t.sandbox.seedUsers([{ customer_id: 'twin', email_id: 'user-1@x.com' }]);
		await t.sandbox.configure({ emailUnsubscribe: false });
		const parameters = {
			...BY_USER,
			identifierType: '={{ $json.by }}',
			options: { respectGlobalUnsubscribe: '={{ $json.guard }}' },
		};
		const [row] = rows(1);
		const { errors } = await t.run(
			parameters,
			[
				{ ...row, id: 'nobody', by: 'uid', guard: 'yes' },
				{ ...row, id: 'user-1', by: 'uid', guard: ' ' },
				{ ...row, id: 'user-1@x.com', by: 'email', guard: 'yes' },
			],
			OUTPUT,
		);
		expect(errors.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(/^Rejected: the user couldn't be looked up before the change: /),
			"Rejected: 'Respect Global Unsubscribe' is empty",
			expect.stringMatching(/^Rejected: the user couldn't be looked up before the change: /),
		]);
		expect(await writes()).toHaveLength(0);
	});

	it('an SMS change looks up the SMS channel', async () => {
		await seed(2);
		const sms = { ...BY_USER, channel: 'sms', categories: {} };
		await t.run(sms, [{ ...rows(2)[1] }], OUTPUT);
		expect((await reads()).map(({ query }) => query.channel)).toEqual(['sms']);
	});
});

describe('Respect Global Unsubscribe of Bulk Update', () => {
	it('a guarded bulk update leaves the 40 alone and sends the others in full requests', async () => {
		await seed();
		await t.sandbox.configure({ falseClears: true });
		const before = (await users()).filter(({ unsubscribed }) => unsubscribed);
		const { main, errors } = await t.run(GUARDED_BULK, rows(LISTS), OUTPUT);
		expect([main.length, errors.length]).toEqual([160, 40]);
		expect((await users()).filter(({ unsubscribed }) => unsubscribed)).toEqual(before);
		expect((await bulkWrites()).length).toBeLessThanOrEqual(6);
		for (const { query } of await reads())
			expect(query).toMatchObject({ user_identifier_type: 'uid', channel: 'email' });
	});

	it('an unguarded bulk update makes no lookup, and its hint says what that means', async () => {
		await seed();
		await t.sandbox.configure({ falseClears: true });
		const { hint } = await t.run(BULK, rows(LISTS), OUTPUT);
		expect(await reads()).toHaveLength(0);
		expect((await users()).filter(({ unsubscribed }) => unsubscribed)).toHaveLength(0);
		expect(hint).toMatch(/may have lifted.*\(100 users per minute\)\.$/);
	});
});

describe('The order of a user’s rows', () => {
	const at = (all: string, Newsletter = 'yes') => ({ id: 'user-1', Newsletter, all });

	it('a row behind the user’s own opt-out leaves it in force, though MoEngage applies it later', async () => {
		await seed(2);
		await t.sandbox.configure({ asyncMs: 500 });
		const { main, errors } = await t.run(BY_USER, [at('no'), at('yes'), at('no')], OUTPUT);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(errors.map(({ json }) => json.error)).toEqual([IS_UNSUBSCRIBED]);
		await sleep(700);
		expect((await t.sandbox.user('user-1'))?.unsubscribed).toBe(true);
	});

	const byAny = { ...BY_USER, identifierType: '={{ $json.by }}' };
	const byId = { ...at('yes'), by: 'uid' };
	const byEmail = { ...at('no'), id: 'user-1@x.com', by: 'email' };

	it('an opt-out by ID stays in force when a later row names the user by email', async () => {
		await seed(2);
		await t.sandbox.configure({ asyncMs: 500 });
		const { main, errors } = await t.run(byAny, [byId, byEmail], OUTPUT);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(errors.map(({ json }) => json.error)).toEqual([IS_UNSUBSCRIBED]);
		await sleep(700);
		expect((await t.sandbox.user('user-1'))?.unsubscribed).toBe(true);
	});

	it('after an unconfirmed opt-out by ID, rows by email are left alone', async () => {
		await seed(2);
		await t.sandbox.addFaults([{ do: 'cut-after', endpoint: 'v5UpdatePreferences', times: 1 }]);
		const options = { maxTries: 1 };
		const { errors } = await t.run({ ...byAny, options }, [byId, byEmail], OUTPUT);
		expect(errors.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(/^Unconfirmed: /),
			"Unconfirmed: an earlier item's unsubscribe, possibly of the same user, isn't known to be in force",
		]);
		expect(await writes()).toHaveLength(1);
	});

	it('a rejected opt-out doesn’t block the rows behind it', async () => {
		await seed(2);
		await t.sandbox.addFaults([{ do: 'reject', endpoint: 'v5UpdatePreferences', times: 1 }]);
		const { main, errors } = await t.run(BY_USER, [at('yes'), at('no')], OUTPUT);
		expect([main.length, errors.length]).toEqual([1, 1]);
		expect((await t.sandbox.user('user-1'))?.unsubscribed).toBe(false);
	});

	it('a lookup comes after the earlier change of the same user', async () => {
		await seed(2);
		await t.run(BY_USER, [at('no', 'no'), at('no'), at('no', 'no')], OUTPUT);
		const order = (await t.sandbox.userRequests()).map(({ method }) => method);
		expect(order).toEqual(['GET', 'PATCH', 'GET', 'PATCH', 'GET', 'PATCH']);
	});
});

describe('A lookup that fails', () => {
	const FAILS = { endpoint: 'v5GetPreferences' };
	const once = { options: { maxTries: 1, timeout: 1000 } };

	it.each([
		['a 500', { do: 'status', status: 500 }],
		['a lost connection', { do: 'cut-before' }],
		['a timeout', { do: 'hang' }],
	])('%s leaves the users alone as unconfirmed', async (_, fault) => {
		await seed(3);
		await t.sandbox.addFaults([{ ...fault, ...FAILS }]);
		const { errors } = await t.run({ ...BY_USER, ...once }, rows(3), OUTPUT);
		expect(errors.map(({ json }) => json.error)).toEqual(
			Array(3).fill(
				expect.stringMatching(/^Unconfirmed: the user couldn't be looked up before the change: /),
			),
		);
		expect(await writes()).toHaveLength(0);
		expect((await users()).every(({ changes }) => changes === 0)).toBe(true);
	});

	it('a 500 that passes is retried, and the change follows', async () => {
		await seed(3);
		await t.sandbox.addFaults([{ do: 'status', status: 500, times: 1, ...FAILS }]);
		const { main, errors } = await t.run(BY_USER, rows(3), OUTPUT);
		expect([main.length, errors.length]).toEqual([2, 1]);
		expect(await reads()).toHaveLength(4);
	});

	it('a 429 delays the lookups and loses none', async () => {
		await seed(10);
		await t.sandbox.addFaults([{ do: 'status', status: 429, times: 2, ...FAILS }]);
		const { main, errors } = await t.run(BY_USER, rows(10), OUTPUT);
		expect([main.length, errors.length]).toEqual([8, 2]);
	});

	it('a 403 of lookups sends nothing, and says why', async () => {
		await seed(3);
		await t.sandbox.configure({ switchedOff: ['v5GetPreferences'] });
		const { errors } = await t.run(BY_USER, rows(3), OUTPUT);
		expect(errors.map(({ json }) => json.error)).toEqual(
			Array(3).fill('Not sent: the API key lacks the permission for this API'),
		);
		expect(await writes()).toHaveLength(0);
	});

	it('a 403 of changes ends the lookups', async () => {
		await seed();
		await t.sandbox.configure({ switchedOff: ['v5UpdatePreferences'] });
		const { errors } = await t.run(BY_USER, rows(LISTS), OUTPUT);
		expect(errors).toHaveLength(LISTS);
		expect((await reads()).length).toBeLessThan(30);
	});

	it('Stop in mid-run ends at once, and nothing is sent after it', async () => {
		await seed();
		await t.sandbox.addFaults([{ do: 'delay', delayMs: 200, ...FAILS }]);
		const cancelWhen = t.sandbox.firstRequest('v5UpdatePreferences');
		await t.run(BY_USER, rows(LISTS), { ...OUTPUT, cancelWhen });
		const sent = (await t.sandbox.userRequests()).length;
		expect(sent).toBeLessThan(LISTS);
		await sleep(1500);
		expect((await t.sandbox.userRequests()).length).toBe(sent);
		for (const [index, { unsubscribed }] of (await users()).entries())
			expect(unsubscribed).toBe(isOut(index));
	});
});

describe('A preview with Respect Global Unsubscribe', () => {
	it('a preview of a Bulk Update counts the same requests as the run', async () => {
		await seed(4);
		const options = { respectGlobalUnsubscribe: true };
		const items = ['user-1', 'user-1', 'user-2', 'user-1'].map((id) => ({ ...rows(1)[0], id }));
		const preview = await t.run({ ...BULK, options: { ...options, dryRun: true } }, items);
		const run = await t.run({ ...BULK, options }, items);
		const { requests } = (await t.sandbox.counters()).bulkUpdate;
		expect(run.main).toHaveLength(4);
		expect(preview.hint).toContain(`That takes ${requests} requests`);
	});

	it('a preview sends nothing and says how many users would be looked up', async () => {
		const items = rows(160).map((row, index) => ({ ...row, all: index < 10 ? 'yes' : 'no' }));
		const preview = { ...BY_USER, options: { dryRun: true } };
		const { hint } = await t.run(preview, items);
		expect(await t.sandbox.userRequests()).toEqual([]);
		expect(hint).toContain('150 users would be looked up first');
	});
});
