import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import { sender, type AcceptedResponse } from '../api/transport';
import { deliver, type DeliveryRecord, type Progress } from '../delivery';
import { accepted, type Delivered } from './itemResult';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import { progressLine } from './runSummary';

/** Interval between two progress reports of a long run, in milliseconds. */
const PROGRESS_EVERY_MS = 5_000;

/** Sends the records to MoEngage and reports the progress. */
export async function send(
	context: IExecuteFunctions,
	operation: AnyOperation,
	account: Account,
	{ settings, timeoutMs }: RunOptions,
	records: readonly DeliveryRecord<unknown>[],
): Promise<Delivered> {
	const { endpoint, schema, merge } = operation;
	const { limit, windowMs, dayLimit, batchSize } = endpoint;
	let reportedAt = Date.now();
	const report = await deliver({
		limitKey: `${account.baseUrl} ${account.workspaceId} ${endpoint.id}`,
		policy: { limit, windowMs, dayLimit, batchSize },
		records,
		send: sender({
			context,
			account,
			endpoint,
			schema,
			timeoutMs,
			build: (values, batchId) => operation.request(values, batchId),
		}),
		merge,
		settings,
		signal: context.getExecutionCancelSignal(),
		onProgress: (progress: Progress) => {
			if (Date.now() - reportedAt < PROGRESS_EVERY_MS) return;
			reportedAt = Date.now();
			const line = progressLine(progress);
			if (context.getMode() === 'manual') context.sendMessageToUI(line);
			else context.logger.debug(line);
		},
	});
	return {
		report,
		present: (index, { result, batch, attempts }) => {
			const { reads } = endpoint;
			const response = result as AcceptedResponse<unknown>;
			return accepted(operation.output(records[index]?.value, response), {
				identity: operation.identity,
				status: reads ? 'found' : 'accepted',
				acceptedAt: reads ? undefined : response.acceptedAt,
				batch,
				attempts,
			});
		},
	};
}
