import { LOST_DELAY_MS } from '../tuning';

/**
 * Our own count of requests: at most `limit` in any window, as the server sees them.
 *
 * The server counts a request somewhere between the moment it leaves and the moment its response
 * arrives. A slot is therefore free one window after the response: counting from the send lets two
 * requests come closer together at the server than they were sent, whenever the latency varies.
 */
export class SlidingWindowLog {
	/** Moments of the responses that are less than a window old, oldest first. */
	private readonly responses: number[] = [];
	private flights = 0;

	constructor(readonly windowMs: number) {}

	get inFlight(): number {
		return this.flights;
	}

	/** Slots that are taken: by requests in flight and by responses less than a window old. */
	used(now: number): number {
		this.forget(now);
		return this.flights + this.responses.length;
	}

	onSent(): void {
		this.flights += 1;
	}

	/** `lost`: no response came, so the server may count the request a little later. */
	onResponse(now: number, lost = false): void {
		this.flights -= 1;
		const at = lost ? now + LOST_DELAY_MS : now;
		let index = this.responses.length;
		while (index > 0 && (this.responses[index - 1] as number) > at) index -= 1;
		this.responses.splice(index, 0, at);
	}

	/** When the next request may leave; Infinity while only a response can start a slot's return. */
	openAt(now: number, limit: number): number {
		const excess = this.used(now) - limit;
		if (excess < 0) return now;
		const frees = this.responses[excess];
		return frees === undefined ? Infinity : frees + this.windowMs;
	}

	/** Moments at which taken slots come back, soonest first. In flight: unknown, so left out. */
	returns(now: number): number[] {
		this.forget(now);
		return this.responses.map((at) => at + this.windowMs);
	}

	private forget(now: number): void {
		const first = this.responses.findIndex((at) => at + this.windowMs > now);
		this.responses.splice(0, first === -1 ? this.responses.length : first);
	}
}
