/** How a server may count requests. `limit` in any `windowMs` unless said otherwise. */
export type WindowKind =
	| { kind: 'sliding' }
	| { kind: 'fixed'; phase: number }
	| { kind: 'bucket'; capacity: number }
	/** Sliding, and refused requests count as well. */
	| { kind: 'countsRefused' };

export interface Told {
	taken: boolean;
	remaining: number;
	/** Milliseconds until the count starts anew, or the oldest request leaves it. */
	resetMs: number;
}

/** The server's own count. Asked with the moments at which requests reach it, in their order. */
export class WindowCount {
	private times: number[] = [];
	private window = -Infinity;
	private count = 0;
	private tokens: number;
	private tokensAt = 0;

	constructor(
		private readonly kind: WindowKind,
		readonly limit: number,
		readonly windowMs: number,
	) {
		this.tokens = kind.kind === 'bucket' ? kind.capacity : 0;
	}

	ask(now: number): Told {
		if (this.kind.kind === 'fixed') return this.fixed(now, this.kind.phase);
		if (this.kind.kind === 'bucket') return this.bucket(now, this.kind.capacity);
		while (this.times.length > 0 && this.times[0] <= now - this.windowMs) this.times.shift();
		const taken = this.times.length < this.limit;
		if (taken || this.kind.kind === 'countsRefused') this.times.push(now);
		const remaining = Math.max(0, this.limit - this.times.length);
		return { taken, remaining, resetMs: this.times[0] + this.windowMs - now };
	}

	private fixed(now: number, phase: number): Told {
		const window = Math.floor((now - phase) / this.windowMs);
		if (window !== this.window) this.count = 0;
		this.window = window;
		const taken = this.count < this.limit;
		if (taken) this.count += 1;
		const resetMs = (window + 1) * this.windowMs + phase - now;
		return { taken, remaining: this.limit - this.count, resetMs };
	}

	private bucket(now: number, capacity: number): Told {
		const perMs = this.limit / this.windowMs;
		this.tokens = Math.min(capacity, this.tokens + (now - this.tokensAt) * perMs);
		this.tokensAt = now;
		const taken = this.tokens >= 1;
		if (taken) this.tokens -= 1;
		return { taken, remaining: Math.floor(this.tokens), resetMs: (1 - this.tokens) / perMs };
	}
}
