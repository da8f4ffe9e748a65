import type {
	DeliveryRecord,
	Outcome,
	Policy,
} from '../../nodes/MoEngageSubscription/delivery/types';
import { POLICY, World, type Report, type Request } from '../virtual/world';
import { StrictServer, type ServerOptions } from './server';

export type RecordOutcome = Outcome<string, string>;

export interface RigOptions extends Partial<ServerOptions> {
	policy?: Partial<Policy>;
}

/** One engine and one strict server in virtual time. */
export class Rig {
	readonly world: World;
	readonly server: StrictServer;
	readonly policy: Policy;

	constructor(seed: number, { policy, ...options }: RigOptions = {}) {
		this.world = new World(seed);
		this.policy = { ...POLICY, ...policy };
		this.server = new StrictServer(this.world.clock, {
			latency: () => 500,
			random: this.world.random,
			limit: this.policy.limit,
			windowMs: this.policy.windowMs,
			abortable: true,
			...options,
		});
	}

	get clock() {
		return this.world.clock;
	}

	get random() {
		return this.world.random;
	}

	start(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}): Promise<Report> {
		return this.world.start(records, { policy: this.policy, send: this.server.send, ...more });
	}

	/** The same for records that come in random parts, while earlier ones are being sent. */
	async startInParts(
		records: DeliveryRecord<unknown>[],
		more: Partial<Request> = {},
	): Promise<Report> {
		const run = this.world.engines[0].open<unknown, string, string>({
			limitKey: 'endpoint',
			policy: this.policy,
			send: this.server.send,
			gathers: true,
			...more,
		});
		for (let from = 0; from < records.length; ) {
			const until = from + 1 + Math.floor(this.random() * 4);
			run.add(records.slice(from, until));
			from = until;
			await this.clock.sleep(this.random() * 1500);
		}
		run.close();
		return await run.report;
	}

	async deliver(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}): Promise<Report> {
		return await this.clock.until(this.start(records, more));
	}

	/** What the engine still references after all timers have run, and how long that took. */
	async rest(): Promise<{ held: Record<string, number>; drainMs: number }> {
		const from = this.clock.now();
		await this.clock.drain();
		const held = Object.fromEntries(
			// Endpoints are remembered for a day, with nothing in them.
			Object.entries(this.world.engines[0].census()).filter(([name]) => !/endpoint/i.test(name)),
		);
		return { held, drainMs: this.clock.now() - from };
	}
}

/** `count` bulk records, each about another customer ID. */
export function customers(count: number, prefix = 'u'): DeliveryRecord<unknown>[] {
	return Array.from({ length: count }, (_, i) => customer(`${prefix}${i}`));
}

export function customer(id: string): DeliveryRecord<unknown> {
	return { keys: [`id:${id}`], kind: 'id', value: id, partitionKey: 'e' };
}

export function count(outcomes: readonly RecordOutcome[]): Record<string, number> {
	const sums: Record<string, number> = {};
	for (const { status } of outcomes) sums[status] = (sums[status] ?? 0) + 1;
	return sums;
}
