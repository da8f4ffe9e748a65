import { realClock } from './clock';
import { Engine } from './engine';
import type { DeliveryReport, DeliveryRequest, OpenRequest, OpenRun } from './types';

/** One for all executions of the process: the limit is theirs together. */
const engine = new Engine(realClock, Math.random);

/** Starts a run to which records are added until it is closed. */
export function openRun<T, R, E>(request: OpenRequest<T, R, E>): OpenRun<T, R, E> {
	return engine.open(request);
}

/** Delivers all records at a separate endpoint queue that is forgotten with the run. */
export async function deliverSeparately<T, R, E>(
	request: Omit<DeliveryRequest<T, R, E>, 'limitKey'>,
): Promise<DeliveryReport<R, E>> {
	return await new Engine(realClock, Math.random).deliver({ ...request, limitKey: 'separate' });
}
