import { endpointSuite, FIREWALL, NAMES, PREFERENCES, shape, V5 } from './endpointSuite';

const t = endpointSuite();
const { call, callInvalid } = t;

describe('credentials', () => {
	it.each(NAMES)('%s accepts the right credentials', async (name) => {
		const { status } = await call(name);
		expect([200, 202]).toContain(status);
		expect((await t.sandbox.log())[0]).toMatchObject({ endpoint: name, auth: 'right' });
	});

	it.each(NAMES)('%s rejects a wrong key with its own error', async (name) => {
		const response = await call(name, {
			auth: { username: t.sandbox.workspaceId, password: 'no' },
		});
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await t.sandbox.log())[0]).toMatchObject({ auth: 'wrong', applied: false });
	});

	it.each(NAMES)('%s rejects an unknown workspace', async (name) => {
		const response = await call(name, {
			auth: { username: 'OTHER', password: t.sandbox.apiKey },
			headers: { 'MOE-APPKEY': 'OTHER' },
		});
		expect(response.status).toBe(401);
	});

	it.each(NAMES)('%s rejects a MOE-APPKEY that differs from the user name', async (name) => {
		const response = await call(name, { headers: { 'MOE-APPKEY': 'OTHER' } });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await t.sandbox.log())[0].auth).toBe('mismatch');
	});

	it.each(NAMES)('%s rejects a request without authorization', async (name) => {
		const response = await callInvalid(name, { auth: undefined });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await t.sandbox.log())[0].auth).toBe('missing');
	});

	it.each(NAMES)('%s rejects a request without MOE-APPKEY', async (name) => {
		const response = await callInvalid(name, { headers: { 'MOE-APPKEY': null } });
		expect(response.status).toBe(401);
		expect((await t.sandbox.log())[0].auth).toBe('noAppKey');
	});

	it('a preference request gets the documented 401s', async () => {
		expect((await callInvalid('bulkUpdate', { auth: undefined })).data).toEqual({
			title: 'Authentication required',
			description: 'No identity information found.',
		});
		expect((await callInvalid('bulkUpdate', { headers: { 'MOE-APPKEY': null } })).data).toEqual({
			title: 'Header required',
			description: 'MOE-APPKEY missing in Header',
		});
	});

	it('resubscribe has a separate code for each 401', async () => {
		const missing = await callInvalid('resubscribe', { auth: undefined });
		expect(missing.data.error.err_code).toBe('AuthenticationMissing');
		const mismatch = await call('resubscribe', { headers: { 'MOE-APPKEY': 'OTHER' } });
		expect(mismatch.data.error.err_code).toBe('HeaderMismatch');
	});

	it.each(['Bearer abc', 'Basic'])(
		'a request with the authorization "%s" is rejected',
		async (authorization) => {
			const headers = { authorization };
			expect((await callInvalid('bulkUpdate', { auth: undefined, headers })).status).toBe(401);
		},
	);

	it.each(['Basic %%%', 'Basic bm9jb2xvbg=='])(
		'a request with the authorization "%s" is rejected',
		async (authorization) => {
			const response = await call('bulkUpdate', { auth: undefined, headers: { authorization } });
			expect(response.status).toBe(401);
		},
	);
});

describe('MOE-PROJECT-CODE', () => {
	const needed = ['bulkUpdate', 'optIn', 'resubscribe', ...V5];

	beforeEach(async () => {
		const { workspaceId: id, apiKey } = t.sandbox;
		await t.sandbox.configure({ workspaces: [{ id, apiKey, projectCode: 'P1' }] });
	});

	it.each(needed)('%s returns 400 without MOE-PROJECT-CODE or with another one', async (name) => {
		const response = await call(name);
		expect(response.status).toBe(400);
		expect(response.data).toEqual(shape(name, 400));
		expect((await call(name, { headers: { 'MOE-PROJECT-CODE': 'P2' } })).status).toBe(400);
		expect((await t.sandbox.log()).map(({ auth }) => auth)).toEqual([
			'noProjectCode',
			'noProjectCode',
		]);
		const right = await call(name, { headers: { 'MOE-PROJECT-CODE': 'P1' } });
		expect([200, 202]).toContain(right.status);
	});

	it('a missing MOE-PROJECT-CODE returns the three documented errors', async () => {
		expect((await call('bulkUpdate')).data).toEqual({
			title: 'MOE-PROJECT-CODE',
			description: 'MOE-PROJECT-CODE header missing in request',
		});
		expect((await call('optIn')).data).toMatchObject({
			error: { message: 'Invalid Header', details: { target: 'MOE-PROJECT-CODE' } },
		});
		expect((await call('resubscribe')).data).toMatchObject({
			error: { err_code: 'InvalidHeaderValue' },
		});
	});

	it.each(['getPreferences', 'updatePreferences'])(
		'%s works without MOE-PROJECT-CODE',
		async (name) => {
			expect((await call(name)).status).toBe(200);
		},
	);
});

describe('features and access that are off', () => {
	it.each(NAMES)('%s returns its 403 if the API is off', async (name) => {
		await t.sandbox.configure({ switchedOff: [name] });
		const response = await call(name);
		expect(response.status).toBe(403);
		expect(response.data).toEqual(
			FIREWALL.includes(name)
				? { error: 'IP Validation Required', message: expect.any(String) as unknown }
				: shape(name, 403),
		);
		if (name === 'optIn') {
			expect(response.data.error.details.target).toBe('Email Opt-in Management');
		}
		if (V5.includes(name)) expect(response.data.error.code).toBe('Forbidden');
	});

	it.each(NAMES)('%s returns the firewall error if the IP is not allowed', async (name) => {
		await t.sandbox.configure({ ipAllowed: false });
		const response = await call(name);
		expect(response.status).toBe(403);
		expect(response.data).toMatchObject({ error: 'IP Validation Required' });
	});

	it.each([
		['v5Categories', 'read'],
		['v5GetPreferences', 'read'],
		['v5UpdatePreferences', 'write'],
	])('%s names the missing scope %s:subscriptions', async (name, scope) => {
		await t.sandbox.configure({ switchedOff: [name] });
		expect((await call(name)).data.error.message).toContain(`${scope}:subscriptions`);
	});

	it('only the preference APIs return 409 without an API secret', async () => {
		await t.sandbox.configure({ apiSecretConfigured: false });
		for (const name of PREFERENCES) {
			const response = await call(name);
			expect(response.status).toBe(409);
			expect(response.data.title).toBe('API SECRET not configured');
		}
		expect((await call('resubscribe')).status).toBe(202);
	});
});
