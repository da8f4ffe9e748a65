import { users } from '../../../virtual/world';
import {
	failed,
	inPartition,
	statuses,
	throttled,
	unauthorized,
	rejected,
	Script,
} from '../script';

const single = { batchSize: 1 };
const accepted = (count: number) => Array<string>(count).fill('accepted');

describe('A 401 while other requests are in flight', () => {
	test('a 401 doesn’t stop runs of another partition', async () => {
		const script = new Script(([value]) => (value.startsWith('f') ? undefined : unauthorized));
		const [a, f] = await script.all(
			script.start(users(10, 'a'), { settings: single }),
			script.start(inPartition(30, 'f'), { settings: { batchSize: 2 } }),
		);
		expect(new Set(statuses(a))).toEqual(new Set(['notSent']));
		expect(statuses(f)).toEqual(accepted(30));
	});

	test('a batch that is rejected after a 401 isn’t bisected', async () => {
		const verdicts = [undefined, unauthorized, rejected()];
		const script = new Script((_, number) => verdicts[number - 1]);
		const report = await script.deliver(users(6), { settings: { batchSize: 2 } });
		expect(statuses(report)).toEqual([...accepted(2), ...Array<string>(4).fill('notSent')]);
		expect(script.requests).toHaveLength(3);
	});

	test('a record alone in its batch keeps its rejection after a 401', async () => {
		const verdicts = [undefined, unauthorized, rejected('bad')];
		const script = new Script((_, number) => verdicts[number - 1]);
		const { outcomes } = await script.deliver(users(4), { settings: single });
		expect(outcomes[2]).toMatchObject({ status: 'rejected', reason: 'bad' });
	});

	test('a 401 after a split leaves all merged changes not sent', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : unauthorized));
		const [record] = users(1);
		const more = { merge: (_earlier: unknown, later: unknown) => later };
		expect(statuses(await script.deliver([record, record, record], more))).toEqual([
			...['notSent', 'notSent', 'notSent'],
		]);
		expect(script.requests).toHaveLength(2);
	});

	test('a 401 and a Stop after it drop waiting records only once', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 3 ? unauthorized : undefined));
		const sendNow = script.sendAs();
		const send: typeof sendNow = async (values, context) => {
			if (script.requests.length > 2) await script.clock.sleep(5000);
			return await sendNow(values, context);
		};
		script.clock.after(2000, () => stop.abort());
		const [, late] = await script.all(
			script.start(users(10, 'a'), { settings: single, signal: stop.signal, send }),
			script.startAt(1500, users(6, 'late'), { settings: single, send }),
		);
		expect(statuses(late)).toEqual(accepted(6));
		expect(Math.min(...script.sizes)).toBe(1);
	});
});

describe('The first request of an account', () => {
	test('the first request of an account goes alone until its response, at most 0.8 s', async () => {
		const at = async (L: number) => {
			const script = new Script(undefined, L);
			await script.deliver(users(3), { settings: single });
			return script.times;
		};
		expect(await at(300)).toEqual([0, 300, 300]);
		expect(await at(3000)).toEqual([0, 800, 800]);
	});

	test.each([
		['failed', failed()],
		['was throttled', throttled],
	])('the first request of an account goes alone again if it %s', async (_, first) => {
		const script = new Script((_values, number) => (number === 1 ? first : unauthorized));
		await script.deliver(users(10), { settings: single });
		expect(script.requests).toHaveLength(2);
	});

	test('a rejected first request verifies the account as well', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : undefined));
		await script.all(
			script.start(users(1, 'first')),
			script.startAt(1000, users(5, 'later'), { settings: single }),
		);
		expect(script.times).toEqual([0, ...Array<number>(5).fill(1000)]);
	});
});

describe('Failed batches', () => {
	test('each failed batch is retried after its own backoff', async () => {
		const waits = [1, 0.1];
		const script = new Script(
			(_, number) => (number === 2 || number === 3 ? failed() : undefined),
			500,
			() => waits.shift() ?? 1,
		);
		await script.deliver(users(3), { settings: single });
		expect(script.times).toEqual([0, 500, 500, 1100, 2000]);
	});

	test('a failed batch that waits delays no other batch', async () => {
		const script = new Script((_, number) => (number === 12 ? failed() : undefined), 100);
		await script.deliver(users(70), { settings: single });
		const failedAt = script.times[11] + 100;
		expect(script.times.filter((at) => at >= failedAt + 1000)).toEqual([failedAt + 1000]);
	});

	test('a batch with unconfirmed records doesn’t count as rejected as a whole', async () => {
		const script = new Script(([first, ...rest]) => {
			if (rest.length > 0) return rejected();
			return Number(first.slice(1)) % 2 === 0 ? failed() : rejected();
		});
		const settings = { batchSize: 2, maxTries: 1 };
		const report = await script.deliver(users(10), { settings });
		expect(statuses(report)).toEqual(
			Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'unconfirmed' : 'rejected')),
		);
	});
});

describe('A stopped run', () => {
	test('the lower limit of a stopped run no longer applies', async () => {
		const stop = new AbortController();
		const script = new Script();
		script.clock.after(5000, () => stop.abort());
		const [, other] = await script.all(
			script.start(users(9, 'slow'), { settings: { ...single, limit: 1 }, signal: stop.signal }),
			script.start(users(3, 'other'), { settings: single }),
		);
		expect(statuses(other)).toEqual(accepted(3));
		expect(script.clock.now()).toBeLessThan(10_000);
	});

	test('a run stopped while it waits leaves no timer and a usable endpoint', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 1 ? failed() : undefined));
		script.clock.after(600, () => stop.abort());
		await script.deliver(users(2), { signal: stop.signal });
		expect(script.clock.pendingTimers).toBe(0);
		expect(statuses(await script.deliver(users(2)))).toEqual(['accepted', 'accepted']);
	});
});
