import { besideHanging, quantile } from './load';
import { count, customers, Rig } from './rig';
import type { ServerVerdict } from './server';
import { expectIdle } from './sweep';

const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
const TIMEOUT_MS = 30_000;

describe('Requests that hang', () => {
	test.each([
		[3000, 1],
		[1000, 2],
		[1000, 3],
		[300, 4],
	])(
		'P11: contacts every %i ms wait at most 10 s next to five of them (seed %i)',
		async (gap, seed) => {
			const { rig, single, reports } = await besideHanging(seed, gap);
			expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
			expect(quantile(single, 0.99)).toBeLessThanOrEqual(10_000);
			expect(count(reports.flatMap(({ outcomes }) => outcomes))).toEqual({ unknown: 5 });
			await expectIdle(rig);
		},
	);

	test('a batch that timed out waits behind fresh ones', async () => {
		const hung = new Set<unknown>();
		const rig: Rig = new Rig(5, {
			policy: { limit: 10 },
			respond: ([value]) => {
				if (hung.size === 5 || hung.has(value)) return undefined;
				hung.add(value);
				return { verdict: LOST, respondAfter: TIMEOUT_MS };
			},
		});
		const { outcomes } = await rig.deliver(customers(1000));
		expect(count(outcomes)).toEqual({ accepted: 1000 });
		const seen = new Set<unknown>();
		const again = rig.server.log.map(({ values }) => {
			const repeated = seen.has(values[0]);
			seen.add(values[0]);
			return repeated;
		});
		expect(again.lastIndexOf(false)).toBeLessThan(again.indexOf(true));
		await expectIdle(rig);
	});

	test.each<[string, ServerVerdict, number]>([
		['every request times out', LOST, TIMEOUT_MS],
		['no connection', { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true }, 5],
		['a 503 without Retry-After', { kind: 'transient', reason: '503' }, 200],
	])(
		'P7: %s: a list of 1,000 batches ends after at most 140 requests',
		async (_, said, respondAfter) => {
			const rig = new Rig(6, { respond: () => ({ verdict: said, respondAfter }) });
			const { outcomes } = await rig.deliver(customers(50_000));
			expect(rig.server.log.length).toBeLessThanOrEqual(140);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
			await expectIdle(rig);
		},
	);

	// A record that never reached a server isn't unconfirmed, no matter how many attempts it took.
	test('a refused connection leaves no unknown outcome', async () => {
		const said: ServerVerdict = { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true };
		const rig = new Rig(7, { respond: () => ({ verdict: said }) });
		const { outcomes } = await rig.deliver(customers(200));
		expect(count(outcomes)).toEqual({ notSent: 200 });
	});
});
