import { header, limitSuite, sleep } from './limitSuite';

const t = limitSuite();
const { get, limit, statuses } = t;

describe('kinds of window', () => {
	it('another kind or length of window starts empty', async () => {
		await limit(1, 60_000);
		expect(await statuses(2)).toEqual([200, 429]);
		// The window has just begun: its end must not come between two requests.
		const phaseMs = Date.now() % 60_000;
		await t.sandbox.configure({ window: { kind: 'fixed', phaseMs } });
		expect(await statuses(2)).toEqual([200, 429]);
		await t.sandbox.configure({ windowMs: 120_000 });
		expect(await statuses(2)).toEqual([200, 429]);
	});

	it('a sliding window frees each permit one window after its request', async () => {
		await limit(3, 800);
		expect(await statuses(2)).toEqual([200, 200]);
		await sleep(450);
		expect(await statuses(2)).toEqual([200, 429]);
		await sleep(450);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		const { getPreferences } = await t.sandbox.counters(800);
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
		expect((await t.sandbox.counters(windowMs)).getPreferences.maxGrantedInWindow).toBe(6);
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
		await t.sandbox.reset('limits');
		await t.sandbox.configure({ window: { countThrottled: false } });
		expect(await knock()).toBeGreaterThanOrEqual(2);
	});
});
