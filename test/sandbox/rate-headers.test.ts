import { header, limitSuite, PAGE, PARAMS, sleep } from './limitSuite';

const t = limitSuite();
const { get, limit } = t;

describe('rate headers', () => {
	it('rate headers are on every response, regardless of its status', async () => {
		const { workspaceId: id, apiKey } = t.sandbox;
		await t.sandbox.configure({
			workspaces: [{ id, apiKey, projectCode: 'P1' }],
			limits: { optIn: { limit: 0 } },
			maxBodyBytes: 1000,
			switchedOff: ['v5Categories'],
		});
		const responses = [
			await get(),
			await t.sandbox.call('GET', PAGE, {
				params: PARAMS,
				auth: undefined,
				headers: { authorization: 'Basic eDp5' },
			}),
			await t.sandbox.callInvalid('POST', PAGE, { data: {} }),
			await t.sandbox.callInvalid('PUT', PAGE, {
				params: PARAMS,
				data: { padding: 'x'.repeat(2000) },
			}),
			await t.sandbox.callInvalid('PUT', '/v1.0/opt-in-management/user-preferences', {
				data: {},
				headers: { 'MOE-PROJECT-CODE': 'P1' },
			}),
			await t.sandbox.callInvalid('GET', '/emails/v1.0/bulk-resubscribe'),
			await t.sandbox.call('GET', '/v5/subscription-categories', {
				headers: { 'MOE-PROJECT-CODE': 'P1' },
			}),
		];
		expect(responses.map(({ status }) => status)).toEqual([200, 401, 400, 413, 429, 405, 403]);
		for (const response of responses) {
			for (const name of ['limit', 'remaining', 'reset']) {
				expect(header(response, `x-ratelimit-${name}`)).toBeGreaterThanOrEqual(0);
			}
		}
	});

	it('rate headers are on by default, with the reset in whole epoch seconds', async () => {
		const first = await get();
		expect(header(first, 'x-ratelimit-limit')).toBe(100);
		expect(header(first, 'x-ratelimit-remaining')).toBe(99);
		const reset = header(first, 'x-ratelimit-reset');
		expect(Number.isInteger(reset)).toBe(true);
		expect(reset - Date.now() / 1000).toBeGreaterThan(58);
		expect(reset - Date.now() / 1000).toBeLessThan(61);
		expect(header(await get(), 'x-ratelimit-remaining')).toBe(98);
	});

	it('the reset can be in seconds left, with fractions for a shortened window', async () => {
		await limit(2, 900, { headers: { reset: 'delta' } });
		const first = header(await get(), 'x-ratelimit-reset');
		expect(first).toBeLessThanOrEqual(0.9);
		expect(first).toBeGreaterThan(0.5);
		await t.sandbox.configure({ headers: { rounding: 'whole' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBe(1);
	});

	it('the reset is the time of the next permit, or of all permits', async () => {
		await limit(5, 2000, { headers: { reset: 'delta' } });
		await get();
		await sleep(500);
		expect(header(await get(), 'x-ratelimit-reset')).toBeLessThan(1.6);
		await t.sandbox.configure({ headers: { resetMeans: 'full' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBeGreaterThan(1.9);
	});

	it('rate headers can be left out, at once or after some requests', async () => {
		await t.sandbox.configure({ headers: { rate: false, envoy: false } });
		await limit(1, 60_000);
		for (const response of [await get(), await get()]) {
			expect(Object.keys(response.headers).join(' ')).not.toMatch(/ratelimit|retry/);
		}
		await t.sandbox.reset('limits');
		await t.sandbox.configure({ headers: { rate: true, vanishAfter: 2 }, limits: {} });
		await limit(100, 60_000);
		const seen = [];
		for (let i = 0; i < 4; i++) seen.push(header(await get(), 'x-ratelimit-limit'));
		expect(seen).toEqual([100, 100, NaN, NaN]);
	});

	it('a 429 has Retry-After as seconds or as a date', async () => {
		await limit(1, 60_000, { headers: { retryAfter: 'seconds' } });
		expect((await get()).headers).not.toHaveProperty('retry-after');
		expect(header(await get(), 'retry-after')).toBe(60);
		await t.sandbox.configure({ headers: { retryAfter: 'date' } });
		const date = String((await get()).headers['retry-after']);
		expect(new Date(date).toUTCString()).toBe(date);
		expect(Date.parse(date) - Date.now()).toBeGreaterThan(57_000);
		expect(Date.parse(date) - Date.now()).toBeLessThan(61_000);
	});

	it('a request after Retry-After is allowed', async () => {
		await limit(1, 700, { headers: { retryAfter: 'seconds' } });
		await get();
		const wait = header(await get(), 'retry-after') * 1000;
		expect(wait).toBeGreaterThan(300);
		await sleep(wait + 5);
		expect((await get()).status).toBe(200);
	});

	it("the reset follows the server's clock", async () => {
		const skew = 300_000;
		await limit(1, 60_000, { headers: { clockSkewMs: skew, retryAfter: 'date' } });
		await get();
		const { headers } = await get();
		const names = ['date', 'retry-after'];
		const [date, retry] = names.map((name) => Date.parse(String(headers[name])));
		expect(Math.abs(date - Date.now() - skew)).toBeLessThan(2000);
		expect(Math.abs(retry - Date.now() - skew - 60_000)).toBeLessThan(2000);
		const reset = header({ headers }, 'x-ratelimit-reset') * 1000;
		expect(Math.abs(reset - Date.now() - skew - 60_000)).toBeLessThan(2000);
	});

	it('rate headers can be wrong without a change to the limit', async () => {
		const lie = { remaining: 77, limit: 5000, resetInMs: -10_000 };
		await limit(1, 60_000, { headers: { lie } });
		const first = await get();
		expect(header(first, 'x-ratelimit-remaining')).toBe(77);
		expect(header(first, 'x-ratelimit-limit')).toBe(5000);
		expect(header(first, 'x-ratelimit-reset')).toBeLessThan(Date.now() / 1000);
		expect((await get()).status).toBe(429);
	});

	it('rate headers can be random, repeatably by seed', async () => {
		const draw = async () => {
			await t.sandbox.reset();
			await t.sandbox.configure({ headers: { lie: 'random' } });
			const four = [await get(), await get(), await get(), await get()];
			return four.map((response) => header(response, 'x-ratelimit-remaining'));
		};
		const seen = await draw();
		expect(new Set(seen).size).toBeGreaterThan(1);
		expect(await draw()).toEqual(seen);
	});
});
