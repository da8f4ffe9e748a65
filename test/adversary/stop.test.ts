/* eslint-disable @n8n/community-nodes/no-restricted-imports -- test code: only Node.js counts the listeners of a signal */
import { getEventListeners } from 'node:events';

import type { Report } from '../virtual/world';
import { count, customer, customers, Rig } from './rig';
import type { Effect, ServerVerdict } from './server';
import { expectIdle } from './sweep';

const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
const HANG: Effect = { verdict: LOST, respondAfter: 30_000 };

/** Starts a run with its own Stop. */
function startWithStop(rig: Rig, records = customers(1)) {
	const controller = new AbortController();
	const report = rig.start(records, { signal: controller.signal });
	return { controller, report };
}

/** The outcomes and when they were reported. */
async function timed(rig: Rig, report: Promise<Report>) {
	const done = await report;
	return { outcomes: done.outcomes, at: rig.clock.now() };
}

describe('The Stop of one run', () => {
	test.each<[string, ServerVerdict, number]>([
		['maintenance', { kind: 'transient', reason: '503', rate: { retryAfterMs: 300_000 } }, 100],
		['a rate limit', { kind: 'throttled', rate: { retryAfterMs: 60_000 } }, 100],
		['a hanging request', LOST, 30_000],
		['bisecting', { kind: 'rejected', reason: 'bad', fingerprint: 'bad' }, 400],
	])(
		'P5: Stop ends a wait for %s at once, and no request follows',
		async (_, verdict, respondAfter) => {
			const rig = new Rig(1, { respond: () => ({ verdict, respondAfter }) });
			const { controller, report } = startWithStop(rig, customers(200));
			await rig.clock.until(rig.clock.sleep(2000));
			controller.abort();
			const { outcomes, at } = await rig.clock.until(timed(rig, report));
			expect(at).toBe(2000);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
			await expectIdle(rig);
			// A request that left just before the Stop reaches the server within one round trip.
			expect(rig.server.log.filter(({ at: arrived }) => arrived > 2500)).toEqual([]);
			expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
		},
	);

	test('a run that ends by itself leaves no listener on its Stop', async () => {
		const rig = new Rig(2);
		const { controller, report } = startWithStop(rig, customers(200));
		await rig.clock.until(report);
		expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
	});

	test('other users don’t wait for the key of a stopped run', async () => {
		const rig = new Rig(3, { respond: (values) => (values.includes('u0') ? HANG : undefined) });
		await rig.deliver([customer('first')]);
		const { controller, report } = startWithStop(rig);
		await rig.clock.until(rig.clock.sleep(1000));
		controller.abort();
		await rig.clock.until(report);
		const from = rig.clock.now();
		const { outcomes } = await rig.deliver([customer('u1')]);
		expect(outcomes[0].status).toBe('accepted');
		expect(rig.clock.now() - from).toBeLessThanOrEqual(2000);
	});

	test('a run that waits for the key of a stopped run can be stopped, too', async () => {
		const rig = new Rig(4, { respond: () => HANG });
		const one = startWithStop(rig);
		await rig.clock.until(rig.clock.sleep(1000));
		one.controller.abort();
		const two = startWithStop(rig);
		await rig.clock.until(rig.clock.sleep(500));
		two.controller.abort();
		const [first, second] = await rig.clock.until(
			Promise.all([timed(rig, one.report), timed(rig, two.report)]),
		);
		expect(first.outcomes[0].status).toBe('unconfirmed');
		expect(second.outcomes).toEqual([{ status: 'notSent', cause: 'stopped' }]);
		expect(second.at).toBe(1500);
		expect(rig.server.log).toHaveLength(1);
		await expectIdle(rig);
	});

	test('the key of a stopped run is free again within a minute', async () => {
		let hangs = true;
		const rig = new Rig(5, { abortable: false, respond: () => (hangs ? HANG : undefined) });
		const { controller, report } = startWithStop(rig);
		await rig.clock.until(rig.clock.sleep(1000));
		controller.abort();
		await rig.clock.until(report);
		hangs = false;
		const from = rig.clock.now();
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0].status).toBe('accepted');
		expect(rig.clock.now() - from).toBeLessThanOrEqual(60_000);
		await expectIdle(rig);
	});

	test('P3: an earlier request without a response keeps the key after a Stop', async () => {
		const applied: unknown[] = [];
		let requests = 0;
		const rig = new Rig(9, {
			abortable: false,
			apply: (values) => applied.push(...values),
			respond: () => {
				requests += 1;
				// The server applies the first request 8 seconds after the client gave up.
				return requests > 1 ? undefined : { verdict: LOST, respondAfter: 5000, applyAfter: 13_000 };
			},
		});
		const change = (value: string) => [{ ...customer('u0'), value }];
		const { controller, report } = startWithStop(rig, change('older'));
		while (requests < 2) await rig.clock.until(rig.clock.sleep(20));
		controller.abort();
		await rig.clock.until(report);
		const { outcomes } = await rig.deliver(change('newer'));
		expect(outcomes[0].status).toBe('accepted');
		await rig.clock.drain();
		expect(applied).toEqual(['older', 'older', 'newer']);
	});

	test('a request that never ends holds the key of a stopped run for a minute at most', async () => {
		const rig = new Rig(7);
		const controller = new AbortController();
		const report = rig.start(customers(1), {
			signal: controller.signal,
			send: async () => await new Promise<ServerVerdict>(() => undefined),
		});
		await rig.clock.until(rig.clock.sleep(1000));
		controller.abort();
		expect((await rig.clock.until(report)).outcomes[0].status).toBe('unconfirmed');
		const { outcomes } = await rig.deliver(customers(1));
		expect(outcomes[0].status).toBe('accepted');
		expect(rig.clock.now()).toBeLessThanOrEqual(62_000);
		await expectIdle(rig);
	});

	test('a run ends with its last outcome, not when its keys are free again', async () => {
		let first = true;
		const rig = new Rig(8, {
			respond: () => {
				const lost = first;
				first = false;
				return lost ? { verdict: LOST, respondAfter: 5000 } : undefined;
			},
		});
		const { outcomes } = await rig.deliver(customers(100));
		expect(count(outcomes)).toEqual({ accepted: 100 });
		expect(rig.clock.now()).toBeLessThanOrEqual(9000);
		await expectIdle(rig);
	});

	test('other runs in the request of a stopped run continue', async () => {
		const rig = new Rig(6);
		const stopped = startWithStop(rig, [customer('a')]);
		const other = rig.start([customer('b')]);
		await rig.clock.until(rig.clock.sleep(300));
		stopped.controller.abort();
		const next = rig.start([customer('a')]);
		const reports = await rig.clock.until(Promise.all([stopped.report, other, next]));
		const outcomes = reports.map((report) => report.outcomes[0].status);
		expect(['unconfirmed', 'notSent']).toContain(outcomes[0]);
		expect(outcomes.slice(1)).toEqual(['accepted', 'accepted']);
		await expectIdle(rig);
	});

	test('P17: whatever reached the server is never reported as not sent', async () => {
		for (let ms = 0; ms < 6000; ms += 50) {
			const rig: Rig = new Rig(ms, {
				respond: (values) => {
					if (values.includes('u7')) {
						return { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } };
					}
					return rig.random() < 0.3 ? { verdict: LOST, applyAfter: 0 } : undefined;
				},
				apply: (values) => values.forEach((value) => applied.add(value)),
			});
			const applied = new Set<unknown>();
			const { controller, report } = startWithStop(rig, customers(200));
			await rig.clock.until(rig.clock.sleep(ms));
			controller.abort();
			const { outcomes } = await rig.clock.until(report);
			await rig.clock.drain();
			const wrong = outcomes.filter(
				({ status }, i) => (status === 'notSent' || status === 'rejected') && applied.has(`u${i}`),
			);
			expect({ ms, wrong: count(wrong) }).toEqual({ ms, wrong: {} });
		}
	});
});
