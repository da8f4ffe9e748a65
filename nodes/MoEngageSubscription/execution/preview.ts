import type { IExecuteFunctions } from 'n8n-workflow';

import { deliverApart, type DeliveryRecord } from '../delivery';
import { accepted, type Delivered } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';

/** A change, and the records (by index) that are combined in it. */
interface Combined {
	change: unknown;
	members: readonly number[];
}

/**
 * What would be sent: the same batches and combined changes as in earnest, by the same engine, at
 * a door of its own that has no limit and leads nowhere.
 */
export async function preview(
	context: IExecuteFunctions,
	operation: AnyOperation,
	{ settings }: RunOptions,
	records: readonly DeliveryRecord<unknown>[],
): Promise<Delivered> {
	const unlimited = records.length + 1;
	const changes: unknown[] = [];
	const report = await deliverApart<Combined, undefined, never>({
		policy: {
			limit: unlimited,
			windowMs: 1,
			dayLimit: unlimited,
			batchSize: operation.endpoint.batchSize,
		},
		records: records.map((record, index) => ({
			...record,
			value: { change: record.value, members: [index] },
		})),
		send: async (values) => {
			for (const { change, members } of values)
				for (const index of members) changes[index] = change;
			return { kind: 'delivered', result: undefined };
		},
		merge: operation.merge && ((earlier, later) => combine(operation, earlier, later)),
		settings: { batchSize: settings.batchSize },
		signal: context.getExecutionCancelSignal(),
	});
	return {
		report,
		present: (index, outcome) => accepted(operation.output(changes[index]), 'preview', outcome),
	};
}

function combine(
	operation: AnyOperation,
	earlier: Combined,
	later: Combined,
): Combined | undefined {
	const change = operation.merge?.(earlier.change, later.change);
	if (change === undefined) return undefined;
	return { change, members: [...earlier.members, ...later.members] };
}
