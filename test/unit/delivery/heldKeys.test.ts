import { HeldKeys } from '../../../nodes/MoEngageSubscription/delivery/heldKeys';
import { newRun, recordsOf } from './builders';

function heldUntil(...moments: number[]) {
	const records = recordsOf(newRun(moments.length), moments.length);
	const held = new HeldKeys();
	records.forEach((record, i) => held.hold(record, moments[i]));
	return { held, records };
}

describe('Held keys', () => {
	test('held keys expire at their time, the earliest first', () => {
		const { held, records } = heldUntil(3000, 1000, 2000);
		expect([held.size, held.nextAt]).toEqual([3, 1000]);
		expect(held.expire(999)).toEqual([]);
		expect(held.expire(1000)).toEqual([records[1]]);
		expect(held.nextAt).toBe(2000);
		expect(held.expire(5000)).toEqual([records[0], records[2]]);
		expect([held.size, held.nextAt]).toEqual([0, Infinity]);
	});

	test('a response frees held keys, once', () => {
		const { held, records } = heldUntil(1000, 2000);
		const ended = () => held.reduce(records[0], -Infinity, 500);
		expect([ended(), ended()]).toEqual([true, false]);
		expect(held.expire(5000)).toEqual([records[1]]);
	});

	test('a response keeps the keys as long as an earlier request may be applied', () => {
		const { held, records } = heldUntil(2000);
		expect(held.reduce(records[0], 1000, 500)).toBe(false);
		expect([held.expire(999), held.nextAt]).toEqual([[], 1000]);
		expect(held.reduce(records[0], 1000, 1000)).toBe(true);
		expect(held.size).toBe(0);
	});

	test('keys are held longer if the response is lost after a Stop', () => {
		const { held, records } = heldUntil(1000);
		expect(held.reduce(records[0], 3000, 500)).toBe(false);
		expect([held.expire(1000), held.nextAt]).toEqual([[], 3000]);
	});
});
