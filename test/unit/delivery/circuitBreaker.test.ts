import { CircuitBreaker } from '../../../nodes/MoEngageSubscription/delivery/policy/circuitBreaker';
import { BREAKER_THRESHOLD } from '../../../nodes/MoEngageSubscription/delivery/tuning';

/** A breaker after so many failures of requests that left at 0. */
function failed(times: number) {
	const breaker = new CircuitBreaker();
	for (let i = 0; i < times; i += 1) breaker.onFailure(0);
	return breaker;
}

describe('The circuit', () => {
	test('opens after five failures in a row', () => {
		expect(BREAKER_THRESHOLD).toBe(5);
		expect([0, 4, 5, 6].map((times) => failed(times).isOpen)).toEqual([false, false, true, true]);
		expect([0, 1].map((times) => failed(times).hasFailed)).toEqual([false, true]);
	});

	test('closes at the first success, and the count begins anew', () => {
		const breaker = failed(7);
		breaker.onSuccess(1);
		expect([breaker.isOpen, breaker.hasFailed]).toEqual([false, false]);
		for (let i = 0; i < 4; i += 1) breaker.onFailure(2);
		expect(breaker.isOpen).toBe(false);
		breaker.onFailure(2);
		expect(breaker.isOpen).toBe(true);
	});

	test('ignores failures of requests that left before the one that got through', () => {
		const breaker = new CircuitBreaker();
		breaker.onSuccess(1000);
		breaker.onSuccess(500);
		for (let i = 0; i < 9; i += 1) breaker.onFailure(999);
		expect(breaker.hasFailed).toBe(false);
		breaker.onFailure(1000);
		expect(breaker.hasFailed).toBe(true);
	});
});
