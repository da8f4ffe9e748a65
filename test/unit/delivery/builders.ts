import {
	newEntry as entryFor,
	type Entry,
} from '../../../nodes/MoEngageSubscription/delivery/entry';
import {
	Run,
	type AnyRequest,
	type RunQueue,
} from '../../../nodes/MoEngageSubscription/delivery/run';
import type { DeliveryReport } from '../../../nodes/MoEngageSubscription/delivery/types';
import { POLICY, users } from '../../virtual/world';

/** A run of `count` records on its own, without a door. */
export function newRun(
	count: number,
	more: Partial<AnyRequest> = {},
	finish: (report: DeliveryReport<unknown, unknown>) => void = () => undefined,
	limitedBefore = 0,
): Run {
	const send: AnyRequest['send'] = async () => await Promise.reject(new Error('nobody sends'));
	const request = { door: 'door', policy: POLICY, records: users(count), send, ...more };
	return new Run(request, finish, limitedBefore);
}

export function newQueue(run: Run, envelope = 'e'): RunQueue {
	const queue: RunQueue = { run, envelope, ready: [], next: 0, freed: [] };
	run.queues.set(envelope, queue);
	return queue;
}

/** An entry that has not been sent yet, for the user of that key. */
export function newEntry(queue: RunQueue, index: number, ...keys: string[]): Entry {
	const value = `u${index}`;
	return entryFor(queue, index, { keys: keys.length > 0 ? keys : [value], value });
}
