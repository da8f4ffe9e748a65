import { checkBaseUrl, readAccount } from '../../../nodes/MoEngageSubscription/api/account';

const credential = {
	workspaceId: 'WS',
	apiKey: 'secret-key',
	dataCenter: '01',
	baseUrl: '',
	projectCode: '',
};

describe('the account', () => {
	it.each(['01', '02', '03', '04', '05', '06', '101'])('of data center %s', (dataCenter) => {
		expect(readAccount({ ...credential, dataCenter })).toMatchObject({
			baseUrl: `https://api-${dataCenter}.moengage.com`,
			workspaceId: 'WS',
		});
	});

	it('takes pasted blanks off', () => {
		const padded = { ...credential, workspaceId: ' WS\n', apiKey: '\tsecret-key ' };
		expect(readAccount(padded)).toEqual(readAccount(credential));
	});

	it('has another fingerprint for another key, workspace, address or project', () => {
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

	it('knows what must not be quoted, also without the signs at the end of Base64', () => {
		const account = readAccount({ ...credential, apiKey: 'k'.repeat(20) });
		const encoded = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
		expect(account).toMatchObject({
			secrets: ['k'.repeat(20), encoded(`WS:${'k'.repeat(20)}`), encoded('k'.repeat(20))],
		});
	});

	it.each([
		['workspaceId', { workspaceId: ' ' }],
		['API key', { apiKey: '' }],
		['data center', { dataCenter: '' }],
		['data center', { dataCenter: '01.evil.example/' }],
		['base URL', { dataCenter: 'custom', baseUrl: 'api-07.moengage.com' }],
	])('says what is wrong: %s', (_name, change) => {
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
	])('may be %s', (given, baseUrl) => {
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
	])('may not be %s', (given) => {
		expect(checkBaseUrl(given)).toHaveProperty('problem');
	});
});
