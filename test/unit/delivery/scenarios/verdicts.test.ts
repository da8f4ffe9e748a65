import { users } from '../../../virtual/world';
import { failed, statuses, throttled, unauthorized, rejected, Script } from '../script';

describe('Accepted batches', () => {
	test('an accepted record reports the result, the request number and the attempts', async () => {
		const script = new Script();
		const report = await script.deliver(users(3), { settings: { batchSize: 2 } });
		const [one, two] = [1, 2].map((batch) => {
			return { status: 'accepted', result: `ok ${batch}`, batch, attempts: 1 };
		});
		expect(report).toMatchObject({ requests: 2, throttled: 0, merged: 0, waitedMs: 0 });
		expect(report.outcomes).toEqual([one, one, two]);
	});
});

describe('A 429', () => {
	test('a 429 doesn’t count as an attempt, increments `throttled` for every run in the batch, and resends the same batch', async () => {
		const script = new Script((_, number) => (number < 3 ? throttled : undefined));
		const [a, b] = await script.all(
			script.start(users(1, 'a'), { settings: { maxTries: 1 } }),
			script.start(users(1, 'b')),
		);
		for (const report of [a, b]) {
			expect(report).toMatchObject({ requests: 3, throttled: 2 });
			expect(report.outcomes[0]).toMatchObject({ status: 'accepted', batch: 1, attempts: 1 });
		}
		expect(new Set(script.requests.map(({ batchId }) => batchId)).size).toBe(1);
	});

	test('a 429 keeps a record unconfirmed if an earlier attempt left it unconfirmed', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => {
			if (number === 2) script.clock.after(1, () => stop.abort());
			return number === 1 ? failed('504') : throttled;
		});
		const { outcomes } = await script.deliver(users(1), { signal: stop.signal });
		expect(outcomes[0]).toEqual({ status: 'unconfirmed', reason: '504', batch: 1, attempts: 1 });
	});
});

describe('Failed requests', () => {
	test('a failed batch is retried after 1, 2, 4 … seconds, at most 30, with the same ID', async () => {
		const script = new Script((_, number) => (number < 8 ? failed() : undefined));
		const { outcomes } = await script.deliver(users(1), { settings: { maxTries: 9 } });
		const waits = script.times.slice(1).map((at, i) => at - script.times[i] - 500);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		expect(new Set(script.requests.map(({ batchId }) => batchId)).size).toBe(1);
		expect(outcomes[0]).toMatchObject({ status: 'accepted', batch: 1, attempts: 8 });
	});

	test('the random factor shortens the backoff', async () => {
		const script = new Script(
			(_, number) => (number < 3 ? failed() : undefined),
			500,
			() => 0.25,
		);
		await script.deliver(users(1));
		expect(script.times).toEqual([0, 750, 1750]);
	});

	test('records are unconfirmed after their last attempt fails, with the reason', async () => {
		const script = new Script(() => failed('504'));
		const { outcomes, requests } = await script.deliver(users(2), { settings: { maxTries: 3 } });
		const unconfirmed = { status: 'unconfirmed', reason: '504', batch: 1, attempts: 3 };
		expect([requests, outcomes]).toEqual([3, [unconfirmed, unconfirmed]]);
	});

	test('a failure that isn’t retried takes nothing from the retry budget', async () => {
		const script = new Script(() => failed());
		const settings = { maxTries: 1, batchSize: 1 };
		const report = await script.deliver(users(99), { settings });
		expect(new Set(statuses(report))).toEqual(new Set(['unconfirmed']));
	});

	test('a run whose retry budget is spent ends with the reason', async () => {
		const script = new Script(() => failed('503'));
		const settings = { maxTries: 1000, batchSize: 1 };
		const { outcomes, requests } = await script.deliver(users(20), { settings });
		// 90 retries and the first attempts of the five requests in flight at most.
		expect(requests).toBeGreaterThan(90);
		expect(requests).toBeLessThanOrEqual(95);
		expect(outcomes[0]).toMatchObject({ status: 'unconfirmed', reason: '503' });
		expect(outcomes.at(-1)).toEqual({ status: 'notSent', cause: 'unreachable', reason: '503' });
	});

	test('runs that allow more attempts continue without the run that is out of attempts', async () => {
		const script = new Script((_, number) => (number < 3 ? failed() : undefined));
		const [once, often] = await script.all(
			script.start(users(1, 'once'), { settings: { maxTries: 1 } }),
			script.start(users(1, 'often')),
		);
		expect([statuses(once), statuses(often)]).toEqual([['unconfirmed'], ['accepted']]);
		expect(script.sizes).toEqual([2, 1, 1]);
		expect(once.requests).toBe(1);
	});

	test('a failure caused by the Stop of one run isn’t an attempt of the other runs', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 1 ? failed() : undefined));
		script.clock.after(300, () => stop.abort());
		const [stopped, other] = await script.all(
			script.start(users(1, 'stopped'), { signal: stop.signal }),
			script.start(users(1, 'other'), { settings: { maxTries: 1 } }),
		);
		expect(statuses(stopped)).toEqual(['unconfirmed']);
		expect(other.outcomes[0]).toMatchObject({ status: 'accepted', attempts: 2 });
		// The server didn’t fail, so there is no backoff either.
		expect(script.times).toEqual([0, 500]);
	});
});

describe('The circuit breaker', () => {
	test('a server that is down gets no new batch until a retry succeeds', async () => {
		const down = (at: number) => at >= 2000 && at < 200_000;
		const script = new Script((_values, _number, at) => (down(at) ? failed() : undefined));
		const settings = { maxTries: 50, batchSize: 1 };
		const report = await script.deliver(users(90), { settings });
		const batchIds = script.requests.filter(({ at }) => down(at)).map(({ batchId }) => batchId);
		// 36 batches were accepted, and 32 in flight as the level was then.
		expect(new Set(batchIds).size).toBe(32);
		expect(new Set(statuses(report))).toEqual(new Set(['accepted']));
	});

	test('a server that fails now and then doesn’t open the circuit', async () => {
		const script = new Script((_, number) => (number % 3 === 0 ? failed() : undefined));
		await script.deliver(users(30), { settings: { batchSize: 1, maxTries: 9 } });
		// One request, then five at a time; a failed batch waits while the others continue.
		expect(Math.max(...script.times)).toBeLessThan(20_000);
	});
});

describe('A fatal response', () => {
	test('a fatal response stops all runs of its partition and no others', async () => {
		const script = new Script(([value]) => (value.startsWith('f') ? undefined : unauthorized));
		const f = users(1, 'f').map((record) => ({ ...record, partitionKey: 'f' }));
		const [a, late, other] = await script.all(
			script.start(users(60, 'a')),
			script.startAt(300, users(2, 'late')),
			script.start(f),
		);
		const notSent = { status: 'notSent', cause: 'fatal', reason: '401' };
		expect(a.outcomes).toEqual(Array.from({ length: 60 }, () => notSent));
		expect(late.outcomes).toEqual([notSent, notSent]);
		expect(statuses(other)).toEqual(['accepted']);
		expect(script.requests).toHaveLength(2);
		expect([a.requests, late.requests]).toEqual([1, 0]);
	});

	test('a run that a fatal response stops waits for its requests in flight', async () => {
		const script = new Script((_, number) => (number === 3 ? unauthorized : undefined));
		const report = await script.deliver(users(10), { settings: { batchSize: 1 } });
		expect(statuses(report).slice(0, 6)).toEqual([
			...['accepted', 'accepted', 'notSent', 'accepted', 'accepted', 'accepted'],
		]);
		expect(script.requests).toHaveLength(6);
	});

	test('a fatal response leaves records unconfirmed that an earlier attempt may have applied', async () => {
		const verdicts = [failed(), rejected(), unauthorized];
		const script = new Script((_, number) => verdicts[number - 1]);
		expect(statuses(await script.deliver(users(2)))).toEqual(['unconfirmed', 'unconfirmed']);
	});

	test('a fatal response leaves records not sent whose batch was only rejected before', async () => {
		const verdicts = [rejected(), unauthorized];
		const script = new Script((_, number) => verdicts[number - 1]);
		expect(statuses(await script.deliver(users(2)))).toEqual(['notSent', 'notSent']);
	});
});
