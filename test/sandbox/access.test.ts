import type { AxiosRequestConfig } from 'axios';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

const UNKNOWN_UUID = '5f0c4a53-98c1-4d0c-8a39-0a7e0d0b9d11';

/** A good request of every endpoint that wants Basic auth. */
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
const PREFERENCES = ['getPreferences', 'updatePreferences', 'bulkUpdate'];
const V5 = ['v5Categories', 'v5GetPreferences', 'v5UpdatePreferences'];

let sandbox: SandboxHandle;

async function call(name: string, more: AxiosRequestConfig = {}) {
	const [method, url, config = {}] = CALLS[name];
	const headers = { ...config.headers, ...more.headers } as AxiosRequestConfig['headers'];
	return await sandbox.call(method, url, { ...config, ...more, headers });
}

/** The body of a refusal in the shape of the endpoint's family. */
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

describe('who may ask', () => {
	it.each(NAMES)('%s takes the right credentials', async (name) => {
		const { status } = await call(name);
		expect([200, 202]).toContain(status);
		expect((await sandbox.log())[0]).toMatchObject({ endpoint: name, auth: 'right' });
	});

	it.each(NAMES)('%s refuses a wrong key, in its own shape', async (name) => {
		const response = await call(name, { auth: { username: sandbox.workspaceId, password: 'no' } });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0]).toMatchObject({ auth: 'wrong', applied: false });
	});

	it.each(NAMES)('%s refuses an unknown workspace', async (name) => {
		const response = await call(name, {
			auth: { username: 'OTHER', password: sandbox.apiKey },
			headers: { 'MOE-APPKEY': 'OTHER' },
		});
		expect(response.status).toBe(401);
	});

	it.each(NAMES)('%s refuses a MOE-APPKEY that differs from the user name', async (name) => {
		const response = await call(name, { headers: { 'MOE-APPKEY': 'OTHER' } });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0].auth).toBe('mismatch');
	});

	it.each(NAMES)('%s refuses a request without authorization', async (name) => {
		const response = await call(name, { auth: undefined });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(shape(name, 401));
		expect((await sandbox.log())[0].auth).toBe('missing');
	});

	it.each(NAMES)('%s refuses a request without MOE-APPKEY', async (name) => {
		const response = await call(name, { headers: { 'MOE-APPKEY': null } });
		expect(response.status).toBe(401);
		expect((await sandbox.log())[0].auth).toBe('noAppKey');
	});

	it('says in the documented words what a preference request lacks', async () => {
		expect((await call('bulkUpdate', { auth: undefined })).data).toEqual({
			title: 'Authentication required',
			description: 'No identity information found.',
		});
		expect((await call('bulkUpdate', { headers: { 'MOE-APPKEY': null } })).data).toEqual({
			title: 'Header required',
			description: 'MOE-APPKEY missing in Header',
		});
	});

	it('has a code of its own for each resubscribe case', async () => {
		const missing = await call('resubscribe', { auth: undefined });
		expect(missing.data.error.err_code).toBe('AuthenticationMissing');
		const mismatch = await call('resubscribe', { headers: { 'MOE-APPKEY': 'OTHER' } });
		expect(mismatch.data.error.err_code).toBe('HeaderMismatch');
	});

	it.each(['Bearer abc', 'Basic', 'Basic %%%', 'Basic bm9jb2xvbg=='])(
		'refuses the authorization "%s"',
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

	it.each(needed)('%s needs it once the workspace has one', async (name) => {
		const response = await call(name);
		expect([400, 401]).toContain(response.status);
		expect(response.data).toEqual(shape(name, response.status));
		expect((await call(name, { headers: { 'MOE-PROJECT-CODE': 'P2' } })).status).toBe(
			response.status,
		);
		const right = await call(name, { headers: { 'MOE-PROJECT-CODE': 'P1' } });
		expect([200, 202]).toContain(right.status);
	});

	it.each(['getPreferences', 'updatePreferences'])('%s goes without', async (name) => {
		expect((await call(name)).status).toBe(200);
	});

	it('is InvalidHeaderValue for resubscribe', async () => {
		expect((await call('resubscribe')).data.error.err_code).toBe('InvalidHeaderValue');
	});
});

describe('what a workspace does not have', () => {
	it.each(NAMES)('%s answers 403 where it is switched off', async (name) => {
		await sandbox.configure({ switchedOff: [name] });
		const response = await call(name);
		expect(response.status).toBe(403);
		expect(response.data).toEqual(shape(name, 403));
		if (name === 'optIn') {
			expect(response.data.error.details.target).toBe('Email Opt-in Management');
		}
		if (V5.includes(name)) expect(response.data.error.code).toBe('Forbidden');
	});

	it('answers 409 without an API secret, in the preference APIs alone', async () => {
		await sandbox.configure({ apiSecretConfigured: false });
		for (const name of PREFERENCES) {
			const response = await call(name);
			expect(response.status).toBe(409);
			expect(response.data.title).toBe('API SECRET not configured');
		}
		expect((await call('resubscribe')).status).toBe(202);
	});
});

describe('addresses and methods', () => {
	it('answers 404 on a path that does not exist, and logs it', async () => {
		const response = await sandbox.call('GET', '/v1/nothing');
		expect(response.status).toBe(404);
		expect((await sandbox.log())[0]).toMatchObject({ endpoint: null, status: 404 });
	});

	it.each(NAMES)('%s takes no other method', async (name) => {
		const response = await call(name, { method: 'DELETE' });
		expect(response.status).toBe(name === 'resubscribe' ? 405 : 404);
		expect(response.data).toEqual(shape(name, response.status));
	});

	it('answers 405 before it asks who it is', async () => {
		const response = await call('resubscribe', { method: 'GET', data: undefined, auth: undefined });
		expect(response.status).toBe(405);
		expect(response.data.error.err_code).toBe('MethodNotAllowed');
	});

	it('resubscribe wants JSON by name: 415', async () => {
		const headers = { 'Content-Type': 'text/plain' };
		const response = await call('resubscribe', { data: '{}', headers });
		expect(response.status).toBe(415);
		expect(response.data).toEqual(shape('resubscribe', 415));
	});

	it.each(['updatePreferences', 'bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s refuses a body that is no JSON',
		async (name) => {
			const headers = { 'Content-Type': 'application/json' };
			for (const data of ['{"channel":', '[]', '']) {
				const response = await call(name, { data, headers, transformRequest: (raw) => raw });
				expect(response.status).toBe(400);
				expect(response.data).toEqual(shape(name, 400));
			}
		},
	);

	it.each(['bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s answers 413 to a body beyond the cap',
		async (name) => {
			await sandbox.configure({ maxBodyBytes: 10_000 });
			const response = await call(name, { data: { padding: 'x'.repeat(20_000) } });
			expect(response.status).toBe(413);
			expect(response.data).toEqual(shape(name, 413));
		},
	);
});
