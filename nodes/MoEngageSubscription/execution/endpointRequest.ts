import type { IExecuteFunctions } from 'n8n-workflow';

import type { Account } from '../api/account';
import type { Reason } from '../api/errors';
import { sender, type AcceptedResponse } from '../api/transport';
import type { DeliveryRequest, Outcome } from '../delivery';
import { accepted, type ItemResult } from './itemResult';
import type { Operation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';

type EndpointRequest<T, A> = Omit<
	DeliveryRequest<T, AcceptedResponse<A>, Reason>,
	'records' | 'signal'
>;

/** Returns how an operation's records are delivered: to which endpoint, and with which settings. */
export function endpointRequest<T, A>(
	context: IExecuteFunctions,
	operation: Operation<T, A>,
	account: Account,
	{ settings, timeoutMs }: RunOptions,
): EndpointRequest<T, A> {
	const { endpoint, schema, merge } = operation;
	const { limit, windowMs, dayLimit, batchSize } = endpoint;
	return {
		limitKey: `${account.baseUrl} ${account.workspaceId} ${endpoint.id}`,
		policy: { limit, windowMs, dayLimit, batchSize },
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
	};
}

type Accepted = Extract<Outcome<unknown, Reason>, { status: 'accepted' }>;

/** Returns the result of an accepted record. `isApplied`: MoEngage was seen to have applied it. */
export function presented<T, A>(
	operation: Operation<T, A>,
	value: T,
	{ result, batch, attempts }: Accepted,
	isApplied = false,
): ItemResult {
	const { reads } = operation.endpoint;
	const response = result as AcceptedResponse<A>;
	return accepted(operation.output(value, response), {
		identity: operation.identity,
		status: reads ? 'found' : isApplied ? 'applied' : 'accepted',
		acceptedAt: reads ? undefined : response.acceptedAt,
		batch,
		attempts,
	});
}
