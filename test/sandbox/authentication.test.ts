import { startSandbox, type SandboxHandle } from '../support/sandbox';

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

describe('the credential test', () => {
	const url = '/v1/integrations/authentication';
	const good = () => ({
		app_id: sandbox.workspaceId,
		app_secret: sandbox.apiKey,
		source: 'n8n',
		region: '01',
	});
	const FAIL = {
		status: 'fail',
		error: {
			message: expect.any(String) as unknown,
			type: expect.any(String) as unknown,
			request_id: expect.any(String) as unknown,
		},
	};

	it('the credential test accepts the right workspace ID and key', async () => {
		const response = await sandbox.call('POST', url, { data: good() });
		expect(response.status).toBe(200);
		expect(response.data).toEqual({ status: 'success', app_name: expect.any(String) as unknown });
	});

	it.each([
		['a wrong key', { app_secret: 'no' }, {}, 'call'],
		['an unknown workspace', { app_id: 'OTHER' }, { 'MOE-APPKEY': 'OTHER' }, 'call'],
		['a MOE-APPKEY of another workspace', {}, { 'MOE-APPKEY': 'OTHER' }, 'call'],
		['no MOE-APPKEY', {}, { 'MOE-APPKEY': null }, 'callInvalid'],
	] as const)('the credential test rejects %s', async (_what, change, headers, call) => {
		const data = { ...good(), ...change };
		const response = await sandbox[call]('POST', url, { data, headers });
		expect(response.status).toBe(401);
		expect(response.data).toEqual(FAIL);
	});

	it.each(['app_id', 'app_secret', 'source', 'region'])(
		'the credential test requires %s',
		async (key) => {
			const data = { ...good(), [key]: undefined };
			expect((await sandbox.callInvalid('POST', url, { data })).status).toBe(400);
		},
	);

	it('the credential test returns the firewall error for an IP address that isn’t allowed', async () => {
		await sandbox.configure({ ipAllowed: false });
		const response = await sandbox.call('POST', url, { data: good() });
		expect(response.status).toBe(403);
		expect(response.data).toEqual({
			error: 'IP Validation Required',
			message: expect.any(String) as unknown,
		});
	});

	it('the log never contains a secret', async () => {
		await sandbox.call('POST', url, { data: good() });
		await sandbox.call('GET', '/v5/subscription-categories');
		const log = JSON.stringify(await sandbox.log());
		expect(log).toContain('app_secret');
		expect(log).not.toContain(sandbox.apiKey);
		const basic = Buffer.from(`${sandbox.workspaceId}:${sandbox.apiKey}`).toString('base64');
		expect(log).not.toContain(basic);
		expect(JSON.stringify(await sandbox.configure({}))).not.toContain(sandbox.apiKey);
	});
});
