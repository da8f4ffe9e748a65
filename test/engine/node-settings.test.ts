import { BULK, rows, suite } from '../support/engineSuite';

const t = suite();

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
