import { BULK, rows, suite, UNCHECKED } from '../support/engineSuite';

/** A moment as the output shows it. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const t = suite();

describe('Bulk Update', () => {
	it('137 items with 3 duplicates and 3 invalid ones are sent in 3 requests', async () => {
		const items = rows(137).map((row, i) => (i < 131 ? row : { ...row, id: `user-${i - 131}` }));
		items[131].Promotional = 0;
		items[134].id = '';
		items[135].id = '  ';
		items[136].Newsletter = 'perhaps';
		const result = await t.run(BULK, items, { onError: 'continueErrorOutput' });

		expect(result.error).toBeUndefined();
		expect(result.hints.map(({ message }) => message)).toEqual([
			'MoEngage accepted 134 items for 131 users in 3 requests. 3 items were rejected: see the error output.',
			'3 items were combined with another change of the same user.',
			UNCHECKED.trim(),
		]);
		expect(result.main.map(({ pairedItem }) => pairedItem)).toEqual(
			Array.from({ length: 134 }, (_, item) => ({ item })),
		);
		expect(result.main[1].json).toEqual({
			customer_id: 'user-1',
			categories: { Newsletter: false, Promotional: true },
			unsubscribe_all: false,
			channel: 'email',
			message: 'Your request has been processed',
			status: 'accepted',
			accepted_at: expect.stringMatching(ISO),
			batch: 1,
			attempts: 1,
		});
		expect(result.errors.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 134 },
			{ item: 135 },
			{ item: 136 },
		]);
		expect(result.errors[2].json).toMatchObject({ ...items[136], error: expect.any(String) });

		const log = await t.sandbox.userRequests();
		expect(log.map(({ users }) => users).sort()).toEqual([31, 50, 50]);
		expect(log.every(({ status, auth }) => status === 200 && auth === 'right')).toBe(true);
		const { users } = await t.sandbox.state();
		expect(users).toHaveLength(131);
		for (const { customer_id, categories } of users) {
			const i = Number(customer_id.split('-')[1]);
			// user-0 is repeated in row 131 with "no" for promotions, and user-1 and user-2 in the next rows.
			const subscribed = i < 3 ? (131 + i) % 2 === 0 : i % 2 === 0;
			expect(categories).toEqual({ Newsletter: subscribed, Promotional: i !== 0 });
		}
	});

	it('a bulk update sends exactly the documented request', async () => {
		await t.run(
			{
				...BULK,
				categoryInput: 'fields',
				categories: { category: [{ name: 'Newsletter', subscribed: false }] },
				unsubscribeAll: false,
			},
			[{ id: 4711 }],
		);
		const [{ body, headers, headerNames, method, path }] = await t.sandbox.userRequests();
		expect(body).toEqual({
			channel: 'email',
			user_preferences: [
				{ customer_id: '4711', categories: { Newsletter: false }, unsubscribe_all: false },
			],
		});
		expect([method, path]).toEqual(['POST', '/v1/category-subscription/user-preferences']);
		expect(headers['content-type']).toBe('application/json');
		expect(headerNames.map((name) => name.toLowerCase())).not.toContain('moe-project-code');
	});

	it('changes that can’t be merged are sent in order', async () => {
		const row = { Newsletter: 'yes', Promotional: '' };
		await t.run(BULK, [
			{ ...row, id: 'ada', all: 'yes' },
			{ ...row, id: 'ada', all: 'no' },
			{ ...row, id: 'bob', all: 'no' },
			{ ...row, id: 'bob', all: 'yes' },
		]);
		const log = await t.sandbox.userRequests();
		const sent = log.flatMap((request) => request.body.user_preferences) as Array<{
			customer_id: string;
			unsubscribe_all: boolean;
		}>;
		const of = (id: string) =>
			sent.filter((one) => one.customer_id === id).map((one) => one.unsubscribe_all);
		expect(of('ada')).toEqual([true, false]);
		expect(of('bob')).toEqual([false, true]);
		expect(log).toHaveLength(2);
	});

	it('an empty category is ignored, and an empty switch is rejected', async () => {
		const [row] = rows(1);
		const items = [
			{ ...row, Newsletter: '', Promotional: ' ' },
			{ ...row, Newsletter: '', Promotional: ' ', all: 'YES' },
			{ ...row, id: 'u2', all: '' },
			{ ...row, id: 'u3', all: null },
			{ ...row, id: 'u4', Newsletter: null },
		];
		const { main } = await t.run(BULK, items, { onError: 'continueRegularOutput' });
		expect(main.map(({ json }) => json.error ?? json.categories)).toEqual([
			'Rejected: there is no category to change',
			{},
			"Rejected: 'Unsubscribe From All' is empty",
			"Rejected: 'Unsubscribe From All' is empty",
			{ Promotional: true },
		]);
	});

	it('categories can have names that JavaScript reserves', async () => {
		await t.sandbox.configure({ categories: ['__proto__', 'constructor'] });
		const categoriesJson = '={{ $json.c }}';
		await t.run({ ...BULK, categoryInput: 'json', categoriesJson }, [
			{ id: 'ada', all: 'no', c: '{"__proto__": true, "constructor": false}' },
		]);
		const [{ body }] = await t.sandbox.userRequests();
		expect(JSON.stringify(body)).toContain('{"__proto__":true,"constructor":false}');
	});

	it('the batch size splits a list, up to 50 users per request', async () => {
		await t.run({ ...BULK, options: { batchSize: 3 } }, rows(7));
		await t.run({ ...BULK, options: { batchSize: 5000 } }, rows(60));
		const log = await t.sandbox.userRequests();
		expect(log.map(({ users }) => users).sort((a, b) => a - b)).toEqual([1, 3, 3, 10, 50]);
	});

	it('the incoming items stay unchanged', async () => {
		const items = rows(3).map((json) => ({ json, binary: {} }));
		const before = JSON.stringify(items);
		await t.run(BULK, items);
		expect(JSON.stringify(items)).toBe(before);
	});

	it('with Include Input Fields, each accepted item keeps its incoming fields', async () => {
		const items = rows(3).map((row, i) => ({ ...row, Owner: `owner-${i}` }));
		const options = { includeInputFields: true };
		const { main, errors } = await t.run({ ...BULK, options }, [...items, { id: '' }], {
			onError: 'continueErrorOutput',
		});
		expect(main.map(({ json }) => json.input)).toEqual(items);
		expect(errors[0].json).not.toHaveProperty('input');
		const keys = Object.keys(main[0].json);
		expect(keys.slice(0, 3)).toEqual(['customer_id', 'status', 'accepted_at']);
		expect(keys.slice(-3)).toEqual(['batch', 'attempts', 'input']);
	});
});
