import { users } from '../../virtual/world';
import { failed, statuses, throttled, unauthorized, rejected, Script } from './script';

describe('An acceptance', () => {
	test('tells what MoEngage said, in which request, at which try', async () => {
		const script = new Script();
		const report = await script.deliver(users(3), { settings: { batchSize: 2 } });
		const [one, two] = [1, 2].map((batch) => {
			return { status: 'accepted', result: `ok ${batch}`, batch, attempts: 1 };
		});
		expect(report).toMatchObject({ requests: 2, throttled: 0, merged: 0, waitedMs: 0 });
		expect(report.outcomes).toEqual([one, one, two]);
	});
});

describe('An answer over the limit', () => {
	test('is no try, is counted for each execution in the request, and the same goes again', async () => {
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

	test('leaves in doubt what an earlier try left in doubt', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => {
			if (number === 2) script.clock.after(1, () => stop.abort());
			return number === 1 ? failed('504') : throttled;
		});
		const { outcomes } = await script.deliver(users(1), { signal: stop.signal });
		expect(outcomes[0]).toEqual({ status: 'unknown', reason: '504', batch: 1, attempts: 1 });
	});
});

describe('A request that breaks', () => {
	test('goes again after 1, 2, 4 … seconds, 30 at most, with the same id', async () => {
		const script = new Script((_, number) => (number < 8 ? failed() : undefined));
		const { outcomes } = await script.deliver(users(1), { settings: { maxTries: 9 } });
		const waits = script.times.slice(1).map((at, i) => at - script.times[i] - 500);
		expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		expect(new Set(script.requests.map(({ batchId }) => batchId)).size).toBe(1);
		expect(outcomes[0]).toMatchObject({ status: 'accepted', batch: 1, attempts: 8 });
	});

	test('waits shorter by chance', async () => {
		const script = new Script(
			(_, number) => (number < 3 ? failed() : undefined),
			500,
			() => 0.25,
		);
		await script.deliver(users(1));
		expect(script.times).toEqual([0, 750, 1750]);
	});

	test('leaves its records unknown after the last try, with the reason', async () => {
		const script = new Script(() => failed('504'));
		const { outcomes, requests } = await script.deliver(users(2), { settings: { maxTries: 3 } });
		const unknown = { status: 'unknown', reason: '504', batch: 1, attempts: 3 };
		expect([requests, outcomes]).toEqual([3, [unknown, unknown]]);
	});

	test('costs no retry of the budget where none is made', async () => {
		const script = new Script(() => failed());
		const settings = { maxTries: 1, batchSize: 1 };
		const report = await script.deliver(users(99), { settings });
		expect(new Set(statuses(report))).toEqual(new Set(['unknown']));
	});

	test('ends a run whose retries are spent, with the reason', async () => {
		const script = new Script(() => failed('503'));
		const settings = { maxTries: 1000, batchSize: 1 };
		const { outcomes, requests } = await script.deliver(users(20), { settings });
		// 90 retries and the first try of no more than five in flight.
		expect(requests).toBeGreaterThan(90);
		expect(requests).toBeLessThanOrEqual(95);
		expect(outcomes[0]).toMatchObject({ status: 'unknown', reason: '503' });
		expect(outcomes.at(-1)).toEqual({ status: 'notSent', cause: 'unreachable', reason: '503' });
	});

	test('lets those that allow more tries go on alone', async () => {
		const script = new Script((_, number) => (number < 3 ? failed() : undefined));
		const [once, often] = await script.all(
			script.start(users(1, 'once'), { settings: { maxTries: 1 } }),
			script.start(users(1, 'often')),
		);
		expect([statuses(once), statuses(often)]).toEqual([['unknown'], ['accepted']]);
		expect(script.sizes).toEqual([2, 1, 1]);
		expect(once.requests).toBe(1);
	});

	test('is no try of the others where an execution was stopped and took it along', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 1 ? failed() : undefined));
		script.clock.after(300, () => stop.abort());
		const [stopped, other] = await script.all(
			script.start(users(1, 'stopped'), { signal: stop.signal }),
			script.start(users(1, 'other'), { settings: { maxTries: 1 } }),
		);
		expect(statuses(stopped)).toEqual(['unknown']);
		expect(other.outcomes[0]).toMatchObject({ status: 'accepted', attempts: 2 });
		// Nothing to wait for either: it was not the server.
		expect(script.times).toEqual([0, 500]);
	});
});

describe('A server that is down', () => {
	test('gets no batch that it does not have already, until one gets through', async () => {
		const down = (at: number) => at >= 2000 && at < 300_000;
		const script = new Script((_values, _number, at) => (down(at) ? failed() : undefined));
		const settings = { maxTries: 50, batchSize: 1 };
		const report = await script.deliver(users(60), { settings });
		const risked = script.requests.filter(({ at }) => down(at)).map(({ batchId }) => batchId);
		expect(new Set(risked).size).toBe(5);
		expect(new Set(statuses(report))).toEqual(new Set(['accepted']));
	});

	test('is not one that breaks now and then', async () => {
		const script = new Script((_, number) => (number % 3 === 0 ? failed() : undefined));
		await script.deliver(users(30), { settings: { batchSize: 1, maxTries: 9 } });
		// One request, then five at a time; of what broke each waits while the others go on.
		expect(Math.max(...script.times)).toBeLessThan(20_000);
	});
});

describe('An answer that no request can escape', () => {
	test('stops all executions with the same account and settings, and no others', async () => {
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

	test('waits for what is under way', async () => {
		const script = new Script((_, number) => (number === 3 ? unauthorized : undefined));
		const report = await script.deliver(users(10), { settings: { batchSize: 1 } });
		expect(statuses(report).slice(0, 6)).toEqual([
			...['accepted', 'accepted', 'notSent', 'accepted', 'accepted', 'accepted'],
		]);
		expect(script.requests).toHaveLength(6);
	});

	test('leaves unconfirmed what an earlier attempt may have applied, rejected since or not', async () => {
		const answers = [failed(), rejected(), unauthorized];
		const script = new Script((_, number) => answers[number - 1]);
		expect(statuses(await script.deliver(users(2)))).toEqual(['unknown', 'unknown']);
	});

	test('means not sent for what was only rejected before', async () => {
		const answers = [rejected(), unauthorized];
		const script = new Script((_, number) => answers[number - 1]);
		expect(statuses(await script.deliver(users(2)))).toEqual(['notSent', 'notSent']);
	});
});
