import { Limiter } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/limiter';
import {
	ArrivalRate,
	lingerUntil,
} from '../../../nodes/MoEngageSubscription/delivery/policy/linger';
import { POLICY } from '../../virtual/world';

const WINDOW = 60_000;
/** An arrival counts for a sixth of the window. */
const OBSERVED_MS = 10_000;

function rateOf(...arrivals: number[]) {
	const rate = new ArrivalRate(WINDOW);
	for (const at of arrivals) rate.onArrival(at);
	return rate;
}

const times = (count: number, at: number) => Array.from({ length: count }, () => at);

describe('ArrivalRate', () => {
	test('two arrivals contend while both are within the observed time', () => {
		const rate = new ArrivalRate(WINDOW);
		expect(rate.isContended(0)).toBe(false);
		rate.onArrival(0);
		expect(rate.isContended(0)).toBe(false);
		rate.onArrival(4000);
		expect(rate.isContended(4000)).toBe(true);
		expect(rate.isContended(OBSERVED_MS)).toBe(true);
		expect(rate.isContended(OBSERVED_MS + 1)).toBe(false);
	});

	test('arrivals saturate the limit if one request per arrival would take 80 % of it', () => {
		// A sixth of 80 % of 100.
		expect(rateOf(...times(13, 0)).isSaturated(0, 100)).toBe(false);
		expect(rateOf(...times(14, 0)).isSaturated(0, 100)).toBe(true);
		expect(rateOf(...times(14, 0)).isSaturated(OBSERVED_MS + 1, 100)).toBe(false);
	});

	test('a single arrival never saturates, no matter how low the limit is', () => {
		expect(rateOf(0).isSaturated(0, 1)).toBe(false);
		expect(rateOf(0, 0).isSaturated(0, 1)).toBe(true);
	});

	test('the expected arrivals per window follow the observed rate', () => {
		expect(rateOf(0, 1, 2).expected(2)).toBe(18);
		expect(rateOf(0, 1, 2).expected(OBSERVED_MS + 1)).toBe(12);
		expect(rateOf(0, 1, 2).expected(OBSERVED_MS + 3)).toBe(0);
	});

	test('old arrivals no longer count, new ones do', () => {
		const rate = rateOf(0, 100, 9000, 9100, 12_000);
		expect(rate.expected(12_000)).toBe(18);
		expect(rate.expected(60_000)).toBe(0);
		rate.onArrival(60_000);
		expect(rate.expected(60_000)).toBe(6);
	});
});

describe('lingerUntil', () => {
	const limit = 10;

	/** A limiter that has used this many requests of the window at 0. */
	function used(count: number, inFlight = 0) {
		const limiter = new Limiter({ ...POLICY, limit }, () => 1);
		for (let i = 0; i < count; i += 1) limiter.onResponse(limiter.onSent(0), 0, false);
		for (let i = 0; i < inFlight; i += 1) limiter.onSent(0);
		return limiter;
	}

	const view = { now: 100, limit, batchSize: 50, runs: 2, lastSentAt: 0, isFull: false };

	test('a small batch waits only if arrivals saturate the limit and the window fills up', () => {
		expect(lingerUntil(rateOf(0), used(5), view)).toBe(100);
		expect(lingerUntil(rateOf(0, 0, 0), used(0), view)).toBe(0);
		// Five left until the first slot frees after a minute.
		expect(lingerUntil(rateOf(0, 0, 0), used(5), view)).toBe((WINDOW - 100) / 5);
	});

	test('a small batch waits in a mostly unused window if two requests are in flight', () => {
		expect(lingerUntil(rateOf(0, 0, 0), used(0, 1), view)).toBe(0);
		expect(lingerUntil(rateOf(0, 0, 0), used(0, 2), view)).toBe(WINDOW / limit);
	});

	test('a full batch of one run never waits', () => {
		const full = { ...view, isFull: true };
		expect(lingerUntil(rateOf(0, 0), used(9), { ...full, runs: 1 })).toBe(100);
		expect(lingerUntil(rateOf(0), used(9), full)).toBe(100);
	});

	test('full batches of several runs leave a fifth of the limit to new runs', () => {
		const full = { ...view, isFull: true };
		expect(lingerUntil(rateOf(0, 0), used(7), full)).toBe(0);
		expect(lingerUntil(rateOf(0, 0), used(8), full)).toBe((WINDOW - 100) / 2);
	});

	test('full batches leave up to nine tenths of the limit to the new runs of a storm', () => {
		const full = { ...view, isFull: true };
		// At this rate, the window's newcomers would fill nine requests of ten.
		const storm = rateOf(...times(80, 0));
		expect(lingerUntil(storm, used(0), full)).toBe(0);
		expect(lingerUntil(storm, used(1), full)).toBe((WINDOW - 100) / 9);
	});
});
