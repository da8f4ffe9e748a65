import type { RateLimitInfo, Verdict } from '../../nodes/MoEngageSubscription/delivery/types';
import type { VirtualClock } from './clock';
import { WindowCount, type Told, type WindowKind } from './window';

export interface ServerOptions {
	window: WindowKind;
	limit?: number;
	windowMs?: number;
	/** Round trip in milliseconds; the request reaches the server somewhere within it. */
	latency: () => number;
	random: () => number;
	/** Which rate facts an answer carries. `epoch` has the rounding of two whole-second clocks. */
	rateHeaders?: 'floor' | 'ceil' | 'epoch' | 'none';
	retryAfter?: boolean;
	/** Makes the rate facts lie. */
	lie?: (facts: RateLimitInfo) => RateLimitInfo;
	/** What else an answer may be; undefined: the request is taken. Asked at the server's time. */
	misbehave?: (values: readonly unknown[], at: number) => Verdict<string, string> | undefined;
	/** Called for each request taken, at the server's time. */
	apply?: (values: readonly unknown[], at: number) => void;
}

/** A server behind a network with latency, in virtual time. */
export class VirtualServer {
	/** Moments at which requests reached the server, and whether they were over the limit. */
	readonly log: { at: number; taken: boolean; size: number }[] = [];
	readonly window: WindowCount;

	constructor(
		private readonly clock: VirtualClock,
		private readonly options: ServerOptions,
	) {
		this.window = new WindowCount(options.window, options.limit ?? 100, options.windowMs ?? 60_000);
	}

	get refused(): number {
		return this.log.filter((entry) => !entry.taken).length;
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
		const verdict = this.answer(values);
		await this.clock.sleep(latency - there);
		return verdict;
	};

	private answer(values: readonly unknown[]): Verdict<string, string> {
		const at = this.clock.now();
		const told = this.window.ask(at);
		this.log.push({ at, taken: told.taken, size: values.length });
		const rate = this.facts(told, at);
		if (!told.taken) return { kind: 'throttled', rate };
		const bad = this.options.misbehave?.(values, at);
		if (bad) return { ...bad, rate: { ...rate, ...bad.rate } };
		this.options.apply?.(values, at);
		return { kind: 'delivered', result: 'ok', rate };
	}

	private facts({ taken, remaining, resetMs }: Told, at: number): RateLimitInfo {
		const { rateHeaders = 'none', retryAfter, lie } = this.options;
		let facts: RateLimitInfo = {};
		if (rateHeaders !== 'none') {
			facts = {
				limit: this.window.limit,
				remaining,
				resetInMs: wholeSeconds(resetMs, at, rateHeaders),
			};
		}
		if (retryAfter && !taken) facts.retryAfterMs = Math.ceil(resetMs / 1000) * 1000;
		return lie ? lie(facts) : facts;
	}
}

function wholeSeconds(ms: number, at: number, rounding: 'floor' | 'ceil' | 'epoch'): number {
	if (rounding === 'floor') return Math.floor(ms / 1000) * 1000;
	if (rounding === 'ceil') return Math.ceil(ms / 1000) * 1000;
	return Math.ceil((at + ms) / 1000) * 1000 - Math.floor(at / 1000) * 1000;
}
