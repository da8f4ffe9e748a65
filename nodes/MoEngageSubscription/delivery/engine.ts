import { Door } from './door';
import { Run, type AnyRequest } from './run';
import type { Clock, DeliveryReport, DeliveryRequest } from './types';

/** A door that nobody used for a day has nothing left to remember: its windows are all over. */
const FORGET_DOOR_MS = 24 * 60 * 60 * 1000;

/** All doors of a process, with the time and the chance they live by. */
export class Engine {
	private readonly doors = new Map<string, Door>();

	constructor(
		private readonly clock: Clock,
		private readonly random: () => number,
	) {}

	/** Delivers all records and resolves when each has its outcome. Never rejects. */
	async deliver<T, R, E>(request: DeliveryRequest<T, R, E>): Promise<DeliveryReport<R, E>> {
		const door = this.doorFor(request.door, request.policy);
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
			if (run.done) return run.report(door.limitedSoFar);
			signal?.addEventListener('abort', stop);
			door.enter(run);
			if (signal?.aborted) stop();
		});
	}

	/** Executions, lanes and users that are on their way; all 0 when nothing is. */
	census(): { doors: number; runs: number; lanes: number; users: number } {
		const sum = { doors: this.doors.size, runs: 0, lanes: 0, users: 0 };
		for (const door of this.doors.values()) {
			sum.runs += door.runs.size;
			sum.lanes += door.lanes.size;
			sum.users += door.order.size;
		}
		return sum;
	}

	private doorFor(
		name: string,
		policy: DeliveryRequest<unknown, unknown, unknown>['policy'],
	): Door {
		const now = this.clock.now();
		for (const [key, door] of this.doors) {
			if (door.runs.size === 0 && now - door.lastUsed > FORGET_DOOR_MS) this.doors.delete(key);
		}
		// Another policy is another endpoint, whatever it is called.
		const key = `${name} ${policy.limit}/${policy.windowMs}`;
		let door = this.doors.get(key);
		if (!door) {
			door = new Door({ ...policy }, this.clock, this.random, name);
			this.doors.set(key, door);
		}
		return door;
	}
}
