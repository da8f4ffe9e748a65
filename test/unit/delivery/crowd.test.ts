import { Crowd } from '../../../nodes/MoEngageSubscription/delivery/crowd';

const WINDOW = 60_000;
/** Arrivals count for a sixth of the window. */
const WATCHED = 10_000;

function crowdOf(...arrivals: number[]) {
	const crowd = new Crowd(WINDOW);
	for (const at of arrivals) crowd.arrived(at);
	return crowd;
}

const times = (count: number, at: number) => Array.from({ length: count }, () => at);

describe('Executions that come', () => {
	test('share the door when there are two, for as long as they are watched', () => {
		const crowd = new Crowd(WINDOW);
		expect(crowd.shared(0)).toBe(false);
		crowd.arrived(0);
		expect(crowd.shared(0)).toBe(false);
		crowd.arrived(4000);
		expect(crowd.shared(4000)).toBe(true);
		expect(crowd.shared(WATCHED)).toBe(true);
		expect(crowd.shared(WATCHED + 1)).toBe(false);
	});

	test('are a storm when each on its own would take four fifths of the limit', () => {
		// A sixth of 80 % of 100.
		expect(crowdOf(...times(13, 0)).busy(0, 100)).toBe(false);
		expect(crowdOf(...times(14, 0)).busy(0, 100)).toBe(true);
		expect(crowdOf(...times(14, 0)).busy(WATCHED + 1, 100)).toBe(false);
	});

	test('are never a storm when there is one, however low the limit', () => {
		expect(crowdOf(0).busy(0, 1)).toBe(false);
		expect(crowdOf(0, 0).busy(0, 1)).toBe(true);
	});

	test('are expected to go on as they came', () => {
		expect(crowdOf(0, 1, 2).expected(2)).toBe(18);
		expect(crowdOf(0, 1, 2).expected(WATCHED + 1)).toBe(12);
		expect(crowdOf(0, 1, 2).expected(WATCHED + 3)).toBe(0);
	});

	test('count no more once they are too long ago, newcomers do', () => {
		const crowd = crowdOf(0, 100, 9000, 9100, 12_000);
		expect(crowd.expected(12_000)).toBe(18);
		expect(crowd.expected(60_000)).toBe(0);
		crowd.arrived(60_000);
		expect(crowd.expected(60_000)).toBe(6);
	});
});
