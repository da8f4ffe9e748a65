import { ID, expectRestored, live, sandbox, writes } from './liveCheck';

it('the live check prints the settings it needs', async () => {
	const { code, output } = await live([], {
		MOENGAGE_API_KEY: '',
		MOENGAGE_BASE_URL: 'http://x.y',
	});
	expect(code).toBe(1);
	expect(output).toMatch(/MOENGAGE_API_KEY .*missing/);
	expect(output).toMatch(/MOENGAGE_DATA_CENTER .*missing/);
	expect(output).not.toMatch(/MOENGAGE_WORKSPACE_ID .*missing/);
	expect(await sandbox.log()).toEqual([]);
});

it('the live check writes nothing without --yes', async () => {
	const { code, output, row } = await live([]);
	expect([code, row('body key')]).toEqual([0, undefined]);
	expect(output).toContain('Nothing was changed');
	expect(row('v5 API')).toMatch(/^fits .* on$/);
	expect((await sandbox.user(ID))?.changes).toBe(0);
	expect((await sandbox.state()).userCount).toBe(1);
});

it('the live check prints its findings and restores the user', async () => {
	const { code, output, row } = await live(['--yes'], {
		MOENGAGE_INACTIVE_CATEGORY: 'Holiday Specials',
	});
	expect([code, output]).toEqual([0, expect.stringContaining('The test user is as it was.')]);
	expect(row('rate headers')).toMatch(/^fits .*there; limit 100$/);
	expect(row('x-ratelimit-reset')).toMatch(/^fits .*seconds left +epoch seconds$/);
	expect(row('unknown user, v5')).toMatch(/^fits .*404 "/);
	expect(row('body key')).toMatch(/^fits .* accepted +accepted$/);
	expect(row('inactive category')).toMatch(/^fits .*left out silently$/);
	expect(row('unknown user, bulk')).toMatch(/^not checked .*MOENGAGE_UNKNOWN_CUSTOMER_ID$/);
	expect(row('unsubscribe_all')).toMatch(/^fits .*does not lift it$/);
	expect(row('email-based unsubscribe')).toMatch(/^fits .* on$/);
	expect(row('email and customer ID')).toMatch(/^not checked .*MOENGAGE_TEST_OPT_IN_STATUS$/);
	expect(row('empty categories ')).toMatch(/^fits .* accepted$/);
	expect(row('empty categories,')).toMatch(/^fits .* accepted$/);
	expect(row('customer ID that')).toMatch(/^not checked .*MOENGAGE_PLACEHOLDER_CUSTOMER_ID$/);
	expect(row('update_esp')).toMatch(/^fits .*accepted; set MOENGAGE_SUPPRESSED_EMAIL to see/);
	expect(row('PUT: empty categories ')).toMatch(/^not checked .*MOENGAGE_LANDING_PAGE_URL$/);
	expect(output).toMatch(/\n14 passed, 0 failed, 6 not checked\n$/);
	expect((await sandbox.state()).userCount).toBe(1);
	expect((await writes()).length).toBeGreaterThan(3);
	await expectRestored();
});

it('the live check prints the findings of another workspace', async () => {
	await sandbox.configure({
		headers: { reset: 'delta' },
		falseClears: true,
		unknownUsers: 'reject',
		switchedOff: ['optIn', 'resubscribe'],
		asyncMs: 200,
	});
	const { code, row } = await live(['--yes'], {
		MOENGAGE_UNKNOWN_CUSTOMER_ID: 'unknown@x.example',
	});
	expect(row('x-ratelimit-reset')).toMatch(/^fits .* seconds left$/);
	expect(row('email opt-in')).toMatch(/^fits .* off: 403/);
	expect(row('bulk resubscribe')).toMatch(/^fits .* off: 403/);
	expect(row('unknown user, bulk')).toMatch(/^fits .* 400 "User Not Found: No user has .* …"$/);
	expect(row('unsubscribe_all')).toMatch(/^fits .* lifts it$/);
	expect(code).toBe(0);
	await expectRestored();
});

describe('the open points', () => {
	const UNKNOWN = {
		MOENGAGE_UNKNOWN_CUSTOMER_ID: 'unknown',
		MOENGAGE_PLACEHOLDER_CUSTOMER_ID: 'guest',
		MOENGAGE_SUPPRESSED_EMAIL: 'gone@people.example',
		MOENGAGE_LANDING_PAGE_URL: 'https://x.example/?user_id=se.cr_et&cid=c',
	};
	const STATUS = { MOENGAGE_TEST_OPT_IN_STATUS: 'OPTED_OUT' };

	beforeEach(async () => {
		await sandbox.seedUsers([{ customer_id: ID, opt_in_status: 'OPTED_OUT' }]);
		await sandbox.seedLinks([{ user_id: 'se.cr_et', cid: 'c', customer_id: ID }]);
	});

	it.each([
		[
			{},
			{
				unsubscribe_all: /does not lift it$/,
				'empty categories ': / accepted$/,
				'empty categories,': / accepted$/,
				'PUT: unsubscribe_all': /does not lift it$/,
				'PUT: empty categories ': / accepted$/,
				'PUT: empty categories,': / accepted$/,
				'unknown user, bulk': / accepted$/,
				'customer ID that': / accepted$/,
				'update_esp left out': / accepted; it counts as true if SendGrid's suppression list/,
				'email-based unsubscribe': / on$/,
				'email and customer ID': / the email wins$/,
			},
		],
		[
			{
				falseClears: true,
				emptyCategories: 'reject',
				unknownUsers: 'reject',
				rejectedCustomerIds: ['guest'],
				missingUpdateEsp: 'reject',
				emailUnsubscribe: false,
				carryForward: false,
			},
			{
				unsubscribe_all: / lifts it$/,
				'empty categories ': / 400 "Categories Required/,
				'empty categories,': / 400 "Categories Required/,
				'PUT: unsubscribe_all': / lifts it$/,
				'PUT: empty categories ': / 400 "Categories Required/,
				'PUT: empty categories,': / 400 "Categories Required/,
				'unknown user, bulk': / 400 "User Not Found/,
				'customer ID that': / 400 "Bad Request: customer_id is not allowed"$/,
				'update_esp left out': / 400 "update_esp is missing"$/,
				'email-based unsubscribe': / off: 400 /,
				'email and customer ID': / the customer ID wins$/,
			},
		],
		[
			{ emptyCategories: 'withUnsubscribeAll', unknownUsers: 'ignore' },
			{
				'empty categories ': / 400 "Categories Required/,
				'empty categories,': / accepted$/,
				'PUT: empty categories ': / 400 "Categories Required/,
				'PUT: empty categories,': / accepted$/,
				'unknown user, bulk': / accepted$/,
			},
		],
	])('the live check prints the findings of a workspace with %j', async (settings, readings) => {
		await sandbox.configure(settings);
		const { code, row } = await live(['--yes'], { ...UNKNOWN, ...STATUS });
		for (const [point, reading] of Object.entries(readings)) {
			expect(row(point)).toMatch(/^fits /);
			expect(row(point)).toMatch(reading);
		}
		expect(code).toBe(0);
		await expectRestored();
		expect((await sandbox.user(ID))?.opt_in_status).toBe('OPTED_OUT');
	});

	it('the live check doesn’t write via the landing page of another user', async () => {
		const other = { Newsletter: true, Surveys: true, Promotional: true };
		await sandbox.seedUsers([{ customer_id: 'other', categories: other }]);
		await sandbox.seedLinks([{ user_id: 'se.cr_et', cid: 'c', customer_id: 'other' }]);
		const { code, row } = await live(['--yes'], { ...UNKNOWN, ...STATUS });
		for (const point of ['PUT: unsubscribe_all', 'PUT: empty categories '])
			expect(row(point)).toMatch(/^not checked .*the landing page isn't the test user's$/);
		expect(code).toBe(0);
		expect((await sandbox.user('other'))?.changes).toBe(0);
	});

	it('the live check skips the APIs that are off', async () => {
		await sandbox.configure({ switchedOff: ['optIn', 'resubscribe'] });
		const { code, row } = await live(['--yes'], STATUS);
		expect(row('update_esp')).toMatch(/^not checked .* is off$/);
		expect(row('email-based unsubscribe')).toMatch(/^not checked .* is off$/);
		expect(row('email and customer ID')).toMatch(/^not checked .* is off$/);
		expect(code).toBe(0);
	});
});

it('the live check reports missing rate headers and a rejected body key', async () => {
	await sandbox.configure({ headers: { rate: false } });
	const body = { message: 'Your request has been processed' };
	await sandbox.addFaults([
		{ do: 'status', status: 200, endpoint: 'bulkUpdate', body, apply: false },
	]);
	const { code, output, row } = await live(['--yes']);
	expect(row('rate headers')).toMatch(/^fits .* none$/);
	expect(row('body key')).toMatch(/^DIFFERS .* not accepted$/);
	expect(row('unsubscribe_all')).toMatch(/^not checked .* did not show true/);
	expect(code).toBe(1);
	expect(output).toContain(' 1 failed');
});

it('the live check reads and restores via a landing page if v5 is off', async () => {
	await sandbox.configure({
		switchedOff: ['v5Categories', 'v5GetPreferences', 'v5UpdatePreferences'],
	});
	await sandbox.seedLinks([{ user_id: 'se.cr_et', cid: 'c', customer_id: ID }]);
	const { code, row } = await live(['--yes'], {
		MOENGAGE_LANDING_PAGE_URL: 'https://x.example/?user_id=se.cr_et&cid=c',
	});
	expect([code, row('body key')]).toEqual([0, expect.stringMatching(/^fits /)]);
	expect(row('v5 API')).toMatch(/^fits .* off: 403/);
	expect(row('unsubscribe_all')).toMatch(/^not checked /);
	expect(row('empty categories ')).toMatch(/^fits .* accepted$/);
	expect(row('empty categories,')).toMatch(/^not checked .* needs v5$/);
	expect(row('PUT: empty categories ')).toMatch(/^fits .* accepted$/);
	expect(row('PUT: empty categories,')).toMatch(/^not checked .* needs v5$/);
	await expectRestored();
});
