import { mergeChanges, record } from '../../virtual/preferences';
import { POLICY, users } from '../../virtual/world';
import { failed, inPartition, statuses, unauthorized, rejected, Script } from './script';

const single = { ...POLICY, batchSize: 1 };
const few = { ...single, limit: 2 };

describe('Runs on one endpoint', () => {
	test('runs share requests, and each numbers its own', async () => {
		const script = new Script();
		const [a, b] = await script.all(
			script.start(users(3, 'a'), { policy: { ...POLICY, batchSize: 2 } }),
			script.start(users(1, 'b'), { policy: { ...POLICY, batchSize: 2 } }),
		);
		expect(script.requests.map(({ values }) => values)).toEqual([
			['a0', 'b0'],
			['a1', 'a2'],
		]);
		expect(a.outcomes.map((one) => 'batch' in one && one.batch)).toEqual([1, 2, 2]);
		expect(b.outcomes[0]).toMatchObject({ batch: 1 });
		expect([a.requests, b.requests]).toEqual([2, 1]);
	});

	test('a request is sent by a run that has a record in it', async () => {
		const script = new Script();
		await script.all(
			script.start(users(1, 'a'), {}, 'a'),
			script.start(users(60, 'b'), {}, 'b'),
			script.startAt(100, users(1, 'c'), {}, 'c'),
		);
		for (const { by, values } of script.requests) {
			expect(values.some((value) => value.startsWith(by!))).toBe(true);
		}
		expect(script.requests).toHaveLength(2);
	});

	test('each run keeps to its own limit, which delays no other run', async () => {
		const script = new Script();
		const [slow, fast] = [
			script.start(users(3, 'slow'), { policy: single, settings: { limit: 2 } }),
			script.start(users(20, 'fast'), { policy: single, settings: { limit: 50 } }),
		];
		await script.all(fast);
		expect(script.clock.now()).toBeLessThan(5000);
		const [report] = await script.all(slow);
		const times = script.requests.filter(({ values }) => values[0].startsWith('slow'));
		expect(times.map(({ at }) => at < 60_000)).toEqual([true, true, false]);
		// The run waited for its own limit.
		expect(report.waitedMs).toBeGreaterThanOrEqual(58_000);
		expect((await fast).waitedMs).toBe(0);
	});

	test('runs take turns even if they can’t share requests', async () => {
		const script = new Script();
		await script.all(
			script.start(inPartition(4, 'f'), { policy: single }),
			script.start(inPartition(4, 'g'), { policy: single }),
		);
		const order = script.requests.map(({ values }) => values[0]);
		expect(order.slice(0, 2)).toEqual(['f0', 'g0']);
		expect(order.slice(2, 4).sort()).toEqual(['f1', 'g1']);
		expect(order.slice(4, 6).sort()).toEqual(['f2', 'g2']);
	});

	test('at most 32 requests are in flight', async () => {
		let inFlight = 0;
		let most = 0;
		const script = new Script();
		const send = script.sendAs();
		await script.deliver(users(100), {
			policy: single,
			send: async (values, context) => {
				most = Math.max(most, (inFlight += 1));
				const verdict = await send(values, context);
				inFlight -= 1;
				return verdict;
			},
		});
		expect(most).toBe(32);
	});

	test('no batch ID is used twice, on any endpoint', async () => {
		const script = new Script();
		for (const limitKey of ['a', 'b', 'a'])
			await script.deliver(users(3), { limitKey, policy: single });
		const ids = script.requests.map(({ batchId }) => batchId);
		expect(new Set(ids).size).toBe(9);
		for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
	});
});

describe('Time spent waiting for the limit', () => {
	test('each run reports the time it waited for the limit', async () => {
		const script = new Script();
		const [first, later] = await script.all(
			script.start(users(3, 'first'), { policy: few }),
			script.startAt(30_500, users(1, 'later'), { policy: few }),
		);
		expect(first.waitedMs).toBeGreaterThanOrEqual(59_000);
		expect(first.waitedMs).toBeLessThanOrEqual(60_500);
		expect(later.waitedMs).toBeLessThanOrEqual(first.waitedMs);
		expect(later.waitedMs).toBeGreaterThanOrEqual(29_000);
		await script.clock.until(script.clock.sleep(600_000));
		expect((await script.deliver(users(2), { policy: few })).waitedMs).toBe(0);
	});

	test('slow responses and retries don’t count as waiting for the limit', async () => {
		const script = new Script((_, number) => (number === 2 ? failed() : undefined), 20_000);
		const { waitedMs } = await script.deliver(users(30), { policy: single });
		expect(waitedMs).toBe(0);
	});
});

describe('Verified partitions', () => {
	test('an unverified partition sends one request first, a verified one five', async () => {
		const script = new Script();
		await script.deliver(users(6), { policy: single });
		expect(script.times).toEqual([0, 500, 500, 500, 500, 500]);
		await script.deliver(users(5), { policy: single });
		expect(script.times.slice(6)).toEqual([1000, 1000, 1000, 1000, 1000]);
		await script.deliver(inPartition(3, 'other'), { policy: single });
		expect(script.times.slice(11)).toEqual([1500, 2000, 2000]);
	});

	test('a partition sends one request again after a 401', async () => {
		const script = new Script((_, number) => (number === 2 ? unauthorized : undefined));
		await script.deliver(users(1), { policy: single });
		await script.deliver(users(1), { policy: single });
		await script.deliver(users(3), { policy: single });
		expect(script.times).toEqual([0, 500, 1000, 1500, 1500]);
	});

	test('the endpoint remembers the last thousand verified partitions', async () => {
		const script = new Script();
		const policy = { ...single, limit: 100_000 };
		const all = Array.from({ length: 1001 }, (_, i) => inPartition(1, `e${i}-`)[0]);
		await script.deliver(all, { policy });
		const partitions = script.requests.map(({ values }) => values[0].slice(0, -1));
		for (const [position, isVerified] of [
			[999, true],
			[1000, false],
		] as const) {
			await script.deliver(inPartition(3, partitions[position]), { policy });
			const [first, , third] = script.times.slice(-3);
			expect(third === first).toBe(isVerified);
		}
	});
});

describe('Changes of one user', () => {
	const change = (mark: number, partitionKey = 'e') => ({
		...record({ user: 'ada', categories: { A: true }, all: false, marks: [mark] }),
		partitionKey,
	});

	test('changes of one user are merged only within one run and one partition', async () => {
		const script = new Script();
		const [a, b] = await script.all(
			script.start([change(0), change(1), change(2, 'f')], { merge: mergeChanges }),
			script.start([change(3)], { merge: mergeChanges }),
		);
		expect([a.merged, b.merged]).toEqual([1, 0]);
		expect(script.sizes).toEqual([1, 1, 1]);
		expect(a.outcomes.map((one) => 'batch' in one && one.batch)).toEqual([1, 1, 2]);
		expect(statuses(b)).toEqual(['accepted']);
	});

	test('changes of one user are sent one after the other without a merge function', async () => {
		const script = new Script();
		const { merged, requests } = await script.deliver([change(0), change(1)]);
		expect([merged, requests]).toEqual([0, 2]);
		expect(script.times).toEqual([0, 500]);
	});
});

describe('Bisecting and Stop', () => {
	test('records of a stopped run are left out, and bisecting continues for the others', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => [rejected(), failed()][number - 1]);
		script.clock.after(1100, () => stop.abort());
		const [stopped, other] = await script.all(
			script.start(users(1, 'a'), { signal: stop.signal }),
			script.start(users(1, 'b')),
		);
		expect([statuses(stopped), statuses(other)]).toEqual([['unconfirmed'], ['accepted']]);
		expect(script.requests.map(({ values }) => values.join())).toEqual(['a0,b0', 'a0', 'b0']);
	});
});

describe('Single-record runs that keep arriving', () => {
	const policy = { ...POLICY, limit: 10, batchSize: 50 };

	/** Starts a run with one record every `everyMs`; returns how long each took. */
	async function storm(script: Script, count: number, everyMs: number) {
		const waits: number[] = [];
		const runs = Array.from({ length: count }, async (_, i) => {
			const report = await script.startAt(i * everyMs, users(1, `c${i}-`), { policy });
			waits[i] = script.clock.now() - i * everyMs;
			return report;
		});
		await script.all(...runs);
		return waits;
	}

	test('arriving runs share the window evenly, and none waits for all of it', async () => {
		const script = new Script();
		const waits = await storm(script, 250, 200);
		const times = script.times.filter((at) => at < 50_000);
		expect(times.length).toBeLessThan(10);
		// A tenth of the window, and the request itself.
		expect(Math.max(...waits.slice(0, 210))).toBeLessThanOrEqual(8000);
	});

	test('runs don’t wait while the window is mostly unused', async () => {
		const script = new Script();
		const waits = await storm(script, 2, 1000);
		expect(waits).toEqual([500, 500]);
	});

	test('a list without other runs isn’t delayed', async () => {
		const script = new Script();
		await script.deliver(users(500), { policy });
		expect(script.times).toEqual([0, ...Array(5).fill(500), ...Array(4).fill(1000)]);
	});
});

describe('An open circuit', () => {
	test('a run that has not failed sends one batch until a response closes the circuit', async () => {
		const script = new Script((values) => (values[0].startsWith('down') ? failed() : undefined));
		await script.all(script.start(users(1, 'x')), script.start(inPartition(1, 'other')));
		const start = script.clock.now();
		const stop = new AbortController();
		const down = script.start(users(500, 'down'), { signal: stop.signal });
		const up = script.startAt(start + 700, inPartition(150, 'other'), {}, 'up');
		await script.all(up);
		stop.abort();
		await script.all(down);
		const sent = script.requests.filter(({ by }) => by === 'up').map(({ at }) => at - start);
		expect(sent).toEqual([700, 1200, 1200]);
	});
});

describe('A response such as 402 to several runs', () => {
	test('each of three runs is sent again separately, once', async () => {
		const denied = { kind: 'fatal', reason: '402', scope: 'run' } as const;
		const script = new Script((_, number) => (number === 1 ? denied : undefined));
		const names = ['a', 'b', 'c'];
		const reports = await script.all(...names.map((name) => script.start(users(1, name))));
		expect(reports.map(statuses)).toEqual(names.map(() => ['accepted']));
		expect(script.sizes).toEqual([3, 1, 1, 1]);
		expect(new Set(script.requests.slice(1).flatMap(({ values }) => values)).size).toBe(3);
	});
});
