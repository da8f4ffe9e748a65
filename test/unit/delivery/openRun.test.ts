import type { OpenRequest, Outcome } from '../../../nodes/MoEngageSubscription/delivery/types';
import { POLICY, users } from '../../virtual/world';
import { Script, statuses, unauthorized } from './script';

type Request = OpenRequest<unknown, string, string>;

function open(script: Script, more: Partial<Request> = {}) {
	const seen: Array<[number, string]> = [];
	const run = script.engine.open<unknown, string, string>({
		limitKey: 'endpoint',
		policy: { ...POLICY, batchSize: 1 },
		send: script.sendAs(),
		onOutcome: (index: number, { status }: Outcome<string, string>) => seen.push([index, status]),
		...more,
	});
	return { run, seen };
}

describe('An open run', () => {
	test('an open run takes records until it is closed, and reports each outcome once', async () => {
		const script = new Script();
		const { run, seen } = open(script);
		run.add(users(2, 'a'));
		await script.clock.until(script.clock.sleep(5000));
		expect(seen).toEqual([
			[0, 'accepted'],
			[1, 'accepted'],
		]);
		run.add(users(1, 'b'));
		run.close();
		const report = await script.clock.until(run.report);
		expect(statuses(report)).toEqual(['accepted', 'accepted', 'accepted']);
		expect(report.requests).toBe(3);
		expect(seen).toHaveLength(3);
		expect(script.engine.census()).toMatchObject({ runs: 0, partitions: 0, users: 0 });
	});

	test('an open run that is closed without records ends at once', async () => {
		const script = new Script();
		const { run } = open(script);
		run.close();
		expect((await run.report).outcomes).toEqual([]);
		expect(script.engine.census().runs).toBe(0);
	});

	test('records that onOutcome adds are sent, and the run doesn’t end in between', async () => {
		const script = new Script();
		const all = users(5);
		const { run } = open(script, {
			onOutcome: (index) => {
				if (index + 1 < all.length) run.add([all[index + 1]]);
				else run.close();
			},
		});
		run.add([all[0]]);
		expect(statuses(await script.clock.until(run.report))).toEqual(Array(5).fill('accepted'));
	});

	test('an open run that Stop ended while it waited sends nothing that is added later', async () => {
		const script = new Script();
		const stop = new AbortController();
		const { run } = open(script, { signal: stop.signal });
		run.add(users(1));
		await script.clock.until(script.clock.sleep(2000));
		stop.abort();
		expect(run.stopped).toEqual({ cause: 'stopped' });
		run.add(users(2, 'late'));
		run.close();
		const { outcomes } = await script.clock.until(run.report);
		expect(outcomes.slice(1)).toEqual(Array(2).fill({ status: 'notSent', cause: 'stopped' }));
		expect(script.requests).toHaveLength(1);
	});

	test('records that are added after a fatal response have its reason and cost no request', async () => {
		const script = new Script(() => unauthorized);
		const { run } = open(script);
		run.add(users(1));
		await script.clock.until(script.clock.sleep(2000));
		run.add(users(2, 'late'));
		run.close();
		const { outcomes } = await script.clock.until(run.report);
		expect(outcomes).toEqual(Array(3).fill({ status: 'notSent', cause: 'fatal', reason: '401' }));
		expect(script.requests).toHaveLength(1);
	});

	test('an open run keeps its own limit over everything that is added', async () => {
		const script = new Script();
		const { run } = open(script, { settings: { limit: 2 } });
		for (const record of users(3)) run.add([record]);
		run.close();
		await script.clock.until(run.report);
		expect(script.times[2] - script.times[0]).toBeGreaterThanOrEqual(60_000);
	});

	describe('that gathers', () => {
		const gathering = { policy: { ...POLICY, batchSize: 4 }, gathers: true };
		const sizes = (script: Script) => script.requests.map(({ values }) => values.length);

		test('full batches leave at once, and the rest waits until the run is closed', async () => {
			const script = new Script();
			const { run } = open(script, gathering);
			run.add(users(6, 'a'));
			await script.clock.until(script.clock.sleep(5000));
			expect(sizes(script)).toEqual([4]);
			run.add(users(1, 'b'));
			await script.clock.until(script.clock.sleep(5000));
			expect(sizes(script)).toEqual([4]);
			run.close();
			expect(statuses(await script.clock.until(run.report))).toEqual(Array(7).fill('accepted'));
			expect(sizes(script)).toEqual([4, 3]);
		});

		test('its partial batch leaves with the records of a run that is complete', async () => {
			const script = new Script();
			const { run } = open(script, gathering);
			run.add(users(2, 'a'));
			await script.clock.until(script.clock.sleep(1000));
			const other = open(script, { policy: gathering.policy });
			other.run.add(users(1, 'b'));
			other.run.close();
			await script.clock.until(other.run.report);
			expect(sizes(script)).toEqual([3]);
			run.close();
			expect(statuses(await script.clock.until(run.report))).toEqual(['accepted', 'accepted']);
		});

		test('a user’s later change waits for the earlier one in flight, and neither is lost', async () => {
			const script = new Script();
			const { run } = open(script, { ...gathering, policy: { ...POLICY, batchSize: 1 } });
			const [record] = users(1);
			run.add([record]);
			await script.clock.until(script.clock.sleep(1));
			run.add([record]);
			run.close();
			expect(statuses(await script.clock.until(run.report))).toEqual(['accepted', 'accepted']);
			expect(script.times[1]).toBeGreaterThanOrEqual(script.times[0] + 100);
		});

		test('progress counts the records that are expected', async () => {
			const script = new Script();
			const totals: number[] = [];
			const { run } = open(script, {
				...gathering,
				expected: 12,
				onProgress: ({ total }) => totals.push(total),
			});
			run.add(users(4, 'a'));
			await script.clock.until(script.clock.sleep(5000));
			run.add(users(6, 'b'));
			run.close();
			await script.clock.until(run.report);
			expect(totals[0]).toBe(12);
			expect(totals[totals.length - 1]).toBe(10);
		});
	});
});
