/* eslint-disable @n8n/community-nodes/no-restricted-globals -- a test waits for real time to pass */
import { startSandbox, type SandboxHandle } from '../support/sandbox';

// A thousand requests take a while on a busy machine.
jest.setTimeout(30_000);

let sandbox: SandboxHandle;
beforeAll(async () => (sandbox = await startSandbox()));
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const PAGE = '/v1/category-subscription/user-preferences';
const PARAMS = { user_id: 'u', cid: 'c' };
const sleep = async (ms: number) => await new Promise((done) => setTimeout(done, ms));
const get = async () => await sandbox.call('GET', PAGE, { params: PARAMS });
const limit = async (count: number, windowMs: number, more: object = {}) =>
	await sandbox.configure({ windowMs, limits: { getPreferences: { limit: count } }, ...more });

async function statuses(count: number): Promise<number[]> {
	const all: number[] = [];
	for (let i = 0; i < count; i++) all.push((await get()).status);
	return all;
}

/** Number in the header, NaN if it is missing. */
const header = (response: { headers: object }, name: string) =>
	Number((response.headers as Record<string, string | undefined>)[name]);

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
					? await sandbox.call(method, path)
					: await sandbox.callInvalid(method, path, config);
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
		const response = await sandbox.callInvalid('POST', '/v1/integrations/authentication', {
			data: {},
		});
		expect(response.headers).not.toHaveProperty('x-ratelimit-limit');
	});

	it('a 429 has the shape of each API, and no body in opt-in', async () => {
		const limits = Object.fromEntries(
			['bulkUpdate', 'optIn', 'resubscribe', 'v5Categories'].map((name) => [name, { limit: 0 }]),
		);
		await sandbox.configure({ limits });
		const optIn = await sandbox.callInvalid('PUT', '/v1.0/opt-in-management/user-preferences', {
			data: {},
		});
		expect(optIn.status).toBe(429);
		expect(optIn.headers['content-length']).toBe('0');
		expect(optIn.data).toBe('');
		expect((await sandbox.callInvalid('POST', PAGE, { data: {} })).data).toEqual({
			title: 'Rate-Limit Reached',
			description: 'Exceeded rate limit for this url',
		});
		const resubscribe = await sandbox.callInvalid('POST', '/emails/v1.0/bulk-resubscribe', {
			data: {},
		});
		expect(resubscribe.data.error.err_code).toBe('TooManyRequests');
		const v5 = await sandbox.call('GET', '/v5/subscription-categories');
		expect(v5.data.error.code).toBe('TooManyRequests');
	});

	it('limits count each endpoint and each workspace separately', async () => {
		const second = { id: 'SECOND', apiKey: 'second-key' };
		const { workspaceId: id, apiKey } = sandbox;
		await sandbox.configure({
			workspaces: [{ id, apiKey }, second],
			limits: { getPreferences: { limit: 1 }, updatePreferences: { limit: 1 } },
		});
		expect(await statuses(2)).toEqual([200, 429]);
		const put = await sandbox.call('PUT', PAGE, {
			params: PARAMS,
			data: { unsubscribe_all: false, categories: {} },
		});
		expect(put.status).toBe(200);
		const other = await sandbox.call('GET', PAGE, {
			params: PARAMS,
			auth: { username: second.id, password: second.apiKey },
			headers: { 'MOE-APPKEY': second.id },
		});
		expect(other.status).toBe(200);
	});

	it('limits don’t count a request with a wrong key', async () => {
		await limit(1, 60_000);
		const wrong = await sandbox.call('GET', PAGE, {
			params: PARAMS,
			auth: { username: sandbox.workspaceId, password: 'no' },
		});
		expect(wrong.status).toBe(401);
		expect(header(wrong, 'x-ratelimit-remaining')).toBe(1);
		expect(await statuses(2)).toEqual([200, 429]);
	});

	it('a daily limit applies in addition to the window', async () => {
		await sandbox.configure({
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

describe('kinds of window', () => {
	it('another kind or length of window starts empty', async () => {
		await limit(1, 60_000);
		expect(await statuses(2)).toEqual([200, 429]);
		// The window has just begun: its end must not come between two requests.
		const phaseMs = Date.now() % 60_000;
		await sandbox.configure({ window: { kind: 'fixed', phaseMs } });
		expect(await statuses(2)).toEqual([200, 429]);
		await sandbox.configure({ windowMs: 120_000 });
		expect(await statuses(2)).toEqual([200, 429]);
	});

	it('a sliding window frees each permit one window after its request', async () => {
		await limit(3, 800);
		expect(await statuses(2)).toEqual([200, 200]);
		await sleep(450);
		expect(await statuses(2)).toEqual([200, 429]);
		await sleep(450);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		const { getPreferences } = await sandbox.counters(800);
		expect(getPreferences.maxGrantedInWindow).toBe(3);
	});

	it('a fixed window starts with a full budget at any phase', async () => {
		const windowMs = 1500;
		const phaseMs = (Date.now() + 600) % windowMs;
		await limit(3, windowMs, { window: { kind: 'fixed', phaseMs } });
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		const rejected = await get();
		const untilReset = header(rejected, 'x-ratelimit-reset') * 1000 - Date.now();
		expect(untilReset).toBeLessThan(600);
		await sleep(Math.max(0, untilReset) + 10);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		// Twice the limit around the reset, which a sliding window wouldn't allow.
		expect((await sandbox.counters(windowMs)).getPreferences.maxGrantedInWindow).toBe(6);
	});

	it('a bucket allows its capacity at once, then its refill', async () => {
		const window = { kind: 'bucket', capacity: 2, refillPerWindow: 10 };
		await limit(100, 4000, { window });
		expect(await statuses(3)).toEqual([200, 200, 429]);
		await sleep(450);
		expect(await statuses(2)).toEqual([200, 429]);
		await sleep(1300);
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	it('counting throttled requests keeps a client that never waits throttled', async () => {
		const knock = async () => {
			const all: number[] = [];
			for (let i = 0; i < 12; i++) {
				all.push((await get()).status);
				await sleep(100);
			}
			return all.filter((status) => status === 200).length;
		};
		await limit(1, 500, { window: { countThrottled: true } });
		expect(await knock()).toBe(1);
		await sandbox.reset('limits');
		await sandbox.configure({ window: { countThrottled: false } });
		expect(await knock()).toBeGreaterThanOrEqual(2);
	});
});

describe('rate headers', () => {
	it('rate headers are on every response, regardless of its status', async () => {
		const { workspaceId: id, apiKey } = sandbox;
		await sandbox.configure({
			workspaces: [{ id, apiKey, projectCode: 'P1' }],
			limits: { optIn: { limit: 0 } },
			maxBodyBytes: 1000,
			switchedOff: ['v5Categories'],
		});
		const responses = [
			await get(),
			await sandbox.call('GET', PAGE, {
				params: PARAMS,
				auth: undefined,
				headers: { authorization: 'Basic eDp5' },
			}),
			await sandbox.callInvalid('POST', PAGE, { data: {} }),
			await sandbox.callInvalid('PUT', PAGE, {
				params: PARAMS,
				data: { padding: 'x'.repeat(2000) },
			}),
			await sandbox.callInvalid('PUT', '/v1.0/opt-in-management/user-preferences', {
				data: {},
				headers: { 'MOE-PROJECT-CODE': 'P1' },
			}),
			await sandbox.callInvalid('GET', '/emails/v1.0/bulk-resubscribe'),
			await sandbox.call('GET', '/v5/subscription-categories', {
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
		await sandbox.configure({ headers: { rounding: 'whole' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBe(1);
	});

	it('the reset is the time of the next permit, or of all permits', async () => {
		await limit(5, 2000, { headers: { reset: 'delta' } });
		await get();
		await sleep(500);
		expect(header(await get(), 'x-ratelimit-reset')).toBeLessThan(1.6);
		await sandbox.configure({ headers: { resetMeans: 'full' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBeGreaterThan(1.9);
	});

	it('rate headers can be left out, at once or after some requests', async () => {
		await sandbox.configure({ headers: { rate: false, envoy: false } });
		await limit(1, 60_000);
		for (const response of [await get(), await get()]) {
			expect(Object.keys(response.headers).join(' ')).not.toMatch(/ratelimit|retry/);
		}
		await sandbox.reset('limits');
		await sandbox.configure({ headers: { rate: true, vanishAfter: 2 }, limits: {} });
		await limit(100, 60_000);
		const seen = [];
		for (let i = 0; i < 4; i++) seen.push(header(await get(), 'x-ratelimit-limit'));
		expect(seen).toEqual([100, 100, NaN, NaN]);
	});

	it('a 429 has Retry-After as seconds or as a date', async () => {
		await limit(1, 60_000, { headers: { retryAfter: 'seconds' } });
		expect((await get()).headers).not.toHaveProperty('retry-after');
		expect(header(await get(), 'retry-after')).toBe(60);
		await sandbox.configure({ headers: { retryAfter: 'date' } });
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
			await sandbox.reset();
			await sandbox.configure({ headers: { lie: 'random' } });
			const four = [await get(), await get(), await get(), await get()];
			return four.map((response) => header(response, 'x-ratelimit-remaining'));
		};
		const seen = await draw();
		expect(new Set(seen).size).toBeGreaterThan(1);
		expect(await draw()).toEqual(seen);
	});
});
