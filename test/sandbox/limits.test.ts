import { header, limitSuite, PAGE, PARAMS } from './limitSuite';

const t = limitSuite();
const { get, limit, statuses } = t;

describe('the published limits', () => {
	it.each([
		['GET', PAGE, 100],
		['PUT', PAGE, 100],
		['POST', PAGE, 100],
		['PUT', '/v1.0/opt-in-management/user-preferences', 1000],
		['POST', '/emails/v1.0/bulk-resubscribe', 10],
		['GET', '/v5/subscription-categories', 100],
		['GET', '/v5/subscription-preferences', 100],
		['PATCH', '/v5/subscription-preferences', 100],
	])(
		'%s %s allows %i requests per minute, rejected bodies included',
		async (method, path, count) => {
			const config = { data: method === 'GET' ? undefined : {} };
			const send = async () =>
				path.endsWith('subscription-categories')
					? await t.sandbox.call(method, path)
					: await t.sandbox.callInvalid(method, path, config);
			const first = await send();
			expect(first.status).not.toBe(429);
			expect(header(first, 'x-ratelimit-limit')).toBe(count);
			expect(header(first, 'x-ratelimit-remaining')).toBe(count - 1);
			for (let sent = 1; sent < count; sent += 50) {
				const burst = Math.min(50, count - sent);
				const all = await Promise.all(Array.from({ length: burst }, send));
				expect(all.filter(({ status }) => status === 429)).toHaveLength(0);
			}
			const over = await send();
			expect(over.status).toBe(429);
			expect(header(over, 'x-ratelimit-remaining')).toBe(0);
			expect(over.headers['x-envoy-ratelimited']).toBe('true');
		},
	);

	it('the credential test has no limit', async () => {
		const response = await t.sandbox.callInvalid('POST', '/v1/integrations/authentication', {
			data: {},
		});
		expect(response.headers).not.toHaveProperty('x-ratelimit-limit');
	});

	it('a 429 has the shape of each API, and no body in opt-in', async () => {
		const limits = Object.fromEntries(
			['bulkUpdate', 'optIn', 'resubscribe', 'v5Categories'].map((name) => [name, { limit: 0 }]),
		);
		await t.sandbox.configure({ limits });
		const optIn = await t.sandbox.callInvalid('PUT', '/v1.0/opt-in-management/user-preferences', {
			data: {},
		});
		expect(optIn.status).toBe(429);
		expect(optIn.headers['content-length']).toBe('0');
		expect(optIn.data).toBe('');
		expect((await t.sandbox.callInvalid('POST', PAGE, { data: {} })).data).toEqual({
			title: 'Rate-Limit Reached',
			description: 'Exceeded rate limit for this url',
		});
		const resubscribe = await t.sandbox.callInvalid('POST', '/emails/v1.0/bulk-resubscribe', {
			data: {},
		});
		expect(resubscribe.data.error.err_code).toBe('TooManyRequests');
		const v5 = await t.sandbox.call('GET', '/v5/subscription-categories');
		expect(v5.data.error.code).toBe('TooManyRequests');
	});

	it('limits count each endpoint and each workspace separately', async () => {
		const second = { id: 'SECOND', apiKey: 'second-key' };
		const { workspaceId: id, apiKey } = t.sandbox;
		await t.sandbox.configure({
			workspaces: [{ id, apiKey }, second],
			limits: { getPreferences: { limit: 1 }, updatePreferences: { limit: 1 } },
		});
		expect(await statuses(2)).toEqual([200, 429]);
		const put = await t.sandbox.call('PUT', PAGE, {
			params: PARAMS,
			data: { unsubscribe_all: false, categories: {} },
		});
		expect(put.status).toBe(200);
		const other = await t.sandbox.call('GET', PAGE, {
			params: PARAMS,
			auth: { username: second.id, password: second.apiKey },
			headers: { 'MOE-APPKEY': second.id },
		});
		expect(other.status).toBe(200);
	});

	it('limits don’t count a request with a wrong key', async () => {
		await limit(1, 60_000);
		const wrong = await t.sandbox.call('GET', PAGE, {
			params: PARAMS,
			auth: { username: t.sandbox.workspaceId, password: 'no' },
		});
		expect(wrong.status).toBe(401);
		expect(header(wrong, 'x-ratelimit-remaining')).toBe(1);
		expect(await statuses(2)).toEqual([200, 429]);
	});

	it('a daily limit applies in addition to the window', async () => {
		await t.sandbox.configure({
			dayMs: 86_400_000,
			limits: { getPreferences: { limit: 100, dayLimit: 3 } },
		});
		expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
		const rejected = await get();
		expect(header(rejected, 'x-ratelimit-limit')).toBe(3);
		const midnight = Math.ceil(Date.now() / 86_400_000) * 86_400;
		expect(header(rejected, 'x-ratelimit-reset')).toBe(midnight);
	});

	it('a raised or lowered limit applies within the current window', async () => {
		await limit(2, 60_000);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		await limit(4, 60_000);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		await limit(1, 60_000);
		expect(header(await get(), 'x-ratelimit-remaining')).toBe(0);
	});
});
