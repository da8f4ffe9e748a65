import { contacts, quantile } from './load';
import { count, customers, Rig } from './rig';
import type { ServerVerdict } from './server';
import { expectIdle } from './sweep';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function maintenance(retryAfterMs: number): ServerVerdict {
	return { kind: 'transient', reason: '503', rate: { retryAfterMs } };
}

/** A server that is down until `until`; `retryAfter` is what it asks for, in milliseconds. */
function downUntil(until: number, retryAfter: (left: number) => number, from = 0): Rig {
	const rig: Rig = new Rig(1, {
		respond: (_, at) =>
			at < from || at >= until ? undefined : { verdict: maintenance(retryAfter(until - at)) },
	});
	return rig;
}

const wholeSeconds = (left: number) => Math.ceil(left / 1000) * 1000;

describe('A server in maintenance', () => {
	test.each([0, 2000])(
		'1,050 records are accepted despite 20 s of maintenance from %i ms on',
		async (from) => {
			const rig = downUntil(from + 20_000, wholeSeconds, from);
			const { outcomes } = await rig.deliver(customers(1050));
			expect(count(outcomes)).toEqual({ accepted: 1050 });
			expect(Math.max(...outcomes.map((o) => ('attempts' in o ? o.attempts : 0)))).toBe(1);
			expect(rig.clock.now()).toBeLessThanOrEqual(MINUTE);
			await expectIdle(rig);
		},
	);

	test('repeated short maintenance doesn’t count as attempts', async () => {
		const rig = downUntil(40_000, () => 5000);
		const { outcomes } = await rig.deliver(customers(1050));
		expect(count(outcomes)).toEqual({ accepted: 1050 });
	});

	test('a run waits for five minutes of maintenance as the server asks', async () => {
		const rig = downUntil(5 * MINUTE, wholeSeconds);
		const { outcomes } = await rig.deliver(customers(1050));
		expect(count(outcomes)).toEqual({ accepted: 1050 });
		const early = rig.server.log.filter(({ at }) => at > 1500 && at < 5 * MINUTE);
		expect(early).toEqual([]);
		await expectIdle(rig);
	});

	test('a maintenance notice of an hour is capped to five minutes', async () => {
		const rig = downUntil(4 * MINUTE, () => HOUR);
		const { outcomes } = await rig.deliver(customers(100));
		expect(count(outcomes)).toEqual({ accepted: 100 });
		expect(rig.clock.now()).toBeLessThanOrEqual(6 * MINUTE);
	});

	test.each([5000, 20_000, 5 * MINUTE, HOUR])(
		'P7: maintenance without end (%i ms each time) ends the run within 15 minutes',
		async (retryAfter) => {
			const rig = downUntil(Infinity, () => retryAfter);
			const { outcomes } = await rig.deliver(customers(1050));
			expect(rig.clock.now()).toBeLessThanOrEqual(15 * MINUTE);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
			expect(rig.server.log.length).toBeLessThanOrEqual(200);
			await expectIdle(rig);
		},
	);
});

describe('A server with a very long Retry-After', () => {
	/** Over the limit until `until`, with a Retry-After that is far too long. */
	function throttledUntil(until: number, retryAfterMs: number): Rig {
		return new Rig(2, {
			respond: (_, at) =>
				at < until ? { verdict: { kind: 'throttled', rate: { retryAfterMs } } } : undefined,
		});
	}

	test.each([HOUR, 24 * HOUR])(
		'a Retry-After of %i ms ends the run as not sent; a later run is accepted',
		async (retryAfterMs) => {
			const rig = throttledUntil(MINUTE, retryAfterMs);
			const present = await rig.deliver(customers(100));
			expect(count(present.outcomes)).toEqual({ notSent: 100 });
			expect(rig.clock.now()).toBeLessThanOrEqual(15 * MINUTE);
			await rig.clock.until(rig.clock.sleep(2 * MINUTE));
			const from = rig.clock.now();
			const later = await rig.deliver(customers(100));
			expect(count(later.outcomes)).toEqual({ accepted: 100 });
			expect(rig.clock.now() - from).toBeLessThanOrEqual(65_000);
			await expectIdle(rig);
		},
	);

	// An invalid value carries no information, so the reset header applies, or a backoff without one.
	test.each([-5000, 0, NaN, 1e15, Infinity])(
		'a Retry-After of %d ms next to a reset in 20 s is ignored',
		async (retryAfterMs) => {
			const rig: Rig = new Rig(3, {
				respond: (_, at) =>
					at < 20_000
						? { verdict: { kind: 'throttled', rate: { retryAfterMs, resetInMs: 20_000 - at } } }
						: undefined,
			});
			const { outcomes } = await rig.deliver(customers(100));
			expect(count(outcomes)).toEqual({ accepted: 100 });
			expect(rig.clock.now()).toBeLessThanOrEqual(2 * MINUTE);
			expect(rig.server.log.length).toBeLessThanOrEqual(40);
			await expectIdle(rig);
		},
	);

	test('a server that stays throttled gets at most one probe per minute', async () => {
		const rig = throttledUntil(30 * MINUTE, HOUR);
		const times = Array.from({ length: 120 }, (_, i) => i * 10_000);
		const single = await rig.clock.until(contacts(rig, times));
		const probes = rig.server.log.map(({ at }) => at).filter((at) => at > 1000);
		const gaps = probes.slice(1).map((at, i) => at - probes[i]);
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(59_000);
		expect(single.filter(({ outcome }) => outcome.status === 'accepted')).toEqual([]);
		expect(quantile(single, 1)).toBeLessThanOrEqual(15 * MINUTE);
		// Contacts that arrive once the server accepts requests again are accepted.
		await rig.clock.until(rig.clock.sleep(32 * MINUTE - rig.clock.now()));
		const later = await rig.deliver(customers(5));
		expect(count(later.outcomes)).toEqual({ accepted: 5 });
		await expectIdle(rig);
	});
});
