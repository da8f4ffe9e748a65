import type { RateLimitInfo, Verdict } from '../../nodes/MoEngageSubscription/delivery/types';
import type { VirtualClock } from './clock';
import { WindowCount, type WindowState, type WindowKind } from './window';

export interface ServerOptions {
	window: WindowKind;
	limit?: number;
	windowMs?: number;
	/** Round trip in milliseconds; the request reaches the server somewhere within it. */
	latency: () => number;
	random: () => number;
	/** Which rate headers a response has. `epoch` rounds like two whole-second clocks. */
	rateHeaders?: 'floor' | 'ceil' | 'epoch' | 'none';
	retryAfter?: boolean;
	/** Falsifies the rate headers. */
	lie?: (facts: RateLimitInfo) => RateLimitInfo;
	/** The verdict when the request reaches the server; undefined: the request is accepted. */
	respond?: (values: readonly unknown[], at: number) => Verdict<string, string> | undefined;
	/** Called for each accepted request, when it reaches the server. */
	apply?: (values: readonly unknown[], at: number) => void;
}

/** A server behind a network with latency, in virtual time. */
export class VirtualServer {
	/** When requests reached the server, and whether they were within the limit. */
	readonly log: { at: number; isAllowed: boolean; size: number }[] = [];
	readonly window: WindowCount;

	constructor(
		private readonly clock: VirtualClock,
		private readonly options: ServerOptions,
	) {
		this.window = new WindowCount(options.window, options.limit ?? 100, options.windowMs ?? 60_000);
	}

	/** Requests that exceeded the limit. */
	get throttled(): number {
		return this.log.filter((entry) => !entry.isAllowed).length;
	}

	/** Most requests that reached the server in any window. */
	get busiest(): number {
		const times = this.log.map(({ at }) => at);
		let most = 0;
		for (let first = 0, last = 0; last < times.length; last += 1) {
			while (times[first] <= times[last] - this.window.windowMs) first += 1;
			most = Math.max(most, last - first + 1);
		}
		return most;
	}

	send = async (values: readonly unknown[]): Promise<Verdict<string, string>> => {
		const latency = this.options.latency();
		const there = latency * this.options.random();
		await this.clock.sleep(there);
		const verdict = this.receive(values);
		await this.clock.sleep(latency - there);
		return verdict;
	};

	private receive(values: readonly unknown[]): Verdict<string, string> {
		const at = this.clock.now();
		const state = this.window.receive(at);
		this.log.push({ at, isAllowed: state.isAllowed, size: values.length });
		const rate = this.facts(state, at);
		if (!state.isAllowed) return { kind: 'throttled', rate };
		const fault = this.options.respond?.(values, at);
		if (fault) return { ...fault, rate: { ...rate, ...fault.rate } };
		this.options.apply?.(values, at);
		return { kind: 'delivered', result: 'ok', rate };
	}

	private facts({ isAllowed, remaining, resetMs }: WindowState, at: number): RateLimitInfo {
		const { rateHeaders = 'none', retryAfter, lie } = this.options;
		let facts: RateLimitInfo = {};
		if (rateHeaders !== 'none') {
			facts = {
				limit: this.window.limit,
				remaining,
				resetInMs: wholeSeconds(resetMs, at, rateHeaders),
			};
		}
		if (retryAfter && !isAllowed) facts.retryAfterMs = Math.ceil(resetMs / 1000) * 1000;
		return lie ? lie(facts) : facts;
	}
}

function wholeSeconds(ms: number, at: number, rounding: 'floor' | 'ceil' | 'epoch'): number {
	if (rounding === 'floor') return Math.floor(ms / 1000) * 1000;
	if (rounding === 'ceil') return Math.ceil(ms / 1000) * 1000;
	return Math.ceil((at + ms) / 1000) * 1000 - Math.floor(at / 1000) * 1000;
}
