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

/** Number in the header, NaN where it is missing. */
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
	])('%s %s lets %i a minute through, refused bodies included', async (method, path, count) => {
		const config = { data: method === 'GET' ? undefined : {} };
		const first = await sandbox.call(method, path, config);
		expect(first.status).not.toBe(429);
		expect(header(first, 'x-ratelimit-limit')).toBe(count);
		expect(header(first, 'x-ratelimit-remaining')).toBe(count - 1);
		for (let sent = 1; sent < count; sent += 50) {
			const burst = Math.min(50, count - sent);
			const all = await Promise.all(
				Array.from({ length: burst }, async () => await sandbox.call(method, path, config)),
			);
			expect(all.filter(({ status }) => status === 429)).toHaveLength(0);
		}
		const over = await sandbox.call(method, path, config);
		expect(over.status).toBe(429);
		expect(header(over, 'x-ratelimit-remaining')).toBe(0);
		expect(over.headers['x-envoy-ratelimited']).toBe('true');
	});

	it('gives the credential test no limit', async () => {
		const response = await sandbox.call('POST', '/v1/integrations/authentication', { data: {} });
		expect(response.headers).not.toHaveProperty('x-ratelimit-limit');
	});

	it('says 429 in the shape of each API, and nothing at all in opt-in', async () => {
		const limits = Object.fromEntries(
			['bulkUpdate', 'optIn', 'resubscribe', 'v5Categories'].map((name) => [name, { limit: 0 }]),
		);
		await sandbox.configure({ limits });
		const optIn = await sandbox.call('PUT', '/v1.0/opt-in-management/user-preferences', {
			data: {},
		});
		expect(optIn.status).toBe(429);
		expect(optIn.headers['content-length']).toBe('0');
		expect(optIn.data).toBe('');
		expect((await sandbox.call('POST', PAGE, { data: {} })).data).toEqual({
			title: 'Rate-Limit Reached',
			description: 'Exceeded rate limit for this url',
		});
		const resubscribe = await sandbox.call('POST', '/emails/v1.0/bulk-resubscribe', { data: {} });
		expect(resubscribe.data.error.err_code).toBe('TooManyRequests');
		const v5 = await sandbox.call('GET', '/v5/subscription-categories');
		expect(v5.data.error.code).toBe('TooManyRequests');
	});

	it('counts each endpoint and each workspace on its own', async () => {
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

	it('does not count a request with a wrong key', async () => {
		await limit(1, 60_000);
		const wrong = await sandbox.call('GET', PAGE, {
			params: PARAMS,
			auth: { username: sandbox.workspaceId, password: 'no' },
		});
		expect(wrong.status).toBe(401);
		expect(wrong.headers).not.toHaveProperty('x-ratelimit-limit');
		expect(await statuses(2)).toEqual([200, 429]);
	});

	it('keeps a day limit beside the window', async () => {
		await sandbox.configure({
			dayMs: 86_400_000,
			limits: { getPreferences: { limit: 100, dayLimit: 3 } },
		});
		expect(await statuses(5)).toEqual([200, 200, 200, 429, 429]);
		const refused = await get();
		expect(header(refused, 'x-ratelimit-limit')).toBe(3);
		const midnight = Math.ceil(Date.now() / 86_400_000) * 86_400;
		expect(header(refused, 'x-ratelimit-reset')).toBe(midnight);
	});

	it('takes a raised or lowered limit up in mid-window', async () => {
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

	it('sliding: each permit comes back a window after its own request', async () => {
		await limit(3, 800);
		expect(await statuses(2)).toEqual([200, 200]);
		await sleep(450);
		expect(await statuses(2)).toEqual([200, 429]);
		await sleep(450);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		const { getPreferences } = await sandbox.counters(800);
		expect(getPreferences.maxGrantedInWindow).toBe(3);
	});

	it('fixed: a fresh budget at the start of the next window, at any phase', async () => {
		const windowMs = 1500;
		const phaseMs = (Date.now() + 600) % windowMs;
		await limit(3, windowMs, { window: { kind: 'fixed', phaseMs } });
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		const refused = await get();
		const untilReset = header(refused, 'x-ratelimit-reset') * 1000 - Date.now();
		expect(untilReset).toBeLessThan(600);
		await sleep(Math.max(0, untilReset) + 10);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		// Twice the limit at the seam: what a sliding window would not allow.
		expect((await sandbox.counters(windowMs)).getPreferences.maxGrantedInWindow).toBe(6);
	});

	it('bucket: its capacity at once, then the refill', async () => {
		const window = { kind: 'bucket', capacity: 2, refillPerWindow: 10 };
		await limit(100, 4000, { window });
		expect(await statuses(3)).toEqual([200, 200, 429]);
		await sleep(450);
		expect(await statuses(2)).toEqual([200, 429]);
		await sleep(1300);
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	it('counts refused requests too, where told so: who keeps knocking stays out', async () => {
		const knock = async () => {
			const all: number[] = [];
			for (let i = 0; i < 12; i++) {
				all.push((await get()).status);
				await sleep(100);
			}
			return all.filter((status) => status === 200).length;
		};
		await limit(1, 500, { window: { countRefused: true } });
		expect(await knock()).toBe(1);
		await sandbox.reset('limits');
		await sandbox.configure({ window: { countRefused: false } });
		expect(await knock()).toBeGreaterThanOrEqual(2);
	});
});

describe('rate headers', () => {
	it('are on from the start; reset is an epoch in whole seconds at a real window', async () => {
		const first = await get();
		expect(header(first, 'x-ratelimit-limit')).toBe(100);
		expect(header(first, 'x-ratelimit-remaining')).toBe(99);
		const reset = header(first, 'x-ratelimit-reset');
		expect(Number.isInteger(reset)).toBe(true);
		expect(reset - Date.now() / 1000).toBeGreaterThan(58);
		expect(reset - Date.now() / 1000).toBeLessThan(61);
		expect(header(await get(), 'x-ratelimit-remaining')).toBe(98);
	});

	it('say the seconds left where told so, in fractions at a scaled window', async () => {
		await limit(2, 900, { headers: { reset: 'delta' } });
		const first = header(await get(), 'x-ratelimit-reset');
		expect(first).toBeLessThanOrEqual(0.9);
		expect(first).toBeGreaterThan(0.5);
		await sandbox.configure({ headers: { rounding: 'whole' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBe(1);
	});

	it('name the next permit, or the moment when all are back', async () => {
		await limit(5, 2000, { headers: { reset: 'delta' } });
		await get();
		await sleep(500);
		expect(header(await get(), 'x-ratelimit-reset')).toBeLessThan(1.6);
		await sandbox.configure({ headers: { resetMeans: 'full' } });
		expect(header(await get(), 'x-ratelimit-reset')).toBeGreaterThan(1.9);
	});

	it('stay away where told so, at once or after some requests', async () => {
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

	it('send Retry-After on 429 as seconds or as a date', async () => {
		await limit(1, 60_000, { headers: { retryAfter: 'seconds' } });
		expect((await get()).headers).not.toHaveProperty('retry-after');
		expect(header(await get(), 'retry-after')).toBe(60);
		await sandbox.configure({ headers: { retryAfter: 'date' } });
		const date = String((await get()).headers['retry-after']);
		expect(new Date(date).toUTCString()).toBe(date);
		expect(Date.parse(date) - Date.now()).toBeGreaterThan(57_000);
		expect(Date.parse(date) - Date.now()).toBeLessThan(61_000);
	});

	it('a Retry-After of the window in seconds is one that is right', async () => {
		await limit(1, 700, { headers: { retryAfter: 'seconds' } });
		await get();
		const wait = header(await get(), 'retry-after') * 1000;
		expect(wait).toBeGreaterThan(300);
		await sleep(wait + 5);
		expect((await get()).status).toBe(200);
	});

	it('move with the clock of the server', async () => {
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

	it('lie as told, while the limit itself stays', async () => {
		const lie = { remaining: 77, limit: 5000, resetInMs: -10_000 };
		await limit(1, 60_000, { headers: { lie } });
		const first = await get();
		expect(header(first, 'x-ratelimit-remaining')).toBe(77);
		expect(header(first, 'x-ratelimit-limit')).toBe(5000);
		expect(header(first, 'x-ratelimit-reset')).toBeLessThan(Date.now() / 1000);
		expect((await get()).status).toBe(429);
	});

	it('lie at random, repeatably', async () => {
		const draw = async () => {
			await sandbox.reset();
			await sandbox.configure({ headers: { lie: 'random' } });
			const four = [await get(), await get(), await get(), await get()];
			return four.map((answer) => header(answer, 'x-ratelimit-remaining'));
		};
		const seen = await draw();
		expect(new Set(seen).size).toBeGreaterThan(1);
		expect(await draw()).toEqual(seen);
	});
});
