import { Engine } from '../../../nodes/MoEngageSubscription/delivery/engine';
import type { DeliveryRecord, Verdict } from '../../../nodes/MoEngageSubscription/delivery/types';
import { VirtualClock } from '../../virtual/clock';
import { POLICY, users, type Report, type Request } from '../../virtual/world';

export type Answer = Verdict<string, string>;
export const refused = (words = 'bad'): Answer => ({ kind: 'rejected', reason: words, words });
/** An acceptance in the words of a refusal. */
export const contradicted: Answer = { ...refused('odd'), unsure: true } as Answer;
export const broken = (reason = 'down'): Answer => ({ kind: 'transient', reason });
export const locked: Answer = { kind: 'fatal', reason: '401' };
export const limited: Answer = { kind: 'throttled' };

interface Asked {
	at: number;
	values: string[];
	batchId: string;
	/** Door or execution that sent it, if the test named it. */
	by?: string;
}

/**
 * A server that answers each request after `L` ms as a script says, by what is in it and its number
 * from 1; with an acceptance where the script says nothing. Chance is always 1: the longest waits.
 */
export class Script {
	readonly clock = new VirtualClock();
	readonly asked: Asked[] = [];
	readonly engine: Engine;

	constructor(
		private readonly answer: (
			values: string[],
			number: number,
			at: number,
		) => Answer | undefined = () => undefined,
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
			const number = this.asked.push({ at, values: [...known], batchId, by });
			await this.clock.sleep(this.L);
			return this.answer(known, number, at) ?? { kind: 'delivered', result: `ok ${number}` };
		};

	/** Starts a delivery now; `by` marks the requests that leave in its name. */
	start(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}, by?: string) {
		const request = { door: 'door', policy: POLICY, records, send: this.sendAs(by), ...more };
		return this.engine.deliver(request) as Promise<Report>;
	}

	async deliver(records: DeliveryRecord<unknown>[], more: Partial<Request> = {}) {
		return await this.clock.until(this.start(records, more));
	}

	/** Starts a delivery at that moment. */
	async startAt(at: number, ...given: Parameters<Script['start']>) {
		await this.clock.sleep(at - this.clock.now());
		return await this.start(...given);
	}

	/** Several deliveries to their ends. */
	async all(...runs: Promise<Report>[]): Promise<Report[]> {
		return await this.clock.until(Promise.all(runs));
	}

	get times(): number[] {
		return this.asked.map(({ at }) => at);
	}

	get sizes(): number[] {
		return this.asked.map(({ values }) => values.length);
	}
}

/** The records with other envelopes than the usual one. */
export function enveloped(count: number, envelope: string) {
	return users(count, envelope).map((record) => ({ ...record, envelope }));
}

export const fates = (report: Report) => report.outcomes.map(({ status }) => status);
