import type { IExecuteFunctions } from 'n8n-workflow';

import { deliverSeparately, type DeliveryRecord } from '../delivery';
import { accepted, type Delivered, type ItemResult } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import type { RunInput } from '../operations/shared/runInput';

/** A change, and the indexes of the records that were merged into it. */
interface Merged {
	change: unknown;
	members: readonly number[];
}

/**
 * Returns what would be sent: the same batches and merged changes as in a real run. They come from the
 * same engine, with a separate queue that has no limit and sends nothing. `isInSteps`: the run looks
 * users up, so it sends each change on its own.
 */
export async function preview(
	context: IExecuteFunctions,
	operation: AnyOperation,
	{ settings }: RunOptions,
	records: readonly DeliveryRecord<unknown>[],
	isInSteps: boolean,
): Promise<Delivered> {
	const unlimited = records.length + 1;
	const changes: unknown[] = [];
	const report = await deliverSeparately<Merged, undefined, never>({
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
		merge: isInSteps
			? undefined
			: operation.merge && ((earlier, later) => merge(operation, earlier, later)),
		settings: { batchSize: settings.batchSize },
		signal: context.getExecutionCancelSignal(),
	});
	return {
		report,
		present: (index, { batch, attempts }) =>
			accepted(operation.output(changes[index]), {
				identity: operation.identity,
				status: 'preview',
				batch,
				attempts,
			}),
	};
}

function merge(operation: AnyOperation, earlier: Merged, later: Merged): Merged | undefined {
	const change = operation.merge?.(earlier.change, later.change);
	if (change === undefined) return undefined;
	return { change, members: [...earlier.members, ...later.members] };
}

/**
 * Returns the results of a preview that doesn't stop the workflow: a row that would be rejected comes
 * out with the reason and its incoming fields.
 */
export function previewed(results: readonly ItemResult[], input: RunInput): ItemResult[] {
	return results.map((result, index) => {
		if ('json' in result) return result;
		const { message, description } = result.reason;
		const would_be_rejected = `${message}. ${description}`.trim();
		const json = { status: 'preview', would_be_rejected, input: { ...input.json(index) } };
		return { status: 'accepted', json: [json] };
	});
}
