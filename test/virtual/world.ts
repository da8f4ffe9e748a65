import { Engine } from '../../nodes/MoEngageSubscription/delivery/engine';
import type {
	DeliveryRecord,
	DeliveryReport,
	DeliveryRequest,
	Policy,
} from '../../nodes/MoEngageSubscription/delivery/types';
import { VirtualClock } from './clock';
import { seeded } from './random';
import { VirtualServer, type ServerOptions } from './server';

export const POLICY: Policy = { limit: 100, windowMs: 60_000, dayLimit: 360_000, batchSize: 50 };

export type Report = DeliveryReport<string, string>;
export type Request = DeliveryRequest<unknown, string, string>;

/** One clock, one server, and one engine per worker process. */
export class World {
	readonly clock = new VirtualClock();
	readonly random: () => number;
	readonly server: VirtualServer;
	readonly engines: Engine[];

	constructor(seed: number, server: Partial<ServerOptions> & { L?: number } = {}, workers = 1) {
		this.random = seeded(seed);
		const { L = 500, ...options } = server;
		this.server = new VirtualServer(this.clock, {
			window: { kind: 'sliding' },
			latency: () => L,
			random: this.random,
			...options,
		});
		this.engines = Array.from({ length: workers }, () => new Engine(this.clock, this.random));
	}

	/** Starts a delivery now; `worker` picks the process. */
	start(
		records: DeliveryRecord<unknown>[],
		more: Partial<Request> = {},
		worker = 0,
	): Promise<Report> {
		const request = {
			limitKey: 'endpoint',
			policy: POLICY,
			records,
			send: this.server.send,
			...more,
		};
		return this.engines[worker].deliver(request);
	}

	async deliver(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}): Promise<Report> {
		return await this.clock.until(this.start(records, more));
	}
}

/** `count` records of different users. */
export function users(count: number, prefix = 'u'): DeliveryRecord<unknown>[] {
	return Array.from({ length: count }, (_, i) => {
		const id = `${prefix}${i}`;
		return { keys: [id], value: id, partitionKey: 'e' };
	});
}
