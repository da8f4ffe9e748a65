import type { IExecuteFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { errors, type Reason } from '../api/errors';
import type { DeliveryRecord } from '../delivery';
import { STOPPED, type ItemResult } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import { readGuard } from '../operations/shared/guard';
import { ItemReader } from '../operations/shared/itemReader';
import {
	mayDiffer,
	readOptions,
	requireSameOptions,
	type RunOptions,
} from '../operations/shared/options';
import { ItemError } from '../operations/shared/itemError';
import type { UserLookup } from '../operations/shared/userIdentifier';
import type { RunInput } from '../operations/shared/runInput';

/** Items to read before yielding to n8n. An item's expressions take n8n about a millisecond. */
const READ_AT_ONCE = 50;

/** The records that were read from the incoming items. */
interface ItemsRead {
	records: Array<DeliveryRecord<unknown>>;
	/** For each record, the index of its item. */
	origins: number[];
	/** For each record, the lookup that must come before it, if any. */
	lookups: Array<UserLookup | undefined>;
	/** For each record, the warnings of its item. */
	warnings: string[][];
	/** For each item without a record, its result. */
	results: ItemResult[];
}

/** Reads all items. `partition` is what all records of the run have in common. */
export async function readItems(
	context: IExecuteFunctions,
	input: RunInput,
	operation: AnyOperation,
	partition: readonly unknown[],
): Promise<ItemsRead> {
	const all: ItemsRead = { records: [], origins: [], lookups: [], warnings: [], results: [] };
	const shared = JSON.stringify(partition);
	const read = await visit(context, input.length, (index) => {
		const item = new ItemReader(input, index);
		const reading = readSafely(() => {
			const read = operation.read(item);
			return { ...read, lookup: readGuard(item, operation.guard, read.value) };
		});
		if ('reason' in reading) {
			all.results[index] = { status: 'rejected', reason: reading.reason };
			return;
		}
		const { value, keys, kind, settings, lookup } = reading.value;
		const own = settings && JSON.stringify([...partition, ...settings]);
		all.records.push({ value, keys, kind, partitionKey: own ?? shared });
		all.origins.push(index);
		all.lookups.push(lookup);
		all.warnings.push(item.warnings);
	});
	for (let index = read; index < input.length; index++)
		all.results[index] = { status: 'notSent', reason: STOPPED };
	return all;
}

/** Returns the options of the run, or why nothing can be sent: they must be the same for every item. */
export async function readRunOptions(
	context: IExecuteFunctions,
	input: RunInput,
	operation: AnyOperation,
): Promise<{ value: RunOptions } | { reason: Reason }> {
	const first = readSafely(() => readOptions(new ItemReader(input, 0), operation));
	if ('reason' in first || !mayDiffer(input)) return first;
	let problem: Reason | undefined;
	const read = await visit(context, input.length, (index) => {
		if (problem !== undefined || index === 0) return;
		const other = readSafely(() => readOptions(new ItemReader(input, index), operation));
		if ('reason' in other) {
			const { message, ...rest } = other.reason;
			problem = { message: `${message} (item ${index})`, ...rest };
			return;
		}
		const same = readSafely(() => requireSameOptions(first.value, other.value, index));
		if ('reason' in same) problem = same.reason;
	});
	if (problem === undefined && read < input.length) problem = STOPPED;
	return problem === undefined ? first : { reason: problem };
}

/** Visits the items in order until the user stops the workflow. Returns how many it visited. */
async function visit(
	context: IExecuteFunctions,
	count: number,
	each: (index: number) => void,
): Promise<number> {
	const stop = context.getExecutionCancelSignal();
	for (let index = 0; index < count; index++) {
		// Yields to n8n's other work: webhooks, health checks, a worker's lease on its job, and Stop.
		if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await sleep(0);
		if (stop?.aborted) return index;
		each(index);
	}
	return count;
}

/** Returns what `read` returns, or why it failed: an invalid value or an expression. */
export function readSafely<V>(read: () => V): { value: V } | { reason: Reason } {
	try {
		return { value: read() };
	} catch (error) {
		if (error instanceof ItemError) return { reason: error.reason };
		const problem = error instanceof Error ? error.message : 'unknown';
		return { reason: errors.expression(problem) };
	}
}
