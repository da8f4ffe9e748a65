/** How a server counts requests: `limit` in any `windowMs` by default. */
export type WindowKind =
	| { kind: 'sliding' }
	| { kind: 'fixed'; phase: number }
	| { kind: 'bucket'; capacity: number }
	/** Sliding, and throttled requests count as well. */
	| { kind: 'countsThrottled' };

export interface WindowState {
	isAllowed: boolean;
	remaining: number;
	/** Milliseconds until the count restarts, or the oldest request leaves the window. */
	resetMs: number;
}

/** The server's count of requests, called in the order in which they reach the server. */
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

	receive(now: number): WindowState {
		if (this.kind.kind === 'fixed') return this.fixed(now, this.kind.phase);
		if (this.kind.kind === 'bucket') return this.bucket(now, this.kind.capacity);
		while (this.times.length > 0 && this.times[0] <= now - this.windowMs) this.times.shift();
		const isAllowed = this.times.length < this.limit;
		if (isAllowed || this.kind.kind === 'countsThrottled') this.times.push(now);
		const remaining = Math.max(0, this.limit - this.times.length);
		return { isAllowed, remaining, resetMs: this.times[0] + this.windowMs - now };
	}

	private fixed(now: number, phase: number): WindowState {
		const window = Math.floor((now - phase) / this.windowMs);
		if (window !== this.window) this.count = 0;
		this.window = window;
		const isAllowed = this.count < this.limit;
		if (isAllowed) this.count += 1;
		const resetMs = (window + 1) * this.windowMs + phase - now;
		return { isAllowed, remaining: this.limit - this.count, resetMs };
	}

	private bucket(now: number, capacity: number): WindowState {
		const perMs = this.limit / this.windowMs;
		this.tokens = Math.min(capacity, this.tokens + (now - this.tokensAt) * perMs);
		this.tokensAt = now;
		const isAllowed = this.tokens >= 1;
		if (isAllowed) this.tokens -= 1;
		return { isAllowed, remaining: Math.floor(this.tokens), resetMs: (1 - this.tokens) / perMs };
	}
}
