import { checkBaseUrl, readAccount } from '../../../nodes/MoEngageSubscription/api/account';

const credential = {
	workspaceId: 'WS',
	apiKey: 'secret-key',
	dataCenter: '01',
	baseUrl: '',
	projectCode: '',
};

describe('readAccount', () => {
	it.each(['01', '02', '03', '04', '05', '06', '101'])(
		'data center %s determines the base URL',
		(dataCenter) => {
			expect(readAccount({ ...credential, dataCenter })).toMatchObject({
				baseUrl: `https://api-${dataCenter}.moengage.com`,
				workspaceId: 'WS',
			});
		},
	);

	it('whitespace around a pasted workspace ID or API key is ignored', () => {
		const padded = { ...credential, workspaceId: ' WS\n', apiKey: '\tsecret-key ' };
		expect(readAccount(padded)).toEqual(readAccount(credential));
	});

	it('each API key, workspace, base URL, and project code has its own fingerprint', () => {
		const others = [
			credential,
			{ ...credential, apiKey: 'other' },
			{ ...credential, workspaceId: 'other' },
			{ ...credential, dataCenter: '02' },
			{ ...credential, projectCode: 'p' },
		].map((one) => {
			const account = readAccount(one);
			return 'fingerprint' in account ? account.fingerprint : '';
		});
		expect(new Set(others).size).toBe(5);
		expect(others.join()).not.toContain('secret-key');
	});

	it('the secrets contain the API key as it is, in hex, and in Base64 without padding', () => {
		const apiKey = 'k?>k'.repeat(5);
		const account = readAccount({ ...credential, apiKey });
		const secrets = 'secrets' in account ? account.secrets : [];
		const bytes = Buffer.from(apiKey);
		for (const secret of [
			apiKey,
			bytes.toString('hex'),
			bytes.toString('base64').replace(/=+$/, ''),
			bytes.toString('base64url'),
			Buffer.from(`WS:${apiKey}`).toString('base64').replace(/=+$/, ''),
		])
			expect(secrets).toContain(secret);
	});

	it.each([
		['workspace ID', { workspaceId: 'WSé' }],
		['workspace ID', { workspaceId: 'W\u0000S' }],
		['API key', { apiKey: 'secret\u200bkey' }],
		['API key', { apiKey: 'secret\nkey' }],
		['project code', { projectCode: 'größe' }],
		['project code', { projectCode: 'a\u007fb' }],
	])('a %s with characters that a header can’t contain is rejected', (name, change) => {
		expect(readAccount({ ...credential, ...change })).toEqual({
			problem: expect.stringMatching(new RegExp(`^The ${name} .*accented, invisible, or invalid`)),
		});
	});

	it.each([
		'https://api-01.moengage.com.',
		'https://api-01.moengage.com:443',
		'https://api-01.moengage.com.:443/',
		'https://API-01.MoEngage.com',
	])('the custom base URL %s gives the same account as its data center', (baseUrl) => {
		const custom = readAccount({ ...credential, dataCenter: 'custom', baseUrl });
		expect(custom).toEqual(readAccount(credential));
	});

	it.each([
		['workspace ID', { workspaceId: ' ' }],
		['API key', { apiKey: '' }],
		['data center', { dataCenter: '' }],
		['data center', { dataCenter: '01.evil.example/' }],
		['base URL', { dataCenter: 'custom', baseUrl: 'api-07.moengage.com' }],
	])('a missing or invalid %s is reported as a problem', (_name, change) => {
		expect(readAccount({ ...credential, ...change })).toHaveProperty('problem');
	});
});

describe('a custom base URL', () => {
	it.each([
		['https://api-07.moengage.com', 'https://api-07.moengage.com'],
		['https://api-07.moengage.com/', 'https://api-07.moengage.com'],
		['https://gateway.example/moengage//', 'https://gateway.example/moengage'],
		['http://127.0.0.1:8790', 'http://127.0.0.1:8790'],
		['http://localhost:8790/', 'http://localhost:8790'],
		['http://[::1]:8790', 'http://[::1]:8790'],
	])('the base URL %s is accepted', (given, baseUrl) => {
		expect(checkBaseUrl(given)).toEqual({ baseUrl });
	});

	it.each([
		'http://api-07.moengage.com',
		'http://127.0.0.1.evil.example',
		'http://localhost.evil.example',
		'https://user:key@api-07.moengage.com',
		'https://dashboard-01.moengage.com',
		'https://x.example/?a=b',
		'https://x.example/#a',
		'ftp://x.example',
		'x.example',
		'javascript:alert(1)',
		'',
	])('the base URL "%s" is rejected', (given) => {
		expect(checkBaseUrl(given)).toHaveProperty('problem');
	});
});
