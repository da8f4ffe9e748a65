import { BULK, rows, suite, UNCHECKED } from '../support/engineSuite';

const t = suite({ windowMs: 3000 });

/** Twelve rows: 1 has no ID, MoEngage rejects 4, and 7 is a later change of 0. */
const mixed = () =>
	rows(12).map((row, i) => {
		if (i === 1) return { ...row, id: '' };
		return i === 7 ? { ...row, id: 'user-0', Newsletter: 'no' } : row;
	});
const REJECTED = 'Rejected: MoEngage rejected this change: Bad Request: Unknown user';
const rejecting = (user: string, times?: number) => ({
	do: 'reject',
	user,
	message: 'Unknown user',
	...(times && { times }),
});
const places = (count: number) => Array.from({ length: count }, (_, item) => ({ item }));

describe('On Error with items rejected by the node and by MoEngage', () => {
	beforeEach(async () => await t.sandbox.addFaults([rejecting('user-4')]));

	it('Stop Workflow reports the first rejected item and counts all items by outcome', async () => {
		const { error, main, status } = await t.run(BULK, mixed());
		expect([status, main]).toEqual(['error', []]);
		expect(error).toMatchObject({
			message: "Rejected: 'Customer ID' is empty (of 12 items: 10 accepted, 2 rejected)",
			itemIndex: 1,
		});
		expect(error?.description).toBe(
			"Set it for this item, or remove items without it before this node. In an expression, check that the field name is spelled as in the incoming item. To continue with the accepted items, set 'On Error' in this node's settings to 'Continue (using error output)'.",
		);
		expect((await t.sandbox.user('user-0'))?.categories.Newsletter).toBe(false);
	});

	it('Stop Workflow reports MoEngage’s message and status', async () => {
		const { error } = await t.run(BULK, mixed().slice(2));
		expect(error).toMatchObject({
			message: `${REJECTED} (of 10 items: 9 accepted, 1 rejected)`,
			httpCode: '400',
			itemIndex: 2,
		});
	});

	it('Continue returns all items in order, two of them with an error and a fix', async () => {
		const { main, hint, hints } = await t.run(BULK, mixed(), {
			onError: 'continueRegularOutput',
		});
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual(places(12));
		expect(main.map(({ json }) => json.status ?? json.error)).toEqual(
			mixed().map((_, i) =>
				i === 1 ? "Rejected: 'Customer ID' is empty" : i === 4 ? REJECTED : 'accepted',
			),
		);
		expect(main.map(({ json }) => json.customer_id)).toEqual(
			mixed().map(({ id }, i) => (i === 1 || i === 4 ? undefined : id)),
		);
		// Only these two keys: otherwise, n8n up to 2.8 treats the item as successful.
		expect(Object.keys(main[4].json)).toEqual(['error', 'message']);
		expect(main[4].json.message).toMatch(/^Fix the value MoEngage reported for this item/);
		expect(hints[0].type).toBe('warning');
		expect(hint).toMatch(
			/^MoEngage accepted 10 items for 9 users in \d+ requests\. 2 items were rejected: see .*\. 1 item was combined with another change of the same user\./,
		);
	});

	it('Continue (using error output) sends ten items to one output and two to the other, all paired', async () => {
		const { main, errors } = await t.run(BULK, mixed(), { onError: 'continueErrorOutput' });
		const good = places(12).filter(({ item }) => item !== 1 && item !== 4);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual(good);
		expect(main.map(({ json }) => json.customer_id)).toEqual(
			good.map(({ item }) => mixed()[item].id),
		);
		expect(errors.map(({ json, pairedItem }) => [json.error, json.id, pairedItem])).toEqual([
			["Rejected: 'Customer ID' is empty", '', { item: 1 }],
			[REJECTED, 'user-4', { item: 4 }],
		]);
	});
});

describe('On Error if nothing is accepted', () => {
	const wrong = () => ({ credential: t.credential({ apiKey: 'wrong' }) });

	it.each([['continueRegularOutput'], ['continueErrorOutput']] as const)(
		'%s returns every item in order with what to check',
		async (onError) => {
			const { main, errors, hint, hints } = await t.run(BULK, rows(120), { onError, ...wrong() });
			const [failed, other] = onError === 'continueErrorOutput' ? [errors, main] : [main, errors];
			expect(other).toEqual([]);
			expect(failed.map(({ pairedItem }) => pairedItem)).toEqual(places(120));
			expect(new Set(failed.map(({ json }) => json.error))).toEqual(
				new Set(['Not sent: MoEngage rejected this workspace ID and API key in this data center']),
			);
			expect(failed[119].json.message).toMatch(/'Workspace ID'.*'API Key'.*'Data Center'/);
			expect(hint).toMatch(
				/^Not sent: MoEngage rejected this workspace ID and API key .* This is the reason for all 120 items\.$/,
			);
			expect(hints[0].type).toBe('warning');
			expect(await t.sandbox.log()).toHaveLength(1);
		},
	);

	it('without a response, every item is unconfirmed', async () => {
		await t.sandbox.addFaults([{ do: 'cut-after' }]);
		const { errors, hint } = await t.run({ ...BULK, options: { maxTries: 1 } }, rows(3, 'lost'), {
			onError: 'continueErrorOutput',
		});
		expect(errors.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual(
			places(3).map((place) => [expect.stringMatching(/^Unconfirmed: /), place]),
		);
		expect(hint).toMatch(/^Unconfirmed: .* This is the reason for all 3 items\.$/);
	});
});

describe('Retry On Fail', () => {
	const requests = async () => (await t.sandbox.log()).length;

	it.each([
		['item 0', 'user-0', 2],
		['a later item', 'user-2', 1],
	])(
		'Retry On Fail with Continue reruns the node as n8n does if %s is rejected',
		async (_name, user, runs) => {
			await t.sandbox.addFaults([rejecting(user)]);
			const alone = { ...BULK, options: { batchSize: 1 } };
			const { main, hint } = await t.run(alone, rows(4), {
				onError: 'continueRegularOutput',
				retryOnFail: true,
			});
			expect(main.map(({ pairedItem }) => pairedItem)).toEqual(places(4));
			expect(main.map(({ json }) => json.status ?? json.error)).toEqual(
				rows(4).map(({ id }) => (id === user ? REJECTED : 'accepted')),
			);
			expect(await requests()).toBe(4 * runs);
			expect(hint.match(/MoEngage accepted/g)).toHaveLength(1);
		},
	);

	it('Retry On Fail with the error output reruns the node for item 0 and returns it once', async () => {
		await t.sandbox.addFaults([rejecting('user-0')]);
		const alone = { ...BULK, options: { batchSize: 1 } };
		const { main, errors } = await t.run(alone, rows(3), {
			onError: 'continueErrorOutput',
			retryOnFail: true,
		});
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
		expect(errors.map(({ json, pairedItem }) => [json.error, json.id, pairedItem])).toEqual([
			[REJECTED, 'user-0', { item: 0 }],
		]);
		expect(await requests()).toBe(6);
	});

	it.each([
		['item 0', 'user-0'],
		['a later item', 'user-2'],
	])(
		'Retry On Fail with Stop Workflow accepts %s in the second run after one rejection',
		async (_name, user) => {
			await t.sandbox.addFaults([rejecting(user, 1)]);
			const alone = { ...BULK, options: { batchSize: 1 } };
			const { main, error, status } = await t.run(alone, rows(3), { retryOnFail: true });
			expect([status, error]).toEqual(['success', undefined]);
			expect(
				main.map(({ json, pairedItem }) => [json.customer_id, json.status, pairedItem]),
			).toEqual(places(3).map((place) => [`user-${place.item}`, 'accepted', place]));
			expect(await requests()).toBe(6);
		},
	);

	it('without Retry On Fail, the first rejection stops the workflow', async () => {
		await t.sandbox.addFaults([rejecting('user-0', 1)]);
		const { error } = await t.run({ ...BULK, options: { batchSize: 1 } }, rows(3));
		expect(error?.message).toBe(`${REJECTED} (of 3 items: 2 accepted, 1 rejected)`);
		expect(await requests()).toBe(3);
	});
});

describe('Always Output Data', () => {
	it('Always Output Data adds nothing to existing output', async () => {
		const { main } = await t.run(BULK, rows(3), { alwaysOutputData: true });
		expect(main.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual(
			places(3).map((place) => ['accepted', place]),
		);
	});

	it('Always Output Data adds an empty item if all items are rejected', async () => {
		const items = rows(2).map((row) => ({ ...row, id: '' }));
		const { main, errors } = await t.run(BULK, items, {
			alwaysOutputData: true,
			onError: 'continueErrorOutput',
		});
		expect(main).toEqual([{ json: {}, pairedItem: [0, 1].map((item) => ({ item, input: 0 })) }]);
		expect(errors.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual(
			places(2).map((place) => ["Rejected: 'Customer ID' is empty", place]),
		);
	});

	it('Always Output Data doesn’t prevent Stop Workflow', async () => {
		const { status, main } = await t.run(BULK, [{ id: '' }], { alwaysOutputData: true });
		expect([status, main]).toEqual(['error', []]);
	});
});

describe('Execute Once', () => {
	it('Execute Once sends and pairs only the first item', async () => {
		const { main, hint } = await t.run(BULK, rows(5), { executeOnce: true });
		expect(main.map(({ json, pairedItem }) => [json.customer_id, pairedItem])).toEqual([
			['user-0', { item: 0 }],
		]);
		expect(hint).toBe(`MoEngage accepted 1 user in 1 request.${UNCHECKED}`);
		const [{ users }] = await t.sandbox.log();
		expect(users).toBe(1);
	});

	it('Execute Once reports a rejected first item alone', async () => {
		const { error } = await t.run(BULK, [{ ...rows(1)[0], id: '' }, ...rows(2)], {
			executeOnce: true,
		});
		expect(error).toMatchObject({ message: "Rejected: 'Customer ID' is empty", itemIndex: 0 });
		expect(await t.sandbox.log()).toEqual([]);
	});
});
