/* eslint-disable @n8n/community-nodes/no-restricted-globals -- watches the timers that the clock sets */
import { realClock } from '../../../nodes/MoEngageSubscription/delivery/clock';

describe('realClock', () => {
	beforeEach(() => jest.useFakeTimers());
	afterEach(() => jest.useRealTimers());

	/** The lengths of the sleeps in milliseconds. */
	const sleeps = (spy: jest.SpyInstance) => spy.mock.calls.map(([, ms]) => ms as number);

	test('a long wait ends on time and consists of sleeps of one second at most', async () => {
		const spy = jest.spyOn(globalThis, 'setTimeout');
		const fn = jest.fn();
		realClock.after(2500, fn);
		await jest.advanceTimersByTimeAsync(2499);
		expect(fn).not.toHaveBeenCalled();
		await jest.advanceTimersByTimeAsync(1);
		expect(fn).toHaveBeenCalledTimes(1);
		expect(sleeps(spy)).toEqual([1000, 1000, 500]);
		expect(jest.getTimerCount()).toBe(0);
	});

	test('a canceled wait calls nothing', async () => {
		const fn = jest.fn();
		realClock.after(2500, fn)();
		await jest.advanceTimersByTimeAsync(10_000);
		expect(fn).not.toHaveBeenCalled();
		expect(jest.getTimerCount()).toBe(0);
	});
});
