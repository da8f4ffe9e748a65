import { users, POLICY } from '../../virtual/world';
import { statuses, Script } from './script';

const DAY = 24 * 60 * 60 * 1000;

describe('Engine.deliver', () => {
	test('a delivery without records ends at once', async () => {
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

	test('a delivery removes its listener from the signal', async () => {
		const { signal } = new AbortController();
		const remove = jest.spyOn(signal, 'removeEventListener');
		const add = jest.spyOn(signal, 'addEventListener');
		const script = new Script();
		await script.deliver(users(1), { signal });
		expect(add.mock.calls).toHaveLength(1);
		expect(remove.mock.calls).toEqual(add.mock.calls.map(([name, fn]) => [name, fn]));
	});

	test('the census counts a delivery while it runs', async () => {
		const script = new Script();
		const running = script.start(users(3));
		expect(script.engine.census()).toEqual({ endpoints: 1, runs: 1, partitions: 1, users: 3 });
		await script.all(running);
		expect(script.engine.census()).toEqual({ endpoints: 1, runs: 0, partitions: 0, users: 0 });
	});
});

describe('Endpoint queues', () => {
	const policy = { ...POLICY, limit: 2, batchSize: 1 };

	test('runs with the same limit key share one limit', async () => {
		const script = new Script();
		await script.all(
			script.start(users(2, 'a'), { policy }),
			script.start(users(1, 'b'), { policy }),
		);
		expect([script.times.length, script.times[2]]).toEqual([3, 60_500]);
	});

	test('another limit key or another policy has a separate limit', async () => {
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

	test('an endpoint queue is removed after a day without use, not sooner', async () => {
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

	test('an endpoint queue is kept while a run waits for it', async () => {
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
