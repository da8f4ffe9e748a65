import { ResultWaits } from '../../../nodes/MoEngageSubscription/execution/awaitResult';
import type { LookupOutcome } from '../../../nodes/MoEngageSubscription/execution/lookups';
import { VirtualClock } from '../../virtual/clock';

const TIMES = { waitMs: 60_000, firstMs: 1000 };
const found = (isOut: boolean): LookupOutcome =>
	({
		status: 'accepted',
		result: { response: { data: { is_globally_unsubscribed: isOut, categories: [] } } },
		batch: 1,
		attempts: 1,
	}) as unknown as LookupOutcome;

/** Waits whose lookups take `latency` and have the given outcomes, the last of them from then on. */
function setUp(
	outcomes: LookupOutcome[],
	{ latency = 100, stop = undefined as AbortSignal | undefined } = {},
) {
	const clock = new VirtualClock();
	const asked: number[] = [];
	const ends: Array<[string, number, boolean]> = [];
	let inFlight = 0;
	let most = 0;
	const ask = (_lookup: unknown, _key: string, onOutcome: (outcome: LookupOutcome) => void) => {
		const outcome = outcomes[Math.min(asked.length, outcomes.length - 1)];
		asked.push(clock.now());
		most = Math.max(most, (inFlight += 1));
		clock.after(latency, () => {
			inFlight -= 1;
			onOutcome(outcome);
		});
	};
	const waits = new ResultWaits({ ask }, TIMES, stop, clock);
	const start = (name = 'a') =>
		waits.start({
			lookup: { user_identifier_type: 'uid', user_identifier_value: name, channel: 'email' },
			partitionKey: 'p',
			isApplied: ({ is_globally_unsubscribed }) => is_globally_unsubscribed,
			onEnd: (isApplied) => ends.push([name, clock.now(), isApplied]),
		});
	return { clock, waits, start, asked, ends, most: () => most };
}

describe('Wait for Result', () => {
	it('a change that is applied at the third check ends the wait, with doubled gaps', async () => {
		const { clock, start, asked, ends } = setUp([found(false), found(false), found(true)]);
		start();
		await clock.drain();
		expect(asked).toEqual([1000, 3100, 7200]);
		expect(ends).toEqual([['a', 7300, true]]);
		expect(clock.pendingTimers).toBe(0);
	});

	it('a change that isn’t applied in time ends once, at that time, with a check shortly before', async () => {
		const { clock, start, asked, ends } = setUp([found(false)]);
		start();
		await clock.drain();
		expect(ends).toEqual([['a', 60_000, false]]);
		expect(asked[asked.length - 1]).toBeGreaterThanOrEqual(58_000);
		for (let i = 1; i < asked.length; i += 1)
			expect(asked[i] - asked[i - 1]).toBeLessThanOrEqual(10_100);
	});

	it.each([
		[
			'rejected',
			{ status: 'rejected', reason: { message: 'm', description: '' }, batch: 1, attempts: 1 },
		],
		['not sent', { status: 'notSent', cause: 'stopped' }],
	])('a lookup that is %s ends the wait', async (_, outcome) => {
		const { clock, start, asked, ends } = setUp([outcome as LookupOutcome]);
		start();
		await clock.drain();
		expect(asked).toHaveLength(1);
		expect(ends).toEqual([['a', 1100, false]]);
	});

	it('an unconfirmed lookup is repeated', async () => {
		const lost = {
			status: 'unconfirmed',
			reason: { message: 'm', description: '' },
			batch: 1,
			attempts: 1,
		};
		const { clock, start, ends } = setUp([lost as LookupOutcome, found(true)]);
		start();
		await clock.drain();
		expect(ends).toEqual([['a', 3200, true]]);
	});

	it('of many waits, at most ten are checked at once, and each ends', async () => {
		const { clock, start, ends, most } = setUp([found(true)]);
		for (let i = 0; i < 35; i += 1) start(`user-${i}`);
		await clock.drain();
		expect(most()).toBe(10);
		expect(ends).toHaveLength(35);
		expect(ends.every(([, at, isApplied]) => isApplied && at <= 1400)).toBe(true);
	});

	it('Stop ends all waits at once, and later ones too', async () => {
		const controller = new AbortController();
		const { clock, waits, start, ends } = setUp([found(false)], { stop: controller.signal });
		start('a');
		clock.after(500, () => controller.abort());
		clock.after(600, () => start('b'));
		await clock.drain();
		expect(ends).toEqual([
			['a', 500, false],
			['b', 600, false],
		]);
		waits.close();
	});
});
