import { CircuitBreaker } from '../../../nodes/MoEngageSubscription/delivery/policy/circuitBreaker';
import { BREAKER_THRESHOLD } from '../../../nodes/MoEngageSubscription/delivery/tuning';

/** A breaker after this many failures of requests sent at 0. */
function failed(times: number) {
	const breaker = new CircuitBreaker();
	for (let i = 0; i < times; i += 1) breaker.onFailure(0);
	return breaker;
}

describe('CircuitBreaker', () => {
	test('the circuit opens after five failures in a row', () => {
		expect(BREAKER_THRESHOLD).toBe(5);
		expect([0, 4, 5, 6].map((times) => failed(times).isOpen)).toEqual([false, false, true, true]);
		expect([0, 1].map((times) => failed(times).hasFailed)).toEqual([false, true]);
	});

	test('the first success closes the circuit and restarts the count', () => {
		const breaker = failed(7);
		breaker.onSuccess(1);
		expect([breaker.isOpen, breaker.hasFailed]).toEqual([false, false]);
		for (let i = 0; i < 4; i += 1) breaker.onFailure(2);
		expect(breaker.isOpen).toBe(false);
		breaker.onFailure(2);
		expect(breaker.isOpen).toBe(true);
	});

	test('the circuit ignores failures of requests sent before the last success', () => {
		const breaker = new CircuitBreaker();
		breaker.onSuccess(1000);
		breaker.onSuccess(500);
		for (let i = 0; i < 9; i += 1) breaker.onFailure(999);
		expect(breaker.hasFailed).toBe(false);
		breaker.onFailure(1000);
		expect(breaker.hasFailed).toBe(true);
	});
});
