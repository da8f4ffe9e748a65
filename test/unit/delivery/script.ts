import { Engine } from '../../../nodes/MoEngageSubscription/delivery/engine';
import type { DeliveryRecord, Verdict } from '../../../nodes/MoEngageSubscription/delivery/types';
import { VirtualClock } from '../../virtual/clock';
import { POLICY, users, type Report, type Request } from '../../virtual/world';

export type ServerVerdict = Verdict<string, string>;
export const rejected = (message = 'bad'): ServerVerdict => ({
	kind: 'rejected',
	reason: message,
	fingerprint: message,
});
/** A success status with a body that reports a rejection. */
export const ambiguous: ServerVerdict = { ...rejected('odd'), ambiguous: true } as ServerVerdict;
export const failed = (reason = 'down'): ServerVerdict => ({ kind: 'transient', reason });
export const unauthorized: ServerVerdict = { kind: 'fatal', reason: '401' };
export const throttled: ServerVerdict = { kind: 'throttled' };

interface SentRequest {
	at: number;
	values: string[];
	batchId: string;
	/** The run that sent it, if the test named it. */
	by?: string;
}

/**
 * A server that responds to each request after `L` ms with the verdict that `respond` returns for its
 * values and its number from 1, or with an acceptance if that is undefined. The random factor is 1, so
 * every backoff has its full length.
 */
export class Script {
	readonly clock = new VirtualClock();
	readonly requests: SentRequest[] = [];
	readonly engine: Engine;

	constructor(
		private readonly respond: (
			values: string[],
			number: number,
			at: number,
		) => ServerVerdict | undefined = () => undefined,
		private readonly L = 500,
		random = () => 1,
	) {
		this.engine = new Engine(this.clock, random);
	}

	sendAs =
		(by?: string): Request['send'] =>
		async (values, { batchId }) => {
			const known = values as string[];
			const at = this.clock.now();
			const number = this.requests.push({ at, values: [...known], batchId, by });
			await this.clock.sleep(this.L);
			return this.respond(known, number, at) ?? { kind: 'delivered', result: `ok ${number}` };
		};

	/** Starts a delivery now; `by` marks the requests that it sends. */
	start(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}, by?: string) {
		const request = {
			limitKey: 'endpoint',
			policy: POLICY,
			records,
			send: this.sendAs(by),
			...more,
		};
		return this.engine.deliver(request) as Promise<Report>;
	}

	async deliver(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}) {
		return await this.clock.until(this.start(records, more));
	}

	/** Starts a delivery at that time. */
	async startAt(at: number, ...given: Parameters<Script['start']>) {
		await this.clock.sleep(at - this.clock.now());
		return await this.start(...given);
	}

	/** Waits until several deliveries have ended. */
	async all(...runs: Promise<Report>[]): Promise<Report[]> {
		return await this.clock.until(Promise.all(runs));
	}

	get times(): number[] {
		return this.requests.map(({ at }) => at);
	}

	get sizes(): number[] {
		return this.requests.map(({ values }) => values.length);
	}
}

/** Records of another partition than the default one. */
export function inPartition(count: number, partitionKey: string) {
	return users(count, partitionKey).map((record) => ({ ...record, partitionKey }));
}

export const statuses = (report: Report) => report.outcomes.map(({ status }) => status);
