import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import type { Reason } from '../api/errors';
import type { AcceptedResponse } from '../api/transport';
import { openRun, type DeliveryRecord } from '../delivery';
import { endpointRequest, presented } from './endpointRequest';
import { failureOf, type Delivered } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import { progressReporter } from './progress';
import type { TakeRecords } from './readItems';

/** A run that sends records while others are being read. */
export interface Sending {
	take: TakeRecords;
	/** All records were taken. */
	close(): void;
	delivered: Promise<Delivered>;
}

/** Starts to send to MoEngage and reports the progress. `expected`: the number of items. */
export function startSending(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	options: RunOptions,
	expected: number,
): Sending {
	const run = openRun<unknown, AcceptedResponse<unknown>, Reason>({
		...endpointRequest(context, operation, account, options),
		signal: context.getExecutionCancelSignal(),
		onProgress: progressReporter(context),
		gathers: true,
		expected,
	});
	const values: unknown[] = [];
	return {
		take(records) {
			run.add(records);
			for (const { value } of records) values.push(value);
			return run.stopped && failureOf({ status: 'notSent', ...run.stopped }).reason;
		},
		close: () => run.close(),
		delivered: run.report.then((report) => ({
			report,
			present: (index, outcome) => presented(operation, values[index], outcome),
		})),
	};
}

/** Sends records that are all there. */
export async function send(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	options: RunOptions,
	records: readonly DeliveryRecord<unknown>[],
): Promise<Delivered> {
	const sending = startSending(context, operation, account, options, records.length);
	sending.take(records);
	sending.close();
	return await sending.delivered;
}
