import { farRecords } from '../../../nodes/MoEngageSubscription/delivery/response/farRecords';
import { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import { newRun, recordsOf } from './builders';

/** Spelled out, so that a change of the constant is noticed. */
const FAR_RECORDS = 12;

function ready(count: number) {
	const records = recordsOf(newRun(count), count);
	for (const record of records) record.state = 'ready';
	return records;
}

const indexes = (records: readonly QueuedRecord[]) => records.map(({ index }) => index);

describe('Far records', () => {
	test('far records start with the last one and are spread evenly over the rest of the list', () => {
		const picks = indexes(farRecords(ready(1200)));
		expect(picks[0]).toBe(1199);
		expect(picks).toHaveLength(FAR_RECORDS);
		for (let i = 1; i < picks.length; i += 1)
			expect(picks[i - 1] - picks[i]).toBe(1200 / FAR_RECORDS);
	});

	test('a short rest yields each of its records once', () => {
		expect(indexes(farRecords(ready(3)))).toEqual([2, 1, 0]);
		expect(farRecords([])).toEqual([]);
		const picks = indexes(farRecords(ready(20)));
		expect(new Set(picks).size).toBe(picks.length);
	});

	test('far records include only those that wait in their queue', () => {
		const records = ready(6);
		records[0].state = 'settled';
		records[1].state = 'blocked';
		records[2].state = 'inFlight';
		records[5].state = 'retrying';
		expect(indexes(farRecords(records))).toEqual([4, 3]);
	});

	test('far records include merged ones only if no other is left', () => {
		const records = ready(4);
		records[3].merged = [9];
		records[2].merged = [8];
		expect(indexes(farRecords(records))).toEqual([1, 0]);
		for (const record of records) record.merged = [9];
		expect(indexes(farRecords(records))).toEqual([3]);
	});

	test('far records belong to the last record’s partition', () => {
		const records = ready(4);
		const other = new QueuedRecord(records[0].run, 'f', ['x'], '', 'x', 9);
		other.state = 'ready';
		expect(indexes(farRecords([other, ...records]))).toEqual([3, 2, 1, 0]);
		expect(indexes(farRecords([...records, other]))).toEqual([9]);
	});
});
