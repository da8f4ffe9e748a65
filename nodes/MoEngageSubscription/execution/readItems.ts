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

/** Longest time to read before yielding to n8n, in milliseconds. */
const READ_MS = 10;
/** Items to read before looking at the clock. An item's expressions take n8n up to a millisecond. */
const READ_AT_ONCE = 10;
/** Items to read before the first are sent, so that changes of one user in a short list merge. */
const READ_FIRST = 500;

const NO_WARNINGS: readonly string[] = [];

/**
 * Takes records as soon as they are read. Returns why no further record can be sent, if so; then
 * the rest isn't read.
 */
export type TakeRecords = (records: ReadonlyArray<DeliveryRecord<unknown>>) => Reason | undefined;

/** The records that were read from the incoming items. */
interface ItemsRead {
	records: Array<DeliveryRecord<unknown>>;
	/** For each record, the index of its item. */
	origins: number[];
	/** For each record, the lookup that must come before it, if any. */
	lookups: Array<UserLookup | undefined>;
	/** For each record, the warnings of its item. */
	warnings: Array<readonly string[]>;
	/** For each item without a record, its result. */
	results: ItemResult[];
}

/**
 * Reads all items. `partition` is what all records of the run have in common. `take` receives the
 * records of a long list while the rest is read.
 */
export async function readItems(
	context: IExecuteFunctions,
	input: RunInput,
	operation: AnyOperation,
	partition: readonly unknown[],
	take: TakeRecords = () => undefined,
): Promise<ItemsRead> {
	const all: ItemsRead = { records: [], origins: [], lookups: [], warnings: [], results: [] };
	const shared = JSON.stringify(partition);
	let taken = 0;
	let ended: Reason | undefined;
	const handOver = () => {
		const fresh = all.records.slice(taken);
		taken = all.records.length;
		ended = fresh.length > 0 ? take(fresh) : undefined;
	};
	const onPause = (index: number) => {
		if (index >= READ_FIRST) handOver();
		return ended === undefined;
	};
	const each = (index: number) => {
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
		all.warnings.push(item.warnings.length > 0 ? item.warnings : NO_WARNINGS);
	};
	const read = await visit(context, input.length, each, onPause);
	if (ended === undefined) handOver();
	for (let index = read; index < input.length; index++)
		all.results[index] = { status: 'notSent', reason: ended ?? STOPPED };
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

/**
 * Visits the items in order until the user stops the workflow, or `onPause` returns false. Returns
 * how many it visited.
 */
async function visit(
	context: IExecuteFunctions,
	count: number,
	each: (index: number) => void,
	onPause: (index: number) => boolean = () => true,
): Promise<number> {
	const stop = context.getExecutionCancelSignal();
	let since = Date.now();
	for (let index = 0; index < count; index++) {
		if (index % READ_AT_ONCE === READ_AT_ONCE - 1 && Date.now() - since >= READ_MS) {
			if (!onPause(index)) return index;
			// Yields to n8n's other work: webhooks, health checks, a worker's lease on its job, and Stop.
			await sleep(0);
			since = Date.now();
		}
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
