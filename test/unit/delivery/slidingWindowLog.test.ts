import { SlidingWindowLog } from '../../../nodes/MoEngageSubscription/delivery/rateLimit/slidingWindowLog';

const WINDOW = 60_000;

/** A log of requests that were answered at these moments. */
function logOf(...answers: number[]) {
	const log = new SlidingWindowLog(WINDOW);
	for (const at of answers) {
		log.onSent();
		log.onResponse(at);
	}
	return log;
}

describe('Our own log of the window', () => {
	test('a slot is taken from the send until one window after the answer', () => {
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

	test('below the limit it is open now, at the limit when the oldest answer leaves the window', () => {
		const log = logOf(100, 200, 300);
		expect(log.openAt(400, 4)).toBe(400);
		expect(log.openAt(400, 3)).toBe(100 + WINDOW);
		expect(log.openAt(100 + WINDOW, 3)).toBe(100 + WINDOW);
	});

	test('over a limit that was lowered, enough slots must come back', () => {
		const log = logOf(100, 200, 300);
		expect(log.openAt(400, 2)).toBe(200 + WINDOW);
		expect(log.openAt(400, 1)).toBe(300 + WINDOW);
		// The oldest has left: it does not count any more.
		expect(log.openAt(150 + WINDOW, 1)).toBe(300 + WINDOW);
	});

	test('what is in flight comes back nobody knows when', () => {
		const log = logOf(100);
		log.onSent();
		expect(log.openAt(200, 2)).toBe(100 + WINDOW);
		expect(log.openAt(200, 1)).toBe(Infinity);
		expect(log.returns(200)).toEqual([100 + WINDOW]);
	});

	test('slots come back soonest first, those that are back already left out', () => {
		const log = logOf(100, 200, 300);
		expect(log.returns(400)).toEqual([100, 200, 300].map((at) => at + WINDOW));
		expect(log.returns(200 + WINDOW)).toEqual([300 + WINDOW]);
		expect(log.returns(300 + WINDOW)).toEqual([]);
	});

	test('counts right over many windows', () => {
		const log = new SlidingWindowLog(WINDOW);
		let wrong = 0;
		for (let at = 0; at < 5000; at += 1) {
			log.onSent();
			log.onResponse(at * 20);
			// One answer each 20 ms: 3,000 of them are less than a window old.
			const opens = at < 2999 ? at * 20 : (at - 2999) * 20 + WINDOW;
			if (log.used(at * 20) !== Math.min(at + 1, 3000)) wrong += 1;
			if (log.openAt(at * 20, 3000) !== opens) wrong += 1;
		}
		expect(wrong).toBe(0);
		expect(log.returns(99_980 + WINDOW - 1)).toEqual([99_980 + WINDOW]);
	});
});
