import type { AxiosRequestConfig } from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const UNKNOWN_UUID = '5f0c4a53-98c1-4d0c-8a39-0a7e0d0b9d11';

/** A valid request of every endpoint with Basic auth. */
const CALLS: Record<string, [method: string, url: string, config?: AxiosRequestConfig]> = {
	getPreferences: ['GET', '/v1/category-subscription/user-preferences?user_id=u&cid=c'],
	updatePreferences: [
		'PUT',
		'/v1/category-subscription/user-preferences?user_id=u&cid=c',
		{ data: { unsubscribe_all: false, categories: { Newsletter: true } } },
	],
	bulkUpdate: [
		'POST',
		'/v1/category-subscription/user-preferences',
		{
			data: {
				channel: 'email',
				user_preferences: [
					{ customer_id: 'u', categories: { Newsletter: true }, unsubscribe_all: false },
				],
			},
		},
	],
	optIn: [
		'PUT',
		'/v1.0/opt-in-management/user-preferences',
		{
			data: {
				user_preferences: { customer_id: 'u', opt_in_status: 'OPTED_OUT', channel: 'email' },
			},
		},
	],
	resubscribe: [
		'POST',
		'/emails/v1.0/bulk-resubscribe',
		{ data: { recipients: ['a@x.com'], esp: 'SENDGRID', update_esp: true, request_id: 'r' } },
	],
	v5Categories: ['GET', '/v5/subscription-categories?channel=email'],
	v5GetPreferences: [
		'GET',
		'/v5/subscription-preferences?user_identifier_type=uid&user_identifier_value=u',
	],
	v5UpdatePreferences: [
		'PATCH',
		'/v5/subscription-preferences',
		{
			data: {
				user_identifier_type: 'uid',
				user_identifier_value: 'u',
				is_globally_unsubscribed: false,
			},
			headers: { 'Idempotency-Key': UNKNOWN_UUID },
		},
	],
};
const NAMES = Object.keys(CALLS);
const FIREWALL = ['getPreferences', 'updatePreferences', 'bulkUpdate', 'resubscribe'];
const PREFERENCES = ['getPreferences', 'updatePreferences', 'bulkUpdate'];
const V5 = ['v5Categories', 'v5GetPreferences', 'v5UpdatePreferences'];

let sandbox: SandboxHandle;

async function call(name: string, more: AxiosRequestConfig = {}) {
	const [method, url, config = {}] = CALLS[name];
	const headers = { ...config.headers, ...more.headers } as AxiosRequestConfig['headers'];
	return await sandbox.call(method, url, { ...config, ...more, headers });
}

/** Like `call`, with something that the document doesn't allow. */
async function callInvalid(name: string, more: AxiosRequestConfig) {
	const headers = { ...more.headers, 'X-Sandbox-Invalid-Request': 'on purpose' };
	return await call(name, { ...more, headers } as AxiosRequestConfig);
}

/** The body of an error in the shape of the endpoint's API. */
function shape(name: string, status: number) {
	const text = expect.any(String) as unknown;
	if (PREFERENCES.includes(name)) return { title: text, description: text };
	if (name === 'resubscribe') {
		return { response_id: text, error: { message: text, err_code: text } };
	}
	if (name === 'optIn') {
		return {
			error: {
				code: expect.stringMatching(new RegExp(`^${status} `)) as unknown,
				message: text,
				details: { target: text, message: text },
			},
		};
	}
	return { error: { code: text, message: text, target: text } };
}

beforeAll(async () => {
	sandbox = await startSandbox();
	await sandbox.seedUsers([{ customer_id: 'u' }]);
});
afterAll(async () => await sandbox.stop());
afterEach(async () => await sandbox.reset('config', 'log', 'rules', 'limits'));

describe('credentials', () => {
	it.each(NAMES)('%s accepts the right credentials', async (name) => {
		const { status } = await call(name);
		expect([200, 202]).toContain(status);
		expect((await sandbox.log())[0]).toMatchObject({ endpoint: name, auth: 'right' });
	});

	it.each(NAMES)('%s rejects a wrong key with its own error', async (name) => {
		const response = await call(name, { auth: { username: sandbox.workspaceId, password: 'no' } });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0]).toMatchObject({ auth: 'wrong', applied: false });
	});

	it.each(NAMES)('%s rejects an unknown workspace', async (name) => {
		const response = await call(name, {
			auth: { username: 'OTHER', password: sandbox.apiKey },
			headers: { 'MOE-APPKEY': 'OTHER' },
		});
		expect(response.status).toBe(401);
	});

	it.each(NAMES)('%s rejects a MOE-APPKEY that differs from the user name', async (name) => {
		const response = await call(name, { headers: { 'MOE-APPKEY': 'OTHER' } });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0].auth).toBe('mismatch');
	});

	it.each(NAMES)('%s rejects a request without authorization', async (name) => {
		const response = await callInvalid(name, { auth: undefined });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0].auth).toBe('missing');
	});

	it.each(NAMES)('%s rejects a request without MOE-APPKEY', async (name) => {
		const response = await callInvalid(name, { headers: { 'MOE-APPKEY': null } });
		expect(response.status).toBe(401);
		expect((await sandbox.log())[0].auth).toBe('noAppKey');
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
		const { workspaceId: id, apiKey } = sandbox;
		await sandbox.configure({ workspaces: [{ id, apiKey, projectCode: 'P1' }] });
	});

	it.each(needed)('%s returns 400 without MOE-PROJECT-CODE or with another one', async (name) => {
		const response = await call(name);
		expect(response.status).toBe(400);
		expect(response.data).toEqual(shape(name, 400));
		expect((await call(name, { headers: { 'MOE-PROJECT-CODE': 'P2' } })).status).toBe(400);
		expect((await sandbox.log()).map(({ auth }) => auth)).toEqual([
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
		await sandbox.configure({ switchedOff: [name] });
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
		await sandbox.configure({ ipAllowed: false });
		const response = await call(name);
		expect(response.status).toBe(403);
		expect(response.data).toMatchObject({ error: 'IP Validation Required' });
	});

	it.each([
		['v5Categories', 'read'],
		['v5GetPreferences', 'read'],
		['v5UpdatePreferences', 'write'],
	])('%s names the missing scope %s:subscriptions', async (name, scope) => {
		await sandbox.configure({ switchedOff: [name] });
		expect((await call(name)).data.error.message).toContain(`${scope}:subscriptions`);
	});

	it('only the preference APIs return 409 without an API secret', async () => {
		await sandbox.configure({ apiSecretConfigured: false });
		for (const name of PREFERENCES) {
			const response = await call(name);
			expect(response.status).toBe(409);
			expect(response.data.title).toBe('API SECRET not configured');
		}
		expect((await call('resubscribe')).status).toBe(202);
	});
});

describe('URLs and methods', () => {
	it('an unknown path returns 404 and is logged', async () => {
		const response = await sandbox.callInvalid('GET', '/v1/nothing');
		expect(response.status).toBe(404);
		expect(response.data).toEqual(shape('bulkUpdate', 404));
		expect((await sandbox.log())[0]).toMatchObject({ endpoint: null, status: 404 });
	});

	it.each(NAMES)('%s rejects any other method', async (name) => {
		const response = await callInvalid(name, { method: 'DELETE' });
		const [status, shaped] = name === 'resubscribe' ? [405, name] : [404, 'bulkUpdate'];
		expect(response.status).toBe(status);
		expect(response.data).toEqual(shape(shaped, status));
	});

	it('an unsupported method returns 405 before the credentials are checked', async () => {
		const other = { method: 'GET', data: undefined, auth: undefined };
		const response = await callInvalid('resubscribe', other);
		expect(response.status).toBe(405);
		expect(response.data.error.err_code).toBe('MethodNotAllowed');
	});

	it('resubscribe returns 415 for another content type', async () => {
		const headers = { 'Content-Type': 'text/plain' };
		const response = await callInvalid('resubscribe', { data: '{}', headers });
		expect(response.status).toBe(415);
		expect(response.data).toEqual(shape('resubscribe', 415));
		expect(response.data.error.err_code).toBe('HeaderMissing');
	});

	it.each(['updatePreferences', 'bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s rejects a body that is not JSON',
		async (name) => {
			const headers = { 'Content-Type': 'application/json' };
			for (const data of ['{"channel":', '[]', '']) {
				const broken = { data, headers, transformRequest: (raw: unknown) => raw };
				const response = await callInvalid(name, broken);
				expect(response.status).toBe(400);
				expect(response.data).toEqual(shape(name, 400));
			}
		},
	);

	it.each(['bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s returns 413 for a body beyond the limit',
		async (name) => {
			await sandbox.configure({ maxBodyBytes: 10_000 });
			const response = await callInvalid(name, { data: { padding: 'x'.repeat(20_000) } });
			expect(response.status).toBe(413);
			expect(response.data).toEqual(shape(name, 413));
		},
	);
});
