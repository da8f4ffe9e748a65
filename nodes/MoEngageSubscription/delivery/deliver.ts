import { realClock } from './clock';
import { Engine } from './engine';
import type { DeliveryReport, DeliveryRequest, OpenRun } from './types';

/** One for all executions of the process: the limit is theirs together. */
const engine = new Engine(realClock, Math.random);

/** Delivers all records and resolves when each has its outcome. Never rejects. */
export async function deliver<T, R, E>(
	request: DeliveryRequest<T, R, E>,
): Promise<DeliveryReport<R, E>> {
	return await engine.deliver(request);
}

/** Starts a run to which records are added until it is closed. */
export function openRun<T, R, E>(
	request: Omit<DeliveryRequest<T, R, E>, 'records'>,
): OpenRun<T, R, E> {
	return engine.open(request);
}

/** Delivers all records at a separate endpoint queue that is forgotten with the run. */
export async function deliverSeparately<T, R, E>(
	request: Omit<DeliveryRequest<T, R, E>, 'limitKey'>,
): Promise<DeliveryReport<R, E>> {
	return await new Engine(realClock, Math.random).deliver({ ...request, limitKey: 'separate' });
}
