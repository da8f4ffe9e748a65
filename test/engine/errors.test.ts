import { sleep } from 'n8n-workflow';

import { BULK, rows, suite } from '../support/engineSuite';
import { impostor } from '../support/impostor';

const t = suite();

const SECRET = () => [
	t.sandbox.apiKey,
	Buffer.from(`${t.sandbox.workspaceId}:${t.sandbox.apiKey}`).toString('base64'),
];

describe('On Error', () => {
	const items = () => rows(5).map((row, i) => (i === 1 || i === 3 ? { ...row, id: '' } : row));

	it('Stop Workflow delivers the valid items first, then stops with their numbers', async () => {
		const { error, main, status, hints } = await t.run(BULK, items());
		expect([status, main, hints]).toEqual(['error', [], []]);
		expect(error).toMatchObject({
			message: "Rejected: 'Customer ID' is empty (of 5 items: 3 accepted, 2 rejected)",
			itemIndex: 1,
		});
		expect(error?.description).toContain('Continue (using error output)');
		expect((await t.sandbox.state()).userCount).toBe(3);
	});

	it('Continue returns every item in order, and rejected ones as errors', async () => {
		const { main, errors } = await t.run(BULK, items(), { onError: 'continueRegularOutput' });
		expect(errors).toEqual([]);
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => ({ item })),
		);
		expect(main.map(({ json }) => json.status ?? json.error)).toEqual([
			'accepted',
			"Rejected: 'Customer ID' is empty",
			'accepted',
			"Rejected: 'Customer ID' is empty",
			'accepted',
		]);
	});

	it('Continue (using error output) keeps the incoming data of rejected items', async () => {
		const { main, errors } = await t.run(BULK, items(), { onError: 'continueErrorOutput' });
		expect(main.map(({ pairedItem }) => pairedItem)).toEqual([0, 2, 4].map((item) => ({ item })));
		expect(
			errors.map(({ json, pairedItem }) => [json.error, json.Promotional, pairedItem]),
		).toEqual([1, 3].map((item) => ["Rejected: 'Customer ID' is empty", 1, { item }]));
	});

	it('a rejection by MoEngage affects only the item at fault', async () => {
		await t.sandbox.addFaults([{ do: 'reject', user: 'user-7', message: 'Bad user' }]);
		const { main, errors } = await t.run(BULK, rows(50), { onError: 'continueErrorOutput' });
		expect(main).toHaveLength(49);
		expect(errors.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			[expect.stringMatching(/^Rejected: MoEngage rejected this change: .*Bad user/), { item: 7 }],
		]);
		expect((await t.sandbox.log()).length).toBeLessThanOrEqual(12);
	});

	it('the errors of a rejected batch contain no other user', async () => {
		const message = 'user-7 with seven@x.com is bad';
		await t.sandbox.addFaults([{ do: 'reject', user: 'user-7', message }]);
		const { errors } = await t.run(
			{ ...BULK, options: { onRejectedBatch: 'rejectBatch' } },
			rows(9),
			{
				onError: 'continueErrorOutput',
			},
		);
		expect(errors).toHaveLength(9);
		const messages = JSON.stringify(errors.map(({ json }) => json.error));
		expect(messages).toContain('is bad');
		expect(messages).not.toMatch(/user-7|seven/);
		expect(await t.sandbox.log()).toHaveLength(1);
	});

	it('an expression that fails is an error of its item alone', async () => {
		const customerId = '={{ $json.id.toUpperCase() }}';
		const list = [{ ...rows(1)[0] }, { Newsletter: 1, Promotional: 1, all: 'no', id: 7 }];
		const { errors, main } = await t.run({ ...BULK, customerId }, list, {
			onError: 'continueErrorOutput',
		});
		expect([main.length, errors.length]).toEqual([1, 1]);
	});
});

describe('a wrong credential', () => {
	it.each([
		['key', { apiKey: 'wrong' }],
		['workspace', { workspaceId: 'wrong' }],
	])('a wrong %s stops the run and says what to check', async (_name, change) => {
		const { error, stored } = await t.run(BULK, rows(500), { credential: t.credential(change) });
		expect(error).toMatchObject({
			message:
				'Not sent: MoEngage rejected this workspace ID and API key in this data center (of 500 items: none accepted, 500 not sent)',
			httpCode: '401',
			itemIndex: 0,
		});
		expect(error?.description).toMatch(/'Workspace ID'.*'API Key'.*'Data Center'/);
		expect(JSON.stringify([error, stored])).not.toContain(SECRET()[0]);
		expect((await t.sandbox.log()).length).toBeLessThanOrEqual(5);
	});

	it('a list of one batch with a wrong API key sends one request', async () => {
		await t.run(BULK, rows(20), { credential: t.credential({ apiKey: 'wrong' }) });
		expect(await t.sandbox.log()).toHaveLength(1);
	});

	it.each([
		['API key', { apiKey: ' ' }, 'Not sent: the API key in the MoEngage credential is empty'],
		['base URL', { baseUrl: 'http://api.example' }, 'must start with https://'],
	])('an invalid %s sends nothing', async (_name, change, message) => {
		const { error } = await t.run(BULK, rows(2), { credential: t.credential(change) });
		expect(error?.message).toContain(message);
	});

	it('a 409 of the older APIs is about the API secret', async () => {
		await t.sandbox.configure({ apiSecretConfigured: false });
		const { error } = await t.run(BULK, rows(3));
		expect(error?.message).toMatch(/^Not sent: no API secret is set up for this workspace/);
		expect(await t.sandbox.log()).toHaveLength(1);
	});
});

describe('the network', () => {
	it('an unreachable host leaves the items not sent, with the cause', async () => {
		const credential = t.credential({ baseUrl: 'http://127.0.0.1:9' });
		const { error } = await t.run({ ...BULK, options: { maxTries: 1 } }, rows(2), { credential });
		expect(error?.message).toContain(
			"Not sent: MoEngage couldn't be reached: no server is listening at its host",
		);
		expect(error?.message).toContain('2 not sent');
		expect(error?.description).toContain('ECONNREFUSED');
	});

	it('a server that doesn’t respond leaves the item unconfirmed after the timeout', async () => {
		await t.sandbox.addFaults([{ do: 'hang' }]);
		const started = Date.now();
		const { error } = await t.run({ ...BULK, options: { timeout: 1000, maxTries: 1 } }, rows(1));
		expect(error?.message).toContain("Unconfirmed: MoEngage didn't respond within 1 s");
		expect(Date.now() - started).toBeLessThan(25_000);
	});

	it.each(['cut-before', 'cut-after', 'half', 'html', 'invalid-json'])(
		'a batch is resent after the fault %s',
		async (fault) => {
			await t.sandbox.addFaults([{ do: fault, times: 1 }]);
			// Separate users: after a lost response, a later change of the same user waits a while.
			const { main, error } = await t.run(BULK, rows(2, fault));
			expect(error).toBeUndefined();
			expect(main.map(({ json }) => json.attempts)).toEqual([2, 2]);
		},
	);

	it.each(['empty', 'title'])(
		'an item is accepted only if a 200 with the body fault %s was applied',
		async (fault) => {
			await t.sandbox.addFaults([{ do: fault, times: 1 }]);
			const { main, errors } = await t.run(BULK, rows(2, fault), {
				onError: 'continueErrorOutput',
			});
			expect(main.length + errors.length).toBe(2);
			const { userCount } = await t.sandbox.state();
			expect(main.length).toBeLessThanOrEqual(userCount);
		},
	);
});

describe('a server that isn’t MoEngage', () => {
	it.each([301, 302, 303, 307, 308])(
		'a %i to another server sends nothing there',
		async (status) => {
			await using target = await impostor(() => [200, {}, '{}']);
			await using gate = await impostor(() => [status, { location: `${target.url}/take` }, '']);
			const credential = t.credential({ baseUrl: gate.url });
			const { error } = await t.run(BULK, rows(2), { credential });
			expect(error?.message).toContain(
				`Not sent: this URL redirects to ${new URL(target.url).host}`,
			);
			expect([gate.requests.length, target.requests.length]).toEqual([1, 0]);
			expect(gate.requests[0]).toContain('authorization');
		},
	);

	it('an endless response isn’t read to its end', async () => {
		await using flood = await impostor(() => [200, {}, `"${'x'.repeat(8 * 1024 * 1024)}"`]);
		const { error } = await t.run({ ...BULK, options: { maxTries: 1 } }, rows(1), {
			credential: t.credential({ baseUrl: flood.url }),
		});
		expect(error?.message).toContain(
			'Unconfirmed: the response was far larger than any that MoEngage sends',
		);
	});

	it('an echoed API key doesn’t appear in the output', async () => {
		await using echo = await impostor(() => [
			400,
			{},
			JSON.stringify({ message: SECRET().join() }),
		]);
		const { stored, error } = await t.run(BULK, rows(1), {
			credential: t.credential({ baseUrl: echo.url }),
		});
		expect(error?.message).toMatch(/^Rejected: MoEngage rejected this change/);
		for (const secret of SECRET()) expect(JSON.stringify([stored, error])).not.toContain(secret);
	});
});

describe('Stop', () => {
	it('Stop ends a waiting run, and no request follows', async () => {
		await t.sandbox.addFaults([{ do: 'delay', delayMs: 200 }]);
		const cancelWhen = t.sandbox.firstRequest();
		await t.run({ ...BULK, options: { batchSize: 1 } }, rows(100), { cancelWhen });
		const { length } = await t.sandbox.log();
		await sleep(600);
		expect(await t.sandbox.log()).toHaveLength(length);
		expect(length).toBeLessThan(40);
	});
});
