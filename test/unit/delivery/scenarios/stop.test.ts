import type { Progress } from '../../../../nodes/MoEngageSubscription/delivery/types';
import { users, type Report } from '../../../virtual/world';
import { failed, inPartition, statuses, throttled, rejected, Script } from '../script';

/** A signal that is aborted at that time. */
function stopAt(script: Script, at: number) {
	const stop = new AbortController();
	script.clock.after(at, () => stop.abort());
	return stop.signal;
}

describe('Stop', () => {
	test('Stop ends the run at once: records in flight are unconfirmed, waiting ones not sent', async () => {
		const script = new Script();
		const signal = stopAt(script, 750);
		const { outcomes, requests } = await script.deliver(users(10), {
			signal,
			settings: { batchSize: 1 },
		});
		expect(script.clock.now()).toBe(750);
		expect(outcomes[0]).toMatchObject({ status: 'accepted' });
		expect(outcomes.slice(1, 6)).toEqual(
			[2, 3, 4, 5, 6].map((batch) => ({ status: 'unconfirmed', batch, attempts: 0 })),
		);
		expect(outcomes.slice(6)).toEqual(
			Array.from({ length: 4 }, () => ({ status: 'notSent', cause: 'stopped' })),
		);
		expect(requests).toBe(6);
	});

	test('a run stopped before its start sends nothing', async () => {
		const script = new Script();
		const report = await script.deliver(users(2), { signal: AbortSignal.abort() });
		expect(report.outcomes[1]).toEqual({ status: 'notSent', cause: 'stopped' });
		expect(script.requests).toHaveLength(0);
	});

	test('Stop leaves other runs their records and the next requests', async () => {
		const script = new Script();
		const signal = stopAt(script, 250);
		const [stopped, other, f] = await script.all(
			script.start(users(200, 'stopped'), { signal }),
			script.start(users(100, 'other')),
			script.start(inPartition(60, 'f')),
		);
		expect(new Set(statuses(stopped))).toEqual(new Set(['unconfirmed', 'notSent']));
		expect(new Set(statuses(other))).toEqual(new Set(['accepted']));
		expect(new Set(statuses(f))).toEqual(new Set(['accepted']));
		// A batch that both runs filled, then the rest of the other run: 25 of it left with the first.
		expect(script.requests.filter(({ values }) => values[0].startsWith('other')).length).toBe(2);
		const { endpoints, ...left } = script.engine.census();
		expect([endpoints, left]).toEqual([1, { runs: 0, partitions: 0, users: 0 }]);
	});

	test('Stop ends a wait for the limit, for a retry, and for the rest of a rejected batch', async () => {
		for (const verdict of [throttled, failed(), rejected()]) {
			const script = new Script(([first], number) => (number > 1 || !first ? undefined : verdict));
			const signal = stopAt(script, 600);
			const report = await script.deliver(users(2), { signal });
			expect(script.clock.now()).toBe(600);
			const { runs, partitions, users: left } = script.engine.census();
			expect([runs, partitions]).toEqual([0, 0]);
			// The request that was stopped in flight may still be applied: its keys stay taken.
			expect(left > 0).toBe(script.requests.length > 1);
			await script.clock.drain();
			expect(script.engine.census().users).toBe(0);
			expect(statuses(report)).not.toContain('accepted');
		}
	});

	test('Stop after a fatal response ends the run at once', async () => {
		const script = new Script((_, number, at) => {
			return at === 500 && number === 2 ? { kind: 'fatal', reason: '403' } : undefined;
		});
		const slow = script.sendAs();
		let sent = 0;
		const { outcomes } = await script.deliver(users(10), {
			signal: stopAt(script, 1250),
			settings: { batchSize: 1 },
			send: async (values, context) => {
				sent += 1;
				const verdict = await slow(values, context);
				if (sent > 2 && verdict.kind === 'delivered') await script.clock.sleep(60_000);
				return verdict;
			},
		});
		expect(script.clock.now()).toBe(1250);
		expect(outcomes[1]).toMatchObject({ status: 'notSent', cause: 'fatal', reason: '403' });
		expect(outcomes[3]).toMatchObject({ status: 'unconfirmed' });
		expect(outcomes[9]).toMatchObject({ status: 'notSent', cause: 'fatal' });
	});
});

describe('A send function that throws', () => {
	test('a send function that throws ends its run with unconfirmed records; other runs retry', async () => {
		const script = new Script();
		const usual = script.sendAs();
		const [breaking, other] = await script.all(
			script.start(users(60, 'breaking'), {
				send: async () => await Promise.reject(new Error('an internal error')),
			}),
			script.start(users(1, 'other'), { send: usual }),
		);
		expect(statuses(breaking).slice(0, 49)).toEqual(
			Array.from({ length: 49 }, () => 'unconfirmed'),
		);
		expect(breaking.outcomes.at(-1)).toEqual({ status: 'notSent', cause: 'fatal' });
		expect(other.outcomes[0]).toMatchObject({ status: 'accepted', attempts: 2 });
	});
});

describe('The progress of a run', () => {
	async function progressOf(
		script: Script,
		count: number,
		batchSize = 1,
	): Promise<[Progress[], Report]> {
		const seen: Progress[] = [];
		const onProgress = (progress: Progress) => seen.push(progress);
		const report = await script.deliver(users(count), { onProgress, settings: { batchSize } });
		return [seen, report];
	}

	test('progress is reported after each response except the last, with the requests so far', async () => {
		const [seen] = await progressOf(new Script(), 3);
		expect(seen.map(({ done, total, requests }) => [done, total, requests])).toEqual([
			[1, 3, 1],
			[2, 3, 3],
		]);
	});

	test('progress counts failed requests, but no record for them', async () => {
		const [seen] = await progressOf(new Script((_, n) => (n < 3 ? failed() : undefined)), 1);
		expect(seen.map(({ done, requests }) => [done, requests])).toEqual([
			[0, 1],
			[0, 2],
		]);
	});

	test('progress estimates the time left from the batches left; none below the limit', async () => {
		const [few] = await progressOf(new Script(), 80);
		expect(few[0].msLeft).toBe(0);
		// 119 batches left, 99 slots free: 20 wait for their share of the minute, 600 ms each.
		const [many] = await progressOf(new Script(), 240, 2);
		expect(many[0].msLeft).toBe(20 * 600);
	});
});
