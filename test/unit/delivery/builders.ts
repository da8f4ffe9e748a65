import { newBatch, type Batch } from '../../../nodes/MoEngageSubscription/delivery/batch';
import { Partition } from '../../../nodes/MoEngageSubscription/delivery/partition';
import { QueuedRecord } from '../../../nodes/MoEngageSubscription/delivery/record';
import type { BatchBisection } from '../../../nodes/MoEngageSubscription/delivery/response/bisection';
import { Run, type AnyRequest } from '../../../nodes/MoEngageSubscription/delivery/run';
import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery/types';
import { POLICY, users } from '../../virtual/world';

/** A run of `count` records without an endpoint queue. */
export function newRun(
	count: number,
	more: Partial<AnyRequest> = {},
	finish: (report: DeliveryReport<unknown, unknown>) => void = () => undefined,
	limitedBefore = 0,
): Run {
	const send: AnyRequest['send'] = async () =>
		await Promise.reject(new Error('this test sends nothing'));
	const request = { limitKey: 'endpoint', policy: POLICY, records: users(count), send, ...more };
	return new Run(request, finish, limitedBefore);
}

/** An unsent record of the user with these keys; without keys, of a separate user. */
export function newRecord(run: Run, index: number, keys = [`u${index}`], kind = ''): QueuedRecord {
	return new QueuedRecord(run, 'e', keys, kind, `u${index}`, index);
}

/** `count` records of a run. */
export function recordsOf(run: Run, count: number): QueuedRecord[] {
	return Array.from({ length: count }, (_, index) => newRecord(run, index));
}

/** A batch in flight with these records, sent at 1000, its run's request number 1. */
export function sentBatch(records: QueuedRecord[], bisection?: BatchBisection): Batch {
	const batch = newBatch(new Partition('e', true), records, bisection);
	batch.sentAt = 1000;
	for (const record of records) {
		record.state = 'inFlight';
		record.batch = 1;
		if (!batch.numbers.has(record.run)) record.run.onSent(1000);
		batch.numbers.set(record.run, 1);
	}
	return batch;
}
