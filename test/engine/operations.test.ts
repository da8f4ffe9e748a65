import { OPT_IN, suite } from '../support/engineSuite';

const t = suite({ windowMs: 1500 });

const ids = {
	resource: 'preference',
	identifyBy: 'ids',
	userId: '={{ $json.u }}',
	campaignId: '={{ $json.c }}',
	options: {},
};
const ADA = { u: 'Qm9i.x_y+z/=', c: 'c1.2_3 %' };

describe('Get by Landing Page Link', () => {
	it('Get by Landing Page Link sends the encrypted IDs unchanged', async () => {
		await t.sandbox.seedUsers([{ customer_id: ADA.u, categories: { Newsletter: false } }]);
		const { main } = await t.run({ ...ids, operation: 'get' }, [ADA]);
		expect(main).toEqual([
			{
				json: {
					user_id: ADA.u,
					cid: ADA.c,
					categories: expect.objectContaining({ Newsletter: false }),
					status: 'found',
					batch: 1,
					attempts: 1,
				},
				pairedItem: { item: 0 },
			},
		]);
		const [{ query, method, body }] = await t.sandbox.log();
		expect([query, method, body ?? null]).toEqual([{ user_id: ADA.u, cid: ADA.c }, 'GET', null]);
	});

	it.each([
		['query', `https://x.example/p?lang=de&user_id=a.b_c%2Bd&cid=9%2F9#top`],
		['fragment', `https://x.example/#/preferences?user_id=a.b_c+d&cid=9/9`],
		['fragment alone', `https://x.example/#cid=9%2F9&user_id=a.b_c+d`],
	])('the IDs are read from the landing page URL’s %s', async (_name, landingPageUrl) => {
		const parameters = { resource: 'preference', operation: 'get', options: {} };
		await t.run({ ...parameters, identifyBy: 'landingPageUrl', landingPageUrl }, [{}]);
		const [{ query }] = await t.sandbox.log();
		expect(query).toEqual({ user_id: 'a.b_c+d', cid: '9/9' });
	});

	it('a landing page URL without cid is rejected', async () => {
		const { error } = await t.run(
			{
				resource: 'preference',
				operation: 'get',
				identifyBy: 'landingPageUrl',
				landingPageUrl: 'https://x.example/?user_id=a',
				options: {},
			},
			[{}],
		);
		expect(error?.message).toBe("Rejected: 'Landing Page URL' doesn't contain cid");
		expect(await t.sandbox.log()).toEqual([]);
	});

	it('every item gets its own response', async () => {
		await t.sandbox.seedUsers(
			['a', 'b', 'c'].map((id, i) => ({ customer_id: id, categories: { Newsletter: i === 1 } })),
		);
		const items = ['a', 'b', 'c'].map((u) => ({ u, c: '1' }));
		const { main, hint } = await t.run({ ...ids, operation: 'get' }, items);
		const read = main.map(({ json }) => (json.categories as Record<string, boolean>).Newsletter);
		expect(read).toEqual([false, true, false]);
		expect(hint).toBe('MoEngage returned 3 users in 3 requests.');
	});
});

describe('Update by Landing Page Link', () => {
	const update = {
		...ids,
		operation: 'update',
		categoryInput: 'fields',
		categories: { category: [{ name: 'Newsletter', subscribed: '={{ $json.news }}' }] },
		unsubscribeAll: '={{ $json.all }}',
	};

	it('Update by Landing Page Link sends both keys, and the event ID if there is one', async () => {
		const options = { eventId: '={{ $json.event }}' };
		const { main } = await t.run({ ...update, options }, [
			{ ...ADA, news: 'yes', all: false, event: 'ev-1' },
			{ u: 'bob', c: '2', news: 0, all: 'yes', event: '' },
		]);
		expect(main.map(({ json }) => [json.message, json.status])).toEqual([
			['Success', 'accepted'],
			['Success', 'accepted'],
		]);
		const log = await t.sandbox.log();
		expect(log.map(({ query, body, method }) => ({ query, body, method }))).toEqual(
			expect.arrayContaining([
				{
					method: 'PUT',
					query: { user_id: ADA.u, cid: ADA.c, moe_event_id: 'ev-1' },
					body: { categories: { Newsletter: true }, unsubscribe_all: false },
				},
				{
					method: 'PUT',
					query: { user_id: 'bob', cid: '2' },
					body: { categories: { Newsletter: false }, unsubscribe_all: true },
				},
			]),
		);
	});

	it('the changes of one user are sent one after the other', async () => {
		const items = [1, 0, 1, 0, 1].map((news) => ({ ...ADA, news, all: 'no' }));
		await t.run(update, items);
		const log = await t.sandbox.log();
		expect(log.map(({ body }) => body.categories.Newsletter)).toEqual([
			true,
			false,
			true,
			false,
			true,
		]);
		expect((await t.sandbox.counters()).updatePreferences.maxInFlight).toBe(1);
	});
});

describe('Email Opt-In: Update', () => {
	beforeEach(async () => {
		await t.sandbox.seedUsers([
			{ customer_id: 'ada', email_id: 'ada@x.com' },
			{ customer_id: 'bob', email_id: 'bob@x.com' },
		]);
	});

	it('an opt-in update sends only the given fields', async () => {
		const { main } = await t.run(OPT_IN, [
			{ id: 'ada', email: '', status: 'DOUBLE_OPTED_IN' },
			{ id: '', email: 'bob@x.com', status: 'opted_out' },
		]);
		expect(main).toHaveLength(2);
		const bodies = (await t.sandbox.log()).map(({ body }) => body.user_preferences);
		expect(bodies).toEqual(
			expect.arrayContaining([
				{ customer_id: 'ada', opt_in_status: 'DOUBLE_OPTED_IN', channel: 'email' },
				{ email_id: 'bob@x.com', opt_in_status: 'OPTED_OUT', channel: 'email' },
			]),
		);
		expect((await t.sandbox.user('ada'))?.opt_in_status).toBe('DOUBLE_OPTED_IN');
	});

	it('an opt-in update sends categories only if there are some', async () => {
		const categories = { category: [{ name: 'Newsletter', subscribed: '={{ $json.news }}' }] };
		await t.run({ ...OPT_IN, categories }, [
			{ id: 'ada', status: 'DOUBLE_OPTED_IN', news: 'yes' },
			{ id: 'bob', status: 'DOUBLE_OPTED_IN', news: '' },
		]);
		const bodies = (await t.sandbox.log()).map(({ body }) => body.user_preferences);
		const of = (id: string) => bodies.find((body) => body.customer_id === id);
		expect(of('ada').categories).toEqual({ Newsletter: true });
		expect(of('bob')).not.toHaveProperty('categories');
	});

	it('an invalid opt-in update affects only its item', async () => {
		const items = [
			{ id: 'ada', status: 'OPTED_OUT' },
			{ id: '', email: ' ', status: 'OPTED_OUT' },
			{ id: 'ada', email: 'not an email', status: 'OPTED_OUT' },
			{ id: 'ada', status: 'MAYBE' },
			{ id: 'nobody', status: 'OPTED_OUT' },
		];
		const { main, errors } = await t.run(OPT_IN, items, { onError: 'continueErrorOutput' });
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(errors.map(({ json }) => json.error)).toEqual([
			"Rejected: 'Customer ID' and 'Email' are both empty",
			"Rejected: 'Email' contains a space, quote, or bracket",
			"Rejected: 'Opt-In Status' isn't one of the supported values",
			expect.stringMatching(/^Rejected: MoEngage rejected this change: /),
		]);
	});
});

describe('Email Resubscription: Resubscribe', () => {
	const resubscribe = {
		resource: 'resubscription',
		operation: 'resubscribe',
		email: '={{ $json.email }}',
		esp: 'SENDGRID',
		updateEsp: true,
		options: {},
	};
	const emails = (count: number) =>
		Array.from({ length: count }, (_, i) => ({ email: `user${i}@x.com` }));

	it('230 email addresses are resubscribed in 3 requests', async () => {
		const { main } = await t.run(resubscribe, emails(230));
		expect(main).toHaveLength(230);
		expect(main[0].json).toMatchObject({
			email: 'user0@x.com',
			esp: 'SENDGRID',
			update_esp: true,
			request_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/),
			response_id: expect.any(String),
			status: 'accepted',
		});
		const log = await t.sandbox.log();
		expect(log.map(({ users }) => users).sort((a, b) => a - b)).toEqual([30, 100, 100]);
		for (const { body, status } of log) {
			expect(status).toBe(202);
			expect(Object.keys(body).sort()).toEqual(['esp', 'recipients', 'request_id', 'update_esp']);
		}
		expect(new Set(log.map(({ body }) => body.request_id)).size).toBe(3);
	});

	it('a retry has the same request ID', async () => {
		await t.sandbox.addFaults([{ do: 'status', status: 500, times: 1 }]);
		await t.run(resubscribe, emails(2));
		const log = await t.sandbox.log();
		expect(log.map(({ status }) => status)).toEqual([500, 202]);
		expect(log[1].body).toEqual(log[0].body);
	});

	it('items with different settings are sent in separate requests', async () => {
		const items = emails(4).map((one, i) => ({ ...one, sync: i % 2 === 0 ? 'yes' : 'no' }));
		await t.run({ ...resubscribe, updateEsp: '={{ $json.sync }}' }, items);
		const log = await t.sandbox.log();
		expect(log.map(({ body }) => [body.update_esp, body.recipients.length]).sort()).toEqual([
			[false, 2],
			[true, 2],
		]);
	});

	it('a repeated email address is sent once', async () => {
		const repeated = ['a@x.com', 'A@X.com ', 'b@x.com', 'a@x.com'];
		const { main, hint } = await t.run(
			resubscribe,
			repeated.map((email) => ({ email })),
		);
		expect(main).toHaveLength(4);
		const [{ body }] = await t.sandbox.log();
		expect(body.recipients).toEqual(['a@x.com', 'b@x.com']);
		expect(hint).toContain('2 items were combined with another change of the same email address.');
	});

	it("the user's request ID gets a unique suffix per request", async () => {
		const options = { requestId: 'nov', batchSize: 2 };
		await t.run({ ...resubscribe, options }, emails(4));
		const sent = (await t.sandbox.log()).map(({ body }) => body.request_id as string);
		expect(new Set(sent).size).toBe(2);
		for (const id of sent) expect(id).toMatch(/^nov-[0-9a-f]{8}$/);
	});
});
