import type { DeliveryReport, DeliveryRequest } from './types';

/** Delivers all records and resolves when each has its outcome. Never rejects. */
export async function deliver<T, R, E>(
	request: DeliveryRequest<T, R, E>,
): Promise<DeliveryReport<R, E>> {
	// First light: one request after the other. Replaced by the lane.
	const { records, policy, send, signal } = request;
	const size = Math.min(request.settings?.batchSize ?? policy.batchSize, policy.batchSize);
	const outcomes: DeliveryReport<R, E>['outcomes'] = [];
	let requests = 0;
	for (let i = 0; i < records.length; i += size) {
		const batch = records.slice(i, i + size);
		const verdict = await send(
			batch.map((record) => record.value),
			{ batchId: String(i), signal: signal ?? new AbortController().signal },
		);
		requests += 1;
		for (let k = 0; k < batch.length; k += 1) {
			if (verdict.kind === 'delivered')
				outcomes.push({ status: 'accepted', result: verdict.result, batch: requests, attempts: 1 });
			else if (verdict.kind === 'rejected')
				outcomes.push({ status: 'rejected', reason: verdict.reason, batch: requests, attempts: 1 });
			else
				outcomes.push({
					status: 'notSent',
					cause: 'fatal',
					reason: 'reason' in verdict ? verdict.reason : undefined,
				});
		}
	}
	return { outcomes, requests, throttled: 0, combined: 0, waitedMs: 0 };
}
