import type { Send, Verdict } from '../../nodes/MoEngageSubscription/delivery/types';
import type { VirtualClock } from '../virtual/clock';

export type ServerVerdict = Verdict<string, string>;

/** What happens to one request; times in milliseconds after it reached the server. */
export interface Effect {
	verdict: ServerVerdict;
	/** When the change is applied; undefined if it never is. */
	applyAfter?: number;
	/** When the client gets its response or gives up; by default after the rest of the round trip. */
	respondAfter?: number;
}

/** One request as the server saw it. */
export interface ReceivedRequest {
	at: number;
	values: readonly unknown[];
	batchId: string;
	kind: ServerVerdict['kind'];
}

export interface ServerOptions {
	/** Round trip in milliseconds. */
	latency: () => number;
	random: () => number;
	limit: number;
	windowMs: number;
	/** What happens to a request within the limit; undefined: it is applied and accepted. */
	respond?: (values: readonly unknown[], at: number) => Effect | undefined;
	apply?: (values: readonly unknown[], at: number) => void;
	/** Whether the client gives up at once when its signal is aborted. */
	abortable: boolean;
}

/** How long after the client gave up a server may still apply the change, in milliseconds. */
export const LATE_MS = 8000;

export const OK: ServerVerdict = { kind: 'delivered', result: 'ok' };

/** A strict server with a sliding window; it applies changes at times the client can't see. */
export class StrictServer {
	readonly log: ReceivedRequest[] = [];
	private readonly granted: number[] = [];

	constructor(
		private readonly clock: VirtualClock,
		readonly options: ServerOptions,
	) {}

	/** Requests that reached the server in the busiest window, of those that `counts` accepts. */
	busiest(counts: (hit: ReceivedRequest) => boolean = () => true, windowMs = 60_000): number {
		const times = this.log.filter(counts).map(({ at }) => at);
		let most = 0;
		for (let first = 0, last = 0; last < times.length; last += 1) {
			while (times[first] <= times[last] - windowMs) first += 1;
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	send: Send<unknown, string, string> = (values, { signal, batchId }) =>
		new Promise((resolve) => {
			const latency = this.options.latency();
			const there = latency * (0.2 + 0.6 * this.options.random());
			let open = true;
			let applies: { at: number; cancel: () => void } | undefined;
			const respond = (verdict: ServerVerdict) => {
				if (!open) return;
				open = false;
				signal.removeEventListener('abort', abort);
				resolve(verdict);
			};
			const applyIn = (ms: number) => {
				applies?.cancel();
				const at = this.clock.now() + ms;
				const apply = () => {
					applies = undefined;
					this.options.apply?.(values, at);
				};
				applies = { at, cancel: this.clock.after(ms, apply) };
			};
			const abort = () => {
				// Aborting doesn't recall the request; the server finishes it within LATE_MS.
				if (applies && applies.at > this.clock.now() + LATE_MS) {
					applyIn(LATE_MS * this.options.random());
				}
				respond({ kind: 'transient', reason: 'aborted', noResponse: true });
			};
			if (this.options.abortable) signal.addEventListener('abort', abort);
			this.clock.after(there, () => {
				const effect = this.receive(values, batchId);
				if (effect.applyAfter !== undefined) {
					const after = open ? effect.applyAfter : Math.min(effect.applyAfter, LATE_MS - there);
					if (after <= 0) this.options.apply?.(values, this.clock.now());
					else applyIn(after);
				}
				if (!open) return;
				this.clock.after(effect.respondAfter ?? latency - there, () => respond(effect.verdict));
			});
		});

	private receive(values: readonly unknown[], batchId: string): Effect {
		const at = this.clock.now();
		while (this.granted.length > 0 && this.granted[0] <= at - this.options.windowMs)
			this.granted.shift();
		const full = this.granted.length >= this.options.limit;
		if (!full) this.granted.push(at);
		const effect = full
			? { verdict: { kind: 'throttled' as const } }
			: (this.options.respond?.(values, at) ?? { verdict: OK, applyAfter: 0 });
		this.log.push({ at, values, batchId, kind: effect.verdict.kind });
		return effect;
	}
}
