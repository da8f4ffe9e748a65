import { arrivals, nextToHanging, contacts, quantile } from './load';
import { count, customer, customers, Rig } from './rig';
import type { ServerVerdict } from './server';
import { expectIdle } from './sweep';

const LOST: ServerVerdict = { kind: 'transient', reason: 'timeout', noResponse: true };
const TIMEOUT_MS = 30_000;

/** A server on which requests with a record of that name never get a response. */
function hangingFor(name: string, seed: number): Rig {
	return new Rig(seed, {
		respond: (values) =>
			values.some((value) => String(value).startsWith(name))
				? { verdict: LOST, respondAfter: TIMEOUT_MS }
				: undefined,
	});
}

describe('Requests that hang', () => {
	test.each([
		[3000, 1],
		[1000, 2],
		[1000, 3],
		[300, 4],
	])(
		'P11: contacts every %i ms wait at most 10 s next to five hanging requests (seed %i)',
		async (gap, seed) => {
			const { rig, single, reports } = await nextToHanging(seed, gap);
			expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
			expect(quantile(single, 0.99)).toBeLessThanOrEqual(10_000);
			expect(count(reports.flatMap(({ outcomes }) => outcomes))).toEqual({ unconfirmed: 5 });
			await expectIdle(rig);
		},
	);

	test('P11: contacts wait at most 10 s if the first request on the endpoint hangs', async () => {
		const rig = hangingFor('hangs', 6);
		const first = rig.start([customer('hangs')]);
		const times = arrivals(1000, 120_000, 1000, rig.random);
		const [single] = await rig.clock.until(Promise.all([contacts(rig, times), first]));
		expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
		expect(quantile(single, 0.99)).toBeLessThanOrEqual(10_000);
		await expectIdle(rig);
	});

	// A run can fill every slot with requests that hang, not only five. Contacts of another partition
	// share no request with them.
	test('P11: contacts wait at most 10 s next to a list whose requests all hang', async () => {
		for (const seed of [7, 8]) {
			const rig = hangingFor('list', seed);
			await rig.deliver([customer('first')]);
			const list = rig.start(customers(2000, 'list'));
			const times = arrivals(2000, 120_000, 3000, rig.random);
			const [single] = await rig.clock.until(
				Promise.all([contacts(rig, times, {}, () => false, 'other'), list]),
			);
			expect(count(single.map(({ outcome }) => outcome))).toEqual({ accepted: single.length });
			expect(quantile(single, 0.99)).toBeLessThanOrEqual(10_000);
			await expectIdle(rig);
		}
	});

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
		async (_, verdict, respondAfter) => {
			const rig = new Rig(6, { respond: () => ({ verdict, respondAfter }) });
			const { outcomes } = await rig.deliver(customers(50_000));
			expect(rig.server.log.length).toBeLessThanOrEqual(140);
			expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
			await expectIdle(rig);
		},
	);

	// A record that never reached a server isn't unconfirmed, no matter how many attempts it took.
	test('a refused connection leaves no unconfirmed outcome', async () => {
		const verdict: ServerVerdict = { kind: 'transient', reason: 'ECONNREFUSED', notTaken: true };
		const rig = new Rig(7, { respond: () => ({ verdict }) });
		const { outcomes } = await rig.deliver(customers(200));
		expect(count(outcomes)).toEqual({ notSent: 200 });
	});
});
