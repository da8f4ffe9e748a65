import type { Request } from '../virtual/world';
import { arrivals, nextToBadList, bisectingPerMinute, contacts, LEAD_MS, quantile } from './load';
import { count, customers, Rig, type RecordOutcome } from './rig';
import { expectIdle } from './sweep';

const ALL_BAD = { size: 1000, bad: () => 'bad' };
/** Consecutive users are rejected with different messages. */
const SEVERAL_MESSAGES = { size: 1000, bad: (i: number) => `fault ${i % 7}` };
const EVERY_OTHER = { size: 1000, bad: (i: number) => (i % 2 === 0 ? 'bad' : undefined) };
const LISTS = [
	['the same message for all', ALL_BAD],
	['seven messages in turn', SEVERAL_MESSAGES],
	['every other user rejected', EVERY_OTHER],
] as const;

const SEEDS = [1, 2, 3];

describe('Single contacts next to a list of rejected users', () => {
	test.each(LISTS)(
		'P11: single contacts every 3 s wait at most 5 s next to a rejected list (%s)',
		async (_, list) => {
			for (const seed of SEEDS) {
				const { rig, single, report } = await nextToBadList(seed, list, { gap: 3000 });
				const after = single.filter(({ at }) => at >= LEAD_MS);
				expect(after.filter(({ outcome }) => outcome.status !== 'accepted')).toEqual([]);
				expect(quantile(after, 0.99)).toBeLessThanOrEqual(5000);
				expect(bisectingPerMinute(rig)).toBeLessThanOrEqual(25);
				expect(report.outcomes.filter(({ status }) => status === 'unknown')).toEqual([]);
				await expectIdle(rig);
			}
		},
		30_000,
	);

	test.each(LISTS)(
		'P11: random single contacts, one per second, wait at most 5 s next to a rejected list (%s)',
		async (_, list) => {
			for (const seed of SEEDS) {
				const { rig, single } = await nextToBadList(seed, list, { gap: 1000, poisson: true });
				const after = single.filter(({ at }) => at >= LEAD_MS);
				expect(after.filter(({ outcome }) => outcome.status !== 'accepted')).toEqual([]);
				expect(quantile(after, 0.99)).toBeLessThanOrEqual(5000);
				expect(bisectingPerMinute(rig)).toBeLessThanOrEqual(25);
				expect(rig.server.busiest()).toBeLessThanOrEqual(100);
			}
		},
		30_000,
	);

	test('P11: contacts that can’t share a request with the list wait at most 5 s', async () => {
		for (const seed of SEEDS) {
			const load = { gap: 3000, partitionKey: 'other' };
			const { rig, single } = await nextToBadList(seed, SEVERAL_MESSAGES, load);
			const after = single.filter(({ at }) => at >= LEAD_MS);
			expect(quantile(after, 0.99)).toBeLessThanOrEqual(5000);
			expect(bisectingPerMinute(rig)).toBeLessThanOrEqual(25);
		}
	}, 30_000);

	test('P4, P11: rejected contacts in a storm cost the others at most 10 s', async () => {
		const bad = (value: unknown) => /^contact\d*50$/.test(String(value)) || value === 'contact0';
		const rig = new Rig(8, {
			respond: (values) =>
				values.some(bad)
					? { verdict: { kind: 'rejected', reason: 'bad', fingerprint: 'bad' } }
					: undefined,
		});
		const times = arrivals(0, 120_000, 200, rig.random);
		const single = await rig.clock.until(contacts(rig, times));
		const statuses = count(single.map(({ outcome }) => outcome));
		const rejected = times.filter((_, i) => bad(`contact${i}`)).length;
		expect(statuses).toEqual({ accepted: times.length - rejected, rejected });
		const good = single.filter(({ outcome }) => outcome.status === 'accepted');
		expect(quantile(good, 0.99)).toBeLessThanOrEqual(10_000);
		expect(rig.server.busiest()).toBeLessThanOrEqual(100);
		await expectIdle(rig);
	});

	test('P11: a storm of ten contacts per second waits at most 5 s next to the bisecting', async () => {
		const storm = { gap: 100, to: 90_000 };
		const { rig, single, report } = await nextToBadList(4, EVERY_OTHER, storm);
		expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
		expect(quantile(single, 0.99)).toBeLessThanOrEqual(5000);
		expect(rig.server.busiest()).toBeLessThanOrEqual(100);
		expect(count(report.outcomes)).toEqual({ accepted: 500, rejected: 500 });
		await expectIdle(rig);
	}, 30_000);
});

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

	test('P1: bisecting never takes more than the limit', async () => {
		const { rig } = await nextToBadList(7, EVERY_OTHER, { gap: 20_000 });
		expect(rig.server.busiest()).toBeLessThanOrEqual(100);
		expect(rig.server.log.filter(({ kind }) => kind === 'throttled')).toEqual([]);
	});
});
