import { EndpointQueue } from './endpointQueue';
import { Run, type AnyRequest } from './run';
import { FORGET_ENDPOINT_MS } from './tuning';
import type { Clock, DeliveryReport, DeliveryRequest } from './types';

/** Registry of all endpoint queues in this process, with their shared clock and random source. */
export class Engine {
	private readonly endpoints = new Map<string, EndpointQueue>();

	constructor(
		private readonly clock: Clock,
		private readonly random: () => number,
	) {}

	/** Delivers all records and resolves when each has its outcome. Never rejects. */
	async deliver<T, R, E>(request: DeliveryRequest<T, R, E>): Promise<DeliveryReport<R, E>> {
		const door = this.endpointFor(request.limitKey, request.policy);
		return await new Promise((resolve) => {
			// Inside, values and reasons are opaque: only `send` and the caller know their types.
			const opaque = request as unknown as AnyRequest;
			const { signal } = request;
			const stop = () => door.stop(run);
			const run = new Run(
				opaque,
				(report) => {
					signal?.removeEventListener('abort', stop);
					resolve(report as DeliveryReport<R, E>);
				},
				door.limitedSoFar,
			);
			if (run.isDone) return run.report(door.limitedSoFar);
			signal?.addEventListener('abort', stop);
			door.enter(run);
			if (signal?.aborted) stop();
		});
	}

	/** Executions, lanes and users that are on their way; all 0 when nothing is. */
	census(): { doors: number; runs: number; lanes: number; users: number } {
		const sum = { doors: this.endpoints.size, runs: 0, lanes: 0, users: 0 };
		for (const door of this.endpoints.values()) {
			const { runs, lanes, users } = door.census();
			sum.runs += runs;
			sum.lanes += lanes;
			sum.users += users;
		}
		return sum;
	}

	private endpointFor(
		name: string,
		policy: DeliveryRequest<unknown, unknown, unknown>['policy'],
	): EndpointQueue {
		const now = this.clock.now();
		for (const [key, door] of this.endpoints) {
			if (door.isIdle && now - door.lastUsed > FORGET_ENDPOINT_MS) this.endpoints.delete(key);
		}
		// Another policy is another endpoint, whatever it is called.
		const key = `${name} ${policy.limit}/${policy.windowMs}`;
		let door = this.endpoints.get(key);
		if (!door) {
			door = new EndpointQueue({ ...policy }, this.clock, this.random);
			this.endpoints.set(key, door);
		}
		return door;
	}
}
