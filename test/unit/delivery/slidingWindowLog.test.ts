import { SlidingWindowLog } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/slidingWindowLog';

const WINDOW = 60_000;

/** A log of requests whose responses arrived at these times. */
function logOf(...responses: number[]) {
	const log = new SlidingWindowLog(WINDOW);
	for (const at of responses) {
		log.onSent();
		log.onResponse(at);
	}
	return log;
}

describe('SlidingWindowLog', () => {
	test('a slot is taken from the send until one window after the response', () => {
		const log = new SlidingWindowLog(WINDOW);
		expect(log.used(0)).toBe(0);
		log.onSent();
		log.onSent();
		expect([log.used(0), log.inFlight]).toEqual([2, 2]);
		log.onResponse(700);
		expect([log.used(700), log.inFlight]).toEqual([2, 1]);
		expect(log.used(700 + WINDOW - 1)).toBe(2);
		expect(log.used(700 + WINDOW)).toBe(1);
	});

	test('the log is open at once below the limit, and at the limit when the oldest response leaves the window', () => {
		const log = logOf(100, 200, 300);
		expect(log.openAt(400, 4)).toBe(400);
		expect(log.openAt(400, 3)).toBe(100 + WINDOW);
		expect(log.openAt(100 + WINDOW, 3)).toBe(100 + WINDOW);
	});

	test('a lowered limit opens when enough slots are free again', () => {
		const log = logOf(100, 200, 300);
		expect(log.openAt(400, 2)).toBe(200 + WINDOW);
		expect(log.openAt(400, 1)).toBe(300 + WINDOW);
		// The oldest has left and no longer counts.
		expect(log.openAt(150 + WINDOW, 1)).toBe(300 + WINDOW);
	});

	test('the slot of a request in flight has no known end', () => {
		const log = logOf(100);
		log.onSent();
		expect(log.openAt(200, 2)).toBe(100 + WINDOW);
		expect(log.openAt(200, 1)).toBe(Infinity);
		expect(log.returns(200)).toEqual([100 + WINDOW]);
	});

	test('the slot of a lost request frees one second later, and the order of the slots stays right', () => {
		const log = new SlidingWindowLog(WINDOW);
		for (let i = 0; i < 3; i += 1) log.onSent();
		log.onResponse(100, true);
		log.onResponse(600);
		log.onResponse(1500);
		expect(log.returns(1500)).toEqual([600, 1100, 1500].map((at) => at + WINDOW));
		expect(log.used(1099 + WINDOW)).toBe(2);
		expect(log.used(1100 + WINDOW)).toBe(1);
	});

	test('returns lists the earliest slot first, without slots that are free already', () => {
		const log = logOf(100, 200, 300);
		expect(log.returns(400)).toEqual([100, 200, 300].map((at) => at + WINDOW));
		expect(log.returns(200 + WINDOW)).toEqual([300 + WINDOW]);
		expect(log.returns(300 + WINDOW)).toEqual([]);
	});

	test('the log counts correctly over many windows', () => {
		const log = new SlidingWindowLog(WINDOW);
		let wrong = 0;
		for (let at = 0; at < 5000; at += 1) {
			log.onSent();
			log.onResponse(at * 20);
			// One response every 20 ms: 3,000 of them are less than a window old.
			const opens = at < 2999 ? at * 20 : (at - 2999) * 20 + WINDOW;
			if (log.used(at * 20) !== Math.min(at + 1, 3000)) wrong += 1;
			if (log.openAt(at * 20, 3000) !== opens) wrong += 1;
		}
		expect(wrong).toBe(0);
		expect(log.returns(99_980 + WINDOW - 1)).toEqual([99_980 + WINDOW]);
	});
});
