import type { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import {
	BatchBisection,
	type BisectionCause,
} from '../../../nodes/MoEngageSubscription/delivery/response/bisection';
import { newRun, recordsOf } from './builders';

function bisectionOf(count: number, cause: BisectionCause = 'rejected') {
	const records = recordsOf(newRun(count), count);
	for (const record of records) record.state = 'bisecting';
	return { bisection: new BatchBisection(records, cause, 'e', records[0].run), records };
}

/** Bisects to the end; `fingerprint` returns why a record is rejected, undefined if it is accepted. */
function play(
	bisection: BatchBisection,
	fingerprint: (index: number) => string | undefined,
	most = 200,
) {
	const found: QueuedRecord[] = [];
	const parts: number[] = [];
	for (let part = bisection.next(); part; part = bisection.next()) {
		expect((most -= 1)).toBeGreaterThan(0);
		parts.push(part.length);
		const rejections = part.flatMap(({ index }) => fingerprint(index) ?? []);
		const record =
			rejections.length > 0 ? bisection.markRejected(rejections[0]) : bisection.markAccepted(1);
		if (record) found.push(record);
	}
	return { found: found.map(({ index }) => index), parts };
}

describe('BatchBisection', () => {
	test('a bisection finds the records at fault and no others', () => {
		const { bisection } = bisectionOf(50);
		const bad = [3, 4, 17, 49];
		const { found } = play(bisection, (index) => (bad.includes(index) ? 'bad' : undefined));
		expect(found.sort((a, b) => a - b)).toEqual(bad);
		expect(bisection.wholeBatchFingerprint).toBeUndefined();
	});

	test('a bisection skips records settled meanwhile, and ends when all are settled', () => {
		const { bisection, records } = bisectionOf(9);
		records[0].state = 'settled';
		expect(bisection.next()).toEqual([records[1], records[2]]);
		for (const record of records.slice(0, 6)) record.state = 'settled';
		expect(bisection.next()!.every((record) => !record.isSettled)).toBe(true);
		for (const record of records) record.state = 'settled';
		expect(bisection.next()).toBeUndefined();
	});

	test('a bisection of suspected records sends all of them first', () => {
		const { bisection, records } = bisectionOf(5, 'suspected');
		expect(bisection.next()).toEqual(records);
		bisection.markAccepted(1);
		expect(bisection.next()).toBeUndefined();
	});

	test('a bisection of far records sends one at a time and ends at the first acceptance', () => {
		const { bisection, records } = bisectionOf(5, 'farRecord');
		expect(bisection.next()).toEqual([records[0]]);
		expect(bisection.markRejected('no')).toBe(records[0]);
		expect(bisection.next()).toEqual([records[1]]);
		bisection.markAccepted(1);
		for (const record of records.slice(0, 2)) record.state = 'settled';
		expect(bisection.next()).toBeUndefined();
		expect(bisection.rest).toEqual(records.slice(2));
	});
});

describe('Bisections of many far records', () => {
	// The group of suspected records grows to two after the first find; that of far records must not.
	test('a bisection of many far records sends each of them alone', () => {
		const { bisection } = bisectionOf(12, 'farRecord');
		expect(play(bisection, () => 'no').parts).toEqual(Array(12).fill(1));
	});
});

describe('The fingerprint of a whole batch', () => {
	test('a whole batch has the fingerprint of its records if each is rejected alone for the same reason', () => {
		const { bisection } = bisectionOf(4);
		expect(play(bisection, () => 'wrong ESP').found).toHaveLength(4);
		expect(bisection.wholeBatchFingerprint).toBe('wrong ESP');
	});

	test('a single record, several reasons, or an acceptance leave no fingerprint of the whole batch', () => {
		const single = bisectionOf(1).bisection;
		play(single, () => 'no');
		expect(single.wholeBatchFingerprint).toBeUndefined();
		const several = bisectionOf(4).bisection;
		play(several, (index) => `no ${index % 2}`);
		expect(several.wholeBatchFingerprint).toBeUndefined();
		const accepted = bisectionOf(4).bisection;
		play(accepted, (index) => (index === 2 ? undefined : 'no'));
		expect(accepted.wholeBatchFingerprint).toBeUndefined();
	});

	test('a single far record has a fingerprint, which a part that was split up doesn’t change', () => {
		const far = bisectionOf(1, 'farRecord').bisection;
		play(far, () => 'no');
		expect(far.wholeBatchFingerprint).toBe('no');
		const { bisection } = bisectionOf(2);
		bisection.next();
		bisection.markGone();
		play(bisection, () => 'no');
		expect(bisection.wholeBatchFingerprint).toBe('no');
	});
});
