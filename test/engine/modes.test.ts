import { BULK, rows, suite } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

describe('Preview Only', () => {
	const preview = { ...BULK, options: { dryRun: true } };

	it('a preview sends nothing and shows each item with its batch and merged change', async () => {
		const items = [...rows(60), { ...rows(1)[0], Newsletter: 'no', Promotional: '' }, { id: '' }];
		const { main, errors, hints } = await t.run(preview, items, {
			onError: 'continueErrorOutput',
		});
		expect(await t.sandbox.log()).toEqual([]);
		expect([main.length, errors.length]).toEqual([61, 1]);
		expect(main[0].json).toEqual({
			customer_id: 'user-0',
			categories: { Newsletter: false, Promotional: true },
			unsubscribe_all: false,
			status: 'preview',
			batch: 1,
			attempts: 1,
		});
		expect(main[60].json).toEqual(main[0].json);
		expect(new Set(main.map(({ json }) => json.batch))).toEqual(new Set([1, 2]));
		expect(hints[0].message).toBe(
			'Preview only, nothing was sent. 61 items for 60 users would be sent in 2 requests, which would take a few seconds; 1 would be rejected',
		);
	});

	it('a preview of a long list is immediate and estimates the duration', async () => {
		const started = Date.now();
		const { main, hints } = await t.run(
			{ ...preview, options: { dryRun: 'yes', batchSize: 1 } },
			rows(1000),
		);
		expect(main).toHaveLength(1000);
		expect(hints[0].message).toContain('1,000 users would be sent in 1,000 requests');
		expect(hints[0].message).toContain('about 27 s');
		expect(Date.now() - started).toBeLessThan(10_000);
	}, 20_000);
});

describe("n8n's settings", () => {
	it('Execute Once sends only the first item', async () => {
		const { main } = await t.run(BULK, rows(5), { executeOnce: true });
		expect(main).toHaveLength(1);
		expect((await t.sandbox.state()).userCount).toBe(1);
	});

	it('a run without items sends nothing and returns nothing', async () => {
		const { main, status } = await t.run(BULK, []);
		expect([main, status]).toEqual([[], 'success']);
		expect(await t.sandbox.log()).toEqual([]);
	});

	it('Retry On Fail resends the whole list without harm', async () => {
		const items = [...rows(2), { id: '' }];
		const { error } = await t.run(BULK, items, { retryOnFail: true });
		expect(error?.message).toContain("Rejected: 'Customer ID' is empty");
		expect((await t.sandbox.log()).length).toBe(2);
		expect((await t.sandbox.state()).userCount).toBe(2);
	});

	it('a workspace with Portfolio requires the credential’s project code', async () => {
		const { sandbox } = t;
		await sandbox.configure({
			workspaces: [{ id: sandbox.workspaceId, apiKey: sandbox.apiKey, projectCode: 'shop' }],
		});
		const without = await t.run(BULK, rows(1));
		expect(without.error).toBeDefined();
		const given = await t.run(BULK, rows(1), {
			credential: t.credential({ projectCode: 'shop' }),
		});
		expect(given.error).toBeUndefined();
	});

	it('two runs with different API keys never share a request', async () => {
		const { sandbox } = t;
		await sandbox.addFaults([{ do: 'delay', delayMs: 150 }]);
		const [good, bad] = await Promise.all([
			t.run({ ...BULK, options: { batchSize: 1 } }, rows(8), { onError: 'continueRegularOutput' }),
			t.run(BULK, rows(8), {
				credential: t.credential({ apiKey: 'wrong' }),
				onError: 'continueRegularOutput',
			}),
		]);
		expect(good.main.map(({ json }) => json.status)).toEqual(Array(8).fill('accepted'));
		expect(bad.main.every(({ json }) => typeof json.error === 'string')).toBe(true);
	});
});

describe('the limit', () => {
	it('the rate limit is kept, and the hint shows the wait', async () => {
		const { hints, main } = await t.run(
			{ ...BULK, options: { batchSize: 1, requestsPerMinute: 100 } },
			rows(105),
		);
		expect(main).toHaveLength(105);
		expect(hints[0].message).toMatch(
			/^105 users in 105 requests.*; waited \d+ s for the rate limit$/,
		);
		const { bulkUpdate } = await t.sandbox.counters();
		expect(bulkUpdate.byStatus).toEqual({ 200: 105 });
	}, 15_000);

	it('a 429 without a body affects no item', async () => {
		await t.sandbox.addFaults([
			{ do: 'status', status: 429, body: null, headers: { 'retry-after': '1' }, times: 1 },
		]);
		const { main, error } = await t.run(BULK, rows(2));
		expect(error).toBeUndefined();
		expect(main.map(({ json }) => json.attempts)).toEqual([1, 1]);
	});
});

describe('the description', () => {
	it('the node has the public names that saved workflows depend on', () => {
		const { description } = t.engine.nodeType;
		const names = (resource: string, operation: string) =>
			description.properties
				.filter(
					({ displayOptions, type }) =>
						type !== 'notice' &&
						displayOptions?.show?.resource?.includes(resource) &&
						displayOptions.show.operation?.includes(operation),
				)
				.map(({ name }) => name)
				.sort();
		const categories = ['categories', 'categoriesJson', 'categoryFieldNames', 'categoryInput'];
		const visitor = ['campaignId', 'identifyBy', 'landingPageUrl', 'userId'];
		const user = ['channel', 'identifierType', 'identifierValue'];
		const sorted = (...all: string[]) => [...all, 'options'].sort();
		expect(names('preference', 'get')).toEqual(sorted(...visitor));
		expect(names('preference', 'update')).toEqual(
			sorted(...visitor, ...categories, 'unsubscribeAll'),
		);
		expect(names('preference', 'bulkUpdate')).toEqual(
			sorted('customerId', ...categories, 'unsubscribeAll'),
		);
		expect(names('preference', 'getByUser')).toEqual(sorted(...user));
		expect(names('preference', 'updateByUser')).toEqual(
			sorted(...user, ...categories, 'globallyUnsubscribed'),
		);
		expect(names('optIn', 'update')).toEqual(
			sorted('customerId', 'email', 'optInStatus', ...categories),
		);
		expect(names('resubscription', 'resubscribe')).toEqual(sorted('email', 'esp', 'updateEsp'));
		expect(names('category', 'getAll')).toEqual(sorted('channel'));
		expect([description.name, description.version]).toEqual(['moEngageSubscription', 1]);
	});
});
