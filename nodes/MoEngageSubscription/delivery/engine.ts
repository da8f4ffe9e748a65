import { EndpointQueue } from './endpointQueue';
import { Run, type AnyRequest } from './run';
import { FORGET_ENDPOINT_MS } from './tuning';
import type {
	Clock,
	DeliveryRecord,
	DeliveryReport,
	DeliveryRequest,
	OpenRequest,
	OpenRun,
} from './types';

/** Registry of all endpoint queues in this process, with their shared clock and random source. */
export class Engine {
	private readonly endpoints = new Map<string, EndpointQueue>();

	constructor(
		private readonly clock: Clock,
		private readonly random: () => number,
	) {}

	/** Delivers all records and resolves when each has its outcome. Never rejects. */
	async deliver<T, R, E>(request: DeliveryRequest<T, R, E>): Promise<DeliveryReport<R, E>> {
		const queue = this.endpointFor(request.limitKey, request.policy);
		return await new Promise((resolve) => {
			// Inside, values and reasons are opaque: only `send` and the caller know their types.
			const opaque = request as unknown as AnyRequest;
			const { signal } = request;
			const stop = () => queue.stop(run);
			const run = new Run(
				opaque,
				(report) => {
					signal?.removeEventListener('abort', stop);
					resolve(report as DeliveryReport<R, E>);
				},
				queue.limitedSoFar,
			);
			if (run.isDone) return run.report(queue.limitedSoFar);
			signal?.addEventListener('abort', stop);
			queue.enter(run);
			if (signal?.aborted) stop();
		});
	}

	/** Starts a run to which records are added until it is closed. */
	open<T, R, E>(request: OpenRequest<T, R, E>): OpenRun<T, R, E> {
		const queue = this.endpointFor(request.limitKey, request.policy);
		const records: DeliveryRecord<T>[] = [];
		const { signal } = request;
		let finish: (report: DeliveryReport<R, E>) => void;
		const report = new Promise<DeliveryReport<R, E>>((resolve) => (finish = resolve));
		const stop = () => queue.stop(run);
		const run = new Run(
			{ ...request, records } as unknown as AnyRequest,
			(ended) => {
				signal?.removeEventListener('abort', stop);
				finish(ended as DeliveryReport<R, E>);
			},
			queue.limitedSoFar,
			false,
		);
		signal?.addEventListener('abort', stop);
		queue.enter(run);
		if (signal?.aborted) stop();
		return {
			add: (more) => {
				const from = records.length;
				for (const record of more) records.push(record);
				run.extend(more.length);
				queue.add(run, from);
			},
			close: () => queue.close(run),
			get stopped() {
				return run.stopped as OpenRun<T, R, E>['stopped'];
			},
			report,
		};
	}

	/** Open runs, partitions and taken user keys of all endpoints; all 0 when nothing is left. */
	census(): { endpoints: number; runs: number; partitions: number; users: number } {
		const sum = { endpoints: this.endpoints.size, runs: 0, partitions: 0, users: 0 };
		for (const queue of this.endpoints.values()) {
			const { runs, partitions, users } = queue.census();
			sum.runs += runs;
			sum.partitions += partitions;
			sum.users += users;
		}
		return sum;
	}

	private endpointFor(
		name: string,
		policy: DeliveryRequest<unknown, unknown, unknown>['policy'],
	): EndpointQueue {
		const now = this.clock.now();
		for (const [key, queue] of this.endpoints) {
			if (queue.isIdle && now - queue.lastUsed > FORGET_ENDPOINT_MS) this.endpoints.delete(key);
		}
		// Another policy is another endpoint, whatever it is called.
		const key = `${name} ${policy.limit}/${policy.windowMs}`;
		let queue = this.endpoints.get(key);
		if (!queue) {
			queue = new EndpointQueue({ ...policy }, this.clock, this.random);
			this.endpoints.set(key, queue);
		}
		return queue;
	}
}
