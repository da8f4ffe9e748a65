import { arrivals, nextToLimitedRun, contacts, isContact, quantile } from './load';
import { count, customers, Rig } from './rig';
import { expectIdle } from './sweep';

const SEEDS = [1, 2, 3];

describe('A run with its own limit per minute', () => {
	test('P11: single contacts next to a run set to 2 wait at most 2 s', async () => {
		for (const seed of SEEDS) {
			const { rig, single, report, ofRun } = await nextToLimitedRun(seed, 1000, 2);
			expect(count(report.outcomes)).toEqual({ accepted: 1000 });
			expect(quantile(single, 1)).toBeLessThanOrEqual(2000);
			expect(ofRun).toBeLessThanOrEqual(2);
			await expectIdle(rig);
		}
	});

	test('a run set to 2 keeps to it while it retries and bisects', async () => {
		for (const seed of SEEDS) {
			let turn = 0;
			const { single, report, ofRun } = await nextToLimitedRun(seed, 200, 2, (values) => {
				if (values.includes('u7') || values.includes('u120')) {
					return { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } };
				}
				turn += 1;
				if (turn % 4 !== 0 || values.some(isContact)) return undefined;
				return { verdict: { kind: 'transient', reason: '503' } };
			});
			expect(count(report.outcomes)).toEqual({ accepted: 198, rejected: 2 });
			expect(quantile(single, 0.99)).toBeLessThanOrEqual(2000);
			expect(ofRun).toBeLessThanOrEqual(2);
		}
	});

	test('two runs with separate limits each keep to their own', async () => {
		const rig = new Rig(4);
		const [one, two] = await rig.clock.until(
			Promise.all([
				rig.start(customers(500, 'a'), { settings: { limit: 2 } }),
				rig.start(customers(500, 'b'), { settings: { limit: 5 } }),
			]),
		);
		const of = (name: string) =>
			rig.server.busiest(({ values }) => values.some((value) => String(value).startsWith(name)));
		expect(count([...one.outcomes, ...two.outcomes])).toEqual({ accepted: 1000 });
		expect(of('a')).toBeLessThanOrEqual(2);
		expect(of('b')).toBeLessThanOrEqual(5);
	});

	test('P10: a storm of runs that each set a limit still shares batches', async () => {
		const rig = new Rig(5);
		const times = arrivals(0, 60_000, 20, rig.random);
		const single = await rig.clock.until(contacts(rig, times, { settings: { limit: 50 } }));
		expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: times.length });
		expect(rig.server.busiest()).toBeLessThanOrEqual(100);
		expect(quantile(single, 0.99)).toBeLessThanOrEqual(3000);
		await expectIdle(rig);
	});
});
