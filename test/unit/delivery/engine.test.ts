import { users, POLICY } from '../../virtual/world';
import { statuses, Script } from './script';

const DAY = 24 * 60 * 60 * 1000;

describe('A delivery', () => {
	test('of nothing is done at once', async () => {
		const script = new Script();
		const report = await script.deliver([]);
		expect(report).toEqual({
			outcomes: [],
			requests: 0,
			throttled: 0,
			merged: 0,
			serialized: 0,
			waitedMs: 0,
		});
		expect(script.engine.census()).toMatchObject({ runs: 0, partitions: 0, users: 0 });
	});

	test('lets go of the signal it was given', async () => {
		const { signal } = new AbortController();
		const remove = jest.spyOn(signal, 'removeEventListener');
		const add = jest.spyOn(signal, 'addEventListener');
		const script = new Script();
		await script.deliver(users(1), { signal });
		expect(add.mock.calls).toHaveLength(1);
		expect(remove.mock.calls).toEqual(add.mock.calls.map(([name, fn]) => [name, fn]));
	});

	test('is counted in the census while it runs', async () => {
		const script = new Script();
		const running = script.start(users(3));
		expect(script.engine.census()).toEqual({ endpoints: 1, runs: 1, partitions: 1, users: 3 });
		await script.all(running);
		expect(script.engine.census()).toEqual({ endpoints: 1, runs: 0, partitions: 0, users: 0 });
	});
});

describe('Doors', () => {
	const policy = { ...POLICY, limit: 2, batchSize: 1 };

	test('share a limit among the executions that name the same one', async () => {
		const script = new Script();
		await script.all(
			script.start(users(2, 'a'), { policy }),
			script.start(users(1, 'b'), { policy }),
		);
		expect([script.times.length, script.times[2]]).toEqual([3, 60_500]);
	});

	test('have their own limits, by name and by policy', async () => {
		const script = new Script();
		await script.all(
			script.start(users(2, 'a'), { policy }),
			script.start(users(1, 'b'), { policy, limitKey: 'other' }),
			script.start(users(1, 'c'), { policy: { ...policy, limit: 3 } }),
			script.start(users(1, 'd'), { policy: { ...policy, windowMs: 30_000 } }),
		);
		expect(script.clock.now()).toBe(1000);
		expect(script.engine.census().endpoints).toBe(4);
	});

	test('are forgotten when nobody used them for a day, not sooner', async () => {
		const script = new Script();
		await script.deliver(users(1));
		const used = 0;
		await script.clock.until(script.clock.sleep(used + DAY - script.clock.now()));
		await script.deliver(users(1), { limitKey: 'second' });
		expect(script.engine.census().endpoints).toBe(2);
		await script.clock.until(script.clock.sleep(2));
		await script.deliver(users(1), { limitKey: 'third' });
		expect(script.engine.census().endpoints).toBe(2);
	});

	test('are not forgotten while an execution waits at them', async () => {
		const script = new Script();
		const slow = script.start(users(1), {
			send: async () => {
				await script.clock.sleep(2 * DAY);
				return { kind: 'delivered', result: 'late' };
			},
		});
		const other = script.startAt(DAY + 1000, users(1), { limitKey: 'other' });
		await script.clock.until(other);
		expect(script.engine.census()).toMatchObject({ endpoints: 2, runs: 1 });
		expect(statuses((await script.all(slow))[0])).toEqual(['accepted']);
	});
});
