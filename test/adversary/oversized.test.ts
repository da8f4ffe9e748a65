import { count, customers, Rig } from './rig';
import type { Effect } from './server';
import { expectIdle } from './sweep';

const LARGEST = 7;

function tooLarge(): Effect {
	return {
		verdict: { kind: 'rejected', reason: 'too large', fingerprint: '413', oversized: true },
	};
}

/** A server that takes at most seven records; a record in `fat` counts as eight. */
function narrow(seed: number, fat: ReadonlySet<unknown> = new Set()): Rig {
	const weight = (values: readonly unknown[]) =>
		values.reduce<number>((sum, value) => sum + (fat.has(value) ? 8 : 1), 0);
	return new Rig(seed, {
		respond: (values) => (weight(values) > LARGEST ? tooLarge() : undefined),
	});
}

function rejections(rig: Rig): number {
	return rig.server.log.filter(({ kind }) => kind === 'rejected').length;
}

describe('A server that takes fewer records than the batch size', () => {
	test.each([1, 2, 3])(
		'a run shrinks its batches after 413s until all 1,000 records are accepted (seed %i)',
		async (seed) => {
			const rig = narrow(seed);
			const { outcomes, requests } = await rig.deliver(customers(1000));
			expect(count(outcomes)).toEqual({ accepted: 1000 });
			expect(rejections(rig)).toBeLessThanOrEqual(4);
			// 1,000 records in batches of at least four, which halving 50 leads to.
			expect(requests).toBeLessThanOrEqual(260);
			await expectIdle(rig);
		},
	);

	// With requests in flight, those that left before the first 413 came back are rejected as well.
	test('a run on a warm endpoint gets at most four 413s after the first small batch is accepted', async () => {
		let from = Infinity;
		const rig: Rig = new Rig(4, {
			respond: (values, at) => (at > from && values.length > LARGEST ? tooLarge() : undefined),
		});
		await rig.deliver(customers(1000, 'w'));
		from = rig.clock.now();
		const { outcomes } = await rig.deliver(customers(1000));
		expect(count(outcomes)).toEqual({ accepted: 1000 });
		const later = rig.server.log.filter(({ at }) => at > from);
		const passed = later.findIndex(({ kind }) => kind === 'delivered');
		expect(
			later.slice(passed).filter(({ kind }) => kind === 'rejected').length,
		).toBeLessThanOrEqual(4);
		await expectIdle(rig);
	});

	test('only records that are too large on their own are rejected', async () => {
		const fat = new Set<unknown>(['u3', 'u500', 'u999']);
		const rig = narrow(5, fat);
		const { outcomes } = await rig.deliver(customers(1000));
		expect(count(outcomes)).toEqual({ accepted: 997, rejected: 3 });
		for (const i of [3, 500, 999]) expect(outcomes[i].status).toBe('rejected');
		await expectIdle(rig);
	});

	test('no list ends as configuration because its batches are too large', async () => {
		const rig = new Rig(6, {
			respond: (values) => (values.length > 1 ? tooLarge() : undefined),
		});
		const { outcomes } = await rig.deliver(customers(300));
		expect(count(outcomes)).toEqual({ accepted: 300 });
	});

	test('another run keeps its own batch size', async () => {
		const rig: Rig = new Rig(7, {
			respond: (values) =>
				values.length > LARGEST && values.some((value) => String(value).startsWith('long'))
					? tooLarge()
					: undefined,
		});
		const long = rig.start(customers(500, 'long'));
		await rig.clock.until(rig.clock.sleep(5000));
		const short = rig.start(customers(500, 'short'));
		const reports = await rig.clock.until(Promise.all([long, short]));
		for (const { outcomes } of reports) expect(count(outcomes)).toEqual({ accepted: 500 });
		expect(reports[1].requests).toBeLessThanOrEqual(14);
	});
});
