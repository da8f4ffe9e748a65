import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import { deliver, type DeliveryRecord } from '../delivery';
import { endpointRequest, presented } from './endpointRequest';
import type { Delivered } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import { progressReporter } from './progress';

/** Sends the records to MoEngage and reports the progress. */
export async function send(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	options: RunOptions,
	records: readonly DeliveryRecord<unknown>[],
): Promise<Delivered> {
	const report = await deliver({
		...endpointRequest(context, operation, account, options),
		records,
		signal: context.getExecutionCancelSignal(),
		onProgress: progressReporter(context),
	});
	return {
		report,
		present: (index, outcome) => presented(operation, records[index]?.value, outcome),
	};
}
