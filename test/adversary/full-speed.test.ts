import { arrivals, contacts, quantile } from './load';
import { count, customer, customers, Rig } from './rig';
import type { ServerVerdict } from './server';
import { expectIdle } from './sweep';

const L = 500;
const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
/** Batches that bring an endpoint to 32 requests in flight. */
const WARM = 60;

/** An endpoint at its highest level, whose window is free again. */
async function atFullSpeed(
	seed: number,
	respond: (values: readonly unknown[]) => ServerVerdict | undefined,
	respondAfter = L,
) {
	let isWarm = false;
	let firstResponseAt = Infinity;
	const sentAt: number[] = [];
	const rig: Rig = new Rig(seed, {
		latency: () => L,
		respond: (values) => {
			if (!isWarm) return undefined;
			sentAt.push(rig.clock.now());
			const verdict = respond(values);
			if (verdict === undefined) return undefined;
			firstResponseAt = Math.min(firstResponseAt, rig.clock.now() + respondAfter);
			return { verdict, respondAfter };
		},
	});
	await rig.deliver(customers(WARM * 50, 'warm'));
	await rig.clock.until(rig.clock.sleep(61_000));
	isWarm = true;
	return { rig, sentAt, firstResponseAt: () => firstResponseAt };
}

describe('An endpoint with 32 requests in flight', () => {
	test.each<[string, ServerVerdict, number]>([
		['every request times out', LOST, 30_000],
		['no connection', { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true }, 5],
		['a 503 without Retry-After', { kind: 'transient', reason: '503' }, 200],
	])(
		'P7: %s: a list of 1,000 batches ends after at most 140 requests',
		async (_, verdict, respondAfter) => {
			const { rig, sentAt } = await atFullSpeed(6, () => verdict, respondAfter);
			const { outcomes } = await rig.deliver(customers(50_000));
			expect(sentAt.length).toBeGreaterThan(32);
			expect(sentAt.length).toBeLessThanOrEqual(140);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
			await expectIdle(rig);
		},
	);

	test.each([
		[5000, 5],
		[20_000, 25],
	])(
		'an outage of %i ms leaves at most %i batches unconfirmed and ends no run',
		async (ms, most) => {
			let downSince: number | undefined;
			const { rig } = await atFullSpeed(
				10,
				() => {
					downSince ??= rig.clock.now();
					return rig.clock.now() < downSince + ms
						? { kind: 'transient', reason: '503' }
						: undefined;
				},
				200,
			);
			const { unconfirmed = 0, notSent = 0 } = count(
				(await rig.deliver(customers(10_000))).outcomes,
			);
			expect(notSent).toBe(0);
			expect(unconfirmed).toBeLessThanOrEqual(most * 50);
			await expectIdle(rig);
		},
	);

	test('P5: only requests in flight meet a 401 in the middle of a list', async () => {
		let requests = 0;
		const { rig, sentAt } = await atFullSpeed(7, () =>
			(requests += 1) > 40 ? { kind: 'fatal', reason: '401' } : undefined,
		);
		const { outcomes } = await rig.deliver(customers(5000));
		expect(sentAt.length - 40).toBeLessThanOrEqual(32);
		const { accepted, notSent } = count(outcomes);
		expect([accepted, notSent]).toEqual([2000, 3000]);
		await expectIdle(rig);
	});

	test('P5: at most five requests meet the 401 of another account after 4 s', async () => {
		const { rig, sentAt } = await atFullSpeed(8, () => ({ kind: 'fatal', reason: '401' }), 4000);
		const records = customers(5000).map((one) => ({ ...one, partitionKey: 'other' }));
		const { outcomes } = await rig.deliver(records);
		expect(sentAt.length).toBeLessThanOrEqual(5);
		expect(count(outcomes)).toEqual({ notSent: 5000 });
		await expectIdle(rig);
	});

	test.each([1, 2])(
		'P11: contacts wait at most 10 s next to 32 requests that hang (seed %i)',
		async (seed) => {
			const { rig } = await atFullSpeed(
				seed,
				(values) => (String(values[0]).startsWith('list') ? LOST : undefined),
				30_000,
			);
			const now = rig.clock.now();
			const list = rig.start(customers(2000, 'list'));
			const times = arrivals(now + 2000, now + 120_000, 3000, rig.random);
			const [single] = await rig.clock.until(
				Promise.all([contacts(rig, times, {}, () => false, 'other'), list]),
			);
			expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
			expect(quantile(single, 0.99)).toBeLessThanOrEqual(10_000);
			await expectIdle(rig);
		},
	);

	test('P11: contacts of another account wait at most 5 s next to a list in one window', async () => {
		const { rig } = await atFullSpeed(9, () => undefined);
		await rig.deliver([{ ...customer('first'), partitionKey: 'other' }]);
		const now = rig.clock.now();
		const list = rig.start(customers(4000, 'list'));
		const times = arrivals(now, now + 2000, 200);
		const [single] = await rig.clock.until(
			Promise.all([contacts(rig, times, {}, () => false, 'other'), list]),
		);
		expect(quantile(single, 1)).toBeLessThanOrEqual(5000);
	});
});
