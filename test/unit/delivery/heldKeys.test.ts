import { HeldKeys } from '../../../nodes/MoEngageSubscription/delivery/heldKeys';
import { newRun, recordsOf } from './builders';

function heldUntil(...moments: number[]) {
	const records = recordsOf(newRun(moments.length), moments.length);
	const held = new HeldKeys();
	records.forEach((record, i) => {
		record.heldUntil = moments[i];
		held.hold(record);
	});
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

	test('a response releases a held key, once', () => {
		const { held, records } = heldUntil(1000, 2000);
		expect([held.release(records[0]), held.release(records[0])]).toEqual([true, false]);
		expect(held.expire(5000)).toEqual([records[1]]);
	});

	test('a key is held longer if the response is lost after a Stop', () => {
		const { held, records } = heldUntil(1000);
		records[0].heldUntil = 3000;
		expect(held.expire(1000)).toEqual([]);
		expect(held.nextAt).toBe(3000);
	});
});
