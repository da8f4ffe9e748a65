import type { IExecuteFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { errors, type Reason } from '../api/errors';
import type { DeliveryRecord } from '../delivery';
import { STOPPED, type ItemResult } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import { ItemReader } from '../operations/shared/itemReader';
import {
	mayDiffer,
	readOptions,
	requireSameOptions,
	type RunOptions,
} from '../operations/shared/options';
import { ItemError } from '../operations/shared/itemError';
import type { RunInput } from '../operations/shared/runInput';

/** Items read without a break: an item's expressions take n8n about a millisecond. */
const READ_AT_ONCE = 50;

/** What the incoming items ask for. */
export interface ItemsRead {
	records: Array<DeliveryRecord<unknown>>;
	/** For each record the item it was read from. */
	origins: number[];
	/** For each record the warnings of its item. */
	warnings: string[][];
	/** For each item without a record why it has none. */
	fates: ItemResult[];
}

/** Reads all items. `envelope` is what all records of the run share. */
export async function readItems(
	context: IExecuteFunctions,
	input: RunInput,
	operation: AnyOperation,
	envelope: readonly unknown[],
): Promise<ItemsRead> {
	const all: ItemsRead = { records: [], origins: [], warnings: [], fates: [] };
	const shared = JSON.stringify(envelope);
	const read = await visit(context, input.length, (index) => {
		const item = new ItemReader(input, index);
		const reading = attempt(() => operation.read(item));
		if ('reason' in reading) {
			all.fates[index] = { status: 'rejected', reason: reading.reason };
			return;
		}
		const { value, keys, kind, settings } = reading.value;
		const own = settings && JSON.stringify([...envelope, ...settings]);
		all.records.push({ value, keys, kind, partitionKey: own ?? shared });
		all.origins.push(index);
		all.warnings.push(item.warnings);
	});
	for (let index = read; index < input.length; index++)
		all.fates[index] = { status: 'notSent', reason: STOPPED };
	return all;
}

/** The options of the run, or why nothing may be sent: every item must give the same. */
export async function readRunOptions(
	context: IExecuteFunctions,
	input: RunInput,
	operation: AnyOperation,
): Promise<{ value: RunOptions } | { reason: Reason }> {
	const first = attempt(() => readOptions(new ItemReader(input, 0), operation));
	if ('reason' in first || !mayDiffer(input)) return first;
	let fault: Reason | undefined;
	const read = await visit(context, input.length, (index) => {
		if (fault !== undefined || index === 0) return;
		const other = attempt(() => readOptions(new ItemReader(input, index), operation));
		if ('reason' in other) {
			const { message, ...rest } = other.reason;
			fault = { message: `${message} (item ${index})`, ...rest };
			return;
		}
		const same = attempt(() => requireSameOptions(first.value, other.value, index));
		if ('reason' in same) fault = same.reason;
	});
	if (fault === undefined && read < input.length) fault = STOPPED;
	return fault === undefined ? first : { reason: fault };
}

/** Visits the items in order, until Stop. Returns how many it visited. */
async function visit(
	context: IExecuteFunctions,
	count: number,
	each: (index: number) => void,
): Promise<number> {
	const stop = context.getExecutionCancelSignal();
	for (let index = 0; index < count; index++) {
		// n8n's other work gets its turn: webhooks, health checks, a worker's hold on its job, Stop.
		if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await sleep(0);
		if (stop?.aborted) return index;
		each(index);
	}
	return count;
}

/** What reading gives, or why it can't be read: a value of the item, or an expression. */
export function attempt<V>(read: () => V): { value: V } | { reason: Reason } {
	try {
		return { value: read() };
	} catch (error) {
		if (error instanceof ItemError) return { reason: error.reason };
		const said = error instanceof Error ? error.message : 'unknown';
		return { reason: errors.expression(said) };
	}
}
