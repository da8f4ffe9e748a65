import { users } from '../../virtual/world';
import { failed, inPartition, statuses, throttled, unauthorized, rejected, Script } from './script';

const single = { batchSize: 1 };
const accepted = (count: number) => Array<string>(count).fill('accepted');

describe('A 401 while other requests are under way', () => {
	test('spares executions with other settings that are not done yet', async () => {
		const script = new Script(([value]) => (value.startsWith('f') ? undefined : unauthorized));
		const [a, f] = await script.all(
			script.start(users(10, 'a'), { settings: single }),
			script.start(inPartition(30, 'f'), { settings: { batchSize: 2 } }),
		);
		expect(new Set(statuses(a))).toEqual(new Set(['notSent']));
		expect(statuses(f)).toEqual(accepted(30));
	});

	test('leaves of a batch that is refused later nothing to search in', async () => {
		const answers = [undefined, unauthorized, rejected()];
		const script = new Script((_, number) => answers[number - 1]);
		const report = await script.deliver(users(6), { settings: { batchSize: 2 } });
		expect(statuses(report)).toEqual([...accepted(2), ...Array<string>(4).fill('notSent')]);
		expect(script.requests).toHaveLength(3);
	});

	test('does not hide why a record that stood alone is refused later', async () => {
		const answers = [undefined, unauthorized, rejected('bad')];
		const script = new Script((_, number) => answers[number - 1]);
		const { outcomes } = await script.deliver(users(4), { settings: single });
		expect(outcomes[2]).toMatchObject({ status: 'rejected', reason: 'bad' });
	});

	test('ends a change that was taken apart into those it was combined of', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : unauthorized));
		const [record] = users(1);
		const more = { merge: (_earlier: unknown, later: unknown) => later };
		expect(statuses(await script.deliver([record, record, record], more))).toEqual([
			...['notSent', 'notSent', 'notSent'],
		]);
		expect(script.requests).toHaveLength(2);
	});

	test('and the user’s Stop after it take back what waits only once', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 3 ? unauthorized : undefined));
		const ask = script.sendAs();
		const send: typeof ask = async (values, context) => {
			if (script.requests.length > 2) await script.clock.sleep(5000);
			return await ask(values, context);
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
	test('goes alone until its answer, 0.8 s at most', async () => {
		const at = async (L: number) => {
			const script = new Script(undefined, L);
			await script.deliver(users(3), { settings: single });
			return script.times;
		};
		expect(await at(300)).toEqual([0, 300, 300]);
		expect(await at(3000)).toEqual([0, 800, 800]);
	});

	test.each([
		['broke', failed()],
		['was over the limit', throttled],
	])('goes alone again if it %s', async (_, first) => {
		const script = new Script((_values, number) => (number === 1 ? first : unauthorized));
		await script.deliver(users(10), { settings: single });
		expect(script.requests).toHaveLength(2);
	});

	test('was let in also where its records were refused', async () => {
		const script = new Script((_, number) => (number === 1 ? rejected() : undefined));
		await script.all(
			script.start(users(1, 'first')),
			script.startAt(1000, users(5, 'later'), { settings: single }),
		);
		expect(script.times).toEqual([0, ...Array<number>(5).fill(1000)]);
	});
});

describe('Batches that broke', () => {
	test('go again each at its own time', async () => {
		const waits = [1, 0.1];
		const script = new Script(
			(_, number) => (number === 2 || number === 3 ? failed() : undefined),
			500,
			() => waits.shift() ?? 1,
		);
		await script.deliver(users(3), { settings: single });
		expect(script.times).toEqual([0, 500, 500, 1100, 2000]);
	});

	test('and wait keep nobody from using all five places, once others get through', async () => {
		const script = new Script((_, number) => (number === 12 ? failed() : undefined), 100);
		await script.deliver(users(70), { settings: single });
		const brokeAt = script.times[11] + 100;
		const meanwhile = script.times.filter((at) => at >= brokeAt && at < brokeAt + 1000);
		expect(meanwhile).toHaveLength(50);
	});

	test('make no refusal of a whole batch of what stays unknown', async () => {
		const script = new Script(([first, ...rest]) => {
			if (rest.length > 0) return rejected();
			return Number(first.slice(1)) % 2 === 0 ? failed() : rejected();
		});
		const settings = { batchSize: 2, maxTries: 1 };
		const report = await script.deliver(users(10), { settings });
		expect(statuses(report)).toEqual(
			Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'unknown' : 'rejected')),
		);
	});
});

describe('An execution that the user stops', () => {
	test('takes its own lower limit along', async () => {
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

	test('while it waits leaves no timer, and the door as good as new', async () => {
		const stop = new AbortController();
		const script = new Script((_, number) => (number === 1 ? failed() : undefined));
		script.clock.after(600, () => stop.abort());
		await script.deliver(users(2), { signal: stop.signal });
		expect(script.clock.pendingTimers).toBe(0);
		expect(statuses(await script.deliver(users(2)))).toEqual(['accepted', 'accepted']);
	});
});
