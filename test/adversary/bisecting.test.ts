import type { Request } from '../virtual/world';
import { count, customers, Rig, type RecordOutcome } from './rig';
import { expectIdle } from './sweep';

describe('A list with rejected users alone', () => {
	async function alone(bad: (i: number) => boolean, more: Partial<Request> = {}) {
		const rig = new Rig(6, {
			respond: (values) =>
				values.some((value) => bad(Number(String(value).slice(1))))
					? { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } }
					: undefined,
		});
		const report = await rig.deliver(customers(1000), more);
		await expectIdle(rig);
		const of = (wanted: boolean): RecordOutcome[] =>
			report.outcomes.filter((_, i) => bad(i) === wanted);
		return { report, good: count(of(false)), bad: count(of(true)) };
	}

	test.each([150, 300, 600, 990])(
		'P4: %i bad rows at the start cost none of the good ones after them',
		async (front) => {
			const cold = await alone((i) => i < front);
			expect(cold.good).toEqual({ accepted: 1000 - front });
			const small = await alone((i) => i < front, { settings: { batchSize: 10 } });
			expect(small.good).toEqual({ accepted: 1000 - front });
		},
	);

	test('P4: 150 bad rows at the end cost none of the 850 good ones before them', async () => {
		expect((await alone((i) => i >= 850)).good).toEqual({ accepted: 850 });
	});

	test('a list that is bad as a whole ends as configuration after at most 260 requests', async () => {
		const { report, bad } = await alone(() => true);
		expect(report.requests).toBeLessThanOrEqual(260);
		expect((bad.notSent ?? 0) + (bad.rejected ?? 0)).toBe(1000);
		expect(bad.notSent).toBeGreaterThan(0);
		const causes = new Set(report.outcomes.map((o) => (o.status === 'notSent' ? o.cause : '')));
		causes.delete('');
		expect([...causes]).toEqual(['configuration']);
	});

	test.each([
		['every other row', (i: number) => i % 2 === 0],
		['three rows in four', (i: number) => i % 4 > 0],
	])('P4: a list with %s at fault takes hardly more than a request per row', async (_, bad) => {
		const { report, good } = await alone(bad);
		expect(report.requests).toBeLessThanOrEqual(1150);
		expect(Object.keys(good)).toEqual(['accepted']);
	});
});
