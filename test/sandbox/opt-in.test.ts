import { startSandbox, type SandboxHandle } from '../support/sandbox';

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => {
	await sandbox.reset();
	await sandbox.seedUsers([
		{ customer_id: 'jane', email_id: 'Jane@Example.com' },
		{ customer_id: 'twin', email_id: 'jane@example.com' },
		{ customer_id: 'alone' },
	]);
});

const PATH = '/v1.0/opt-in-management/user-preferences';
const body = (change: object) => ({
	user_preferences: { opt_in_status: 'DOUBLE_OPTED_IN', channel: 'email', ...change },
});
const put = async (data: unknown) => await sandbox.call('PUT', PATH, { data });
const putInvalid = async (data: unknown) => await sandbox.callInvalid('PUT', PATH, { data });
const optIn = async (change: object) => await put(body(change));

const rejection = (target: string) => ({
	error: {
		code: '400 Bad Request',
		message: expect.any(String) as unknown,
		details: { target, message: expect.any(String) as unknown },
	},
});

describe('opt-in', () => {
	it.each(['DOUBLE_OPTED_IN', 'OPTED_OUT', 'OPT_IN_PENDING'])(
		'opt-in stores %s',
		async (status) => {
			const response = await optIn({ customer_id: 'alone', opt_in_status: status });
			expect(response.status).toBe(200);
			expect(response.data).toEqual({ message: 'Your request has been processed successfully' });
			expect((await sandbox.user('alone'))?.opt_in_status).toBe(status);
		},
	);

	it('opt-in changes every profile with the email address, in any case', async () => {
		expect((await optIn({ email_id: 'JANE@example.com' })).status).toBe(200);
		const { users } = await sandbox.state();
		expect(users.map((user) => user.opt_in_status)).toEqual([
			'DOUBLE_OPTED_IN',
			'DOUBLE_OPTED_IN',
			null,
		]);
	});

	it('the email address takes precedence over the customer ID', async () => {
		await optIn({ customer_id: 'alone', email_id: 'jane@example.com' });
		expect((await sandbox.user('alone'))?.opt_in_status).toBeNull();
		expect((await sandbox.user('twin'))?.opt_in_status).toBe('DOUBLE_OPTED_IN');
	});

	it.each([{ customer_id: 'unknown' }, { email_id: 'unknown@example.com' }])(
		'an unknown user %j is a 400',
		async (who) => {
			const response = await optIn(who);
			expect(response.status).toBe(400);
			expect(response.data).toEqual(rejection('customer_id or email_id'));
		},
	);

	it('opt-in creates unknown users if set', async () => {
		await sandbox.configure({ acceptAnyUser: true });
		expect((await optIn({ customer_id: 'new', email_id: 'new@example.com' })).status).toBe(200);
		expect(await sandbox.user('new')).toMatchObject({
			email_id: 'new@example.com',
			opt_in_status: 'DOUBLE_OPTED_IN',
		});
	});

	it('opt-in stores OPTED_OUT if every category is false', async () => {
		await optIn({ customer_id: 'alone', categories: { Newsletter: false, Surveys: false } });
		expect(await sandbox.user('alone')).toMatchObject({
			opt_in_status: 'OPTED_OUT',
			categories: { Newsletter: false, Surveys: false },
		});
		await optIn({ customer_id: 'alone', categories: { Newsletter: true, Surveys: false } });
		expect((await sandbox.user('alone'))?.opt_in_status).toBe('DOUBLE_OPTED_IN');
	});

	it.each(['Holiday Specials', 'No Such', 'Order Texts'])(
		'rejects the whole request for the category "%s"',
		async (name) => {
			const response = await optIn({
				customer_id: 'alone',
				categories: { Newsletter: false, [name]: true },
			});
			expect(response.status).toBe(400);
			expect(response.data).toEqual(rejection('categories'));
			expect((await sandbox.user('alone'))?.changes).toBe(0);
		},
	);

	it.each([
		['an unknown status', { opt_in_status: 'YES' }, 'opt_in_status'],
		['no status', { opt_in_status: undefined }, 'opt_in_status'],
		['another channel', { channel: 'sms' }, 'channel'],
		['no channel', { channel: undefined }, 'channel'],
		['an extra key', { unsubscribe_all: false }, "['unsubscribe_all']"],
		['an empty customer ID', { customer_id: '' }, 'customer_id'],
		['a number as customer ID', { customer_id: 1 }, 'customer_id'],
		['an email address that is not text', { email_id: null }, 'email_id'],
		['neither identifier', { customer_id: undefined }, 'customer_id or email_id'],
		['categories as a list', { categories: ['Newsletter'] }, 'categories'],
		['a category that is neither true nor false', { categories: { Surveys: 1 } }, 'categories'],
	])('opt-in rejects %s', async (_what, change, target) => {
		const response = await putInvalid(body({ customer_id: 'alone', ...change }));
		expect(response.status).toBe(400);
		expect(response.data).toEqual(rejection(target));
		expect((await sandbox.user('alone'))?.changes).toBe(0);
	});

	it('opt-in accepts one user, no list and no other key', async () => {
		const one = { customer_id: 'alone', opt_in_status: 'OPTED_OUT', channel: 'email' };
		expect((await putInvalid({ user_preferences: [one] })).status).toBe(400);
		const extra = await putInvalid({ user_preferences: one, request_id: 'r' });
		expect(extra.data).toEqual(rejection("['request_id']"));
		expect((await put({ user_preferences: one })).status).toBe(200);
	});

	it('opt-in requires the customer ID with PII tokenization', async () => {
		await sandbox.configure({ piiTokenization: true });
		expect((await optIn({ email_id: 'jane@example.com' })).data).toEqual(rejection('customer_id'));
		expect((await optIn({ customer_id: 'alone' })).status).toBe(200);
	});

	it('opt-in requires the customer ID without email-based unsubscribe', async () => {
		await sandbox.configure({ emailUnsubscribe: false });
		expect((await optIn({ email_id: 'jane@example.com' })).data).toEqual(rejection('customer_id'));
		expect((await optIn({ customer_id: 'alone' })).status).toBe(200);
	});

	it('the customer ID takes precedence if consent isn’t carried over between profiles', async () => {
		await sandbox.configure({ carryForward: false });
		await optIn({ customer_id: 'alone', email_id: 'jane@example.com' });
		expect((await sandbox.user('alone'))?.opt_in_status).toBe('DOUBLE_OPTED_IN');
		expect((await sandbox.user('twin'))?.opt_in_status).toBeNull();
		await optIn({ email_id: 'jane@example.com' });
		expect((await sandbox.user('twin'))?.opt_in_status).toBe('DOUBLE_OPTED_IN');
	});

	it('the sentry check returns a 400 of another shape', async () => {
		await sandbox.addFaults([{ do: 'example', example: 'sentryCheckFailed' }]);
		const response = await optIn({ customer_id: 'alone' });
		expect(response.status).toBe(400);
		expect(response.data).toEqual({ message: 'Sentry check failed' });
		expect((await sandbox.user('alone'))?.changes).toBe(0);
	});
});
