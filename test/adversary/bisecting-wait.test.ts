import { arrivals, nextToBadList, bisectingPerMinute, contacts, LEAD_MS, quantile } from './load';
import { count, Rig } from './rig';
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
				expect(report.outcomes.filter(({ status }) => status === 'unconfirmed')).toEqual([]);
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
	});

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
	});

	test('P1: bisecting never takes more than the limit', async () => {
		const { rig } = await nextToBadList(7, EVERY_OTHER, { gap: 20_000 });
		expect(rig.server.busiest()).toBeLessThanOrEqual(100);
		expect(rig.server.log.filter(({ kind }) => kind === 'throttled')).toEqual([]);
	});
});
