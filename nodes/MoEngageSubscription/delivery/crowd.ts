/** Part of a window over which arrivals are watched. */
const WATCHED = 1 / 6;
/** Share of the limit that arrivals must reach before partial batches are held back. */
const BUSY = 0.8;

/** Watches executions arrive, to tell a storm of small ones from a list on its own. */
export class Crowd {
	private readonly arrivals: number[] = [];

	constructor(private readonly windowMs: number) {}

	arrived(now: number): void {
		this.recent(now);
		this.arrivals.push(now);
	}

	/** Several executions share the door: what is left of the window is spread over all of it. */
	shared(now: number): boolean {
		return this.recent(now) >= 2;
	}

	/** Sending each arrival on its own would use up the limit: small ones travel together. */
	busy(now: number, limit: number): boolean {
		return this.recent(now) > Math.max(1, BUSY * WATCHED * limit);
	}

	/** Executions that a whole window brings at the present rate. */
	expected(now: number): number {
		return this.recent(now) / WATCHED;
	}

	private recent(now: number): number {
		const since = now - this.windowMs * WATCHED;
		while (this.arrivals[0] < since) this.arrivals.shift();
		return this.arrivals.length;
	}
}
