import type { RateFacts } from './types';

/** The reset comes in whole seconds, rounded in a way that isn't published. */
const ROUNDING_MS = 1000;
/** Answers that must agree before the server's figures rule. */
const AGREEING = 3;
const DEAF_MS = 10 * 60_000;

interface Window {
	/** The reset lies between these two; each answer narrows them. */
	endsAfter: number;
	endsBefore: number;
	limit: number;
	/** Smallest `remaining` that an answer of this window told. */
	left: number;
	/** Answers of ours that this window told. */
	own: number;
}

/**
 * The window as the rate headers draw it: how many requests the server will still take, and when
 * its count starts anew. They show what other systems use of the same workspace, and a server that
 * counts by calendar minute gives its next budget at the reset, not 60 s after each answer.
 *
 * Headers rule only while they add up: `remaining` must fall by at least what we sent, the reset
 * must stay put until it passes, and a budget must really be fresh after it. The first time a reset
 * passes one request looks; what it hears decides.
 */
export class ServerWindow {
	private window?: Window;
	private agreeing = 0;
	private freshSeen = 0;
	/** No header is believed before this moment, once the figures have contradicted themselves. */
	private deafUntil = -Infinity;

	constructor(private readonly windowMs: number) {}

	get rules(): boolean {
		return this.agreeing >= AGREEING && this.window !== undefined;
	}

	/** The limit that the server tells, raised or lowered; undefined while it doesn't rule. */
	get limit(): number | undefined {
		return this.rules ? this.window?.limit : undefined;
	}

	/** When the next request may leave; Infinity while only an answer can tell. */
	openAt(now: number, inFlight: number): number {
		const window = this.window as Window;
		if (now < window.endsBefore) {
			return inFlight + 1 <= this.share(window, inFlight) ? now : window.endsBefore;
		}
		// The reset has passed: one looks, the others wait for what it hears, until a fresh budget
		// at the reset has been seen once. From then on the first few may go together.
		if (this.freshSeen === 0) return inFlight === 0 ? now : Infinity;
		return inFlight < window.limit ? now : Infinity;
	}

	/** Requests that may leave before the reset, and the moment of the reset. */
	forecast(now: number, inFlight: number): { free: number; resetAt: number } {
		const window = this.window as Window;
		if (now >= window.endsBefore) return { free: window.limit, resetAt: now + this.windowMs };
		return { free: Math.max(0, window.left - inFlight), resetAt: window.endsBefore };
	}

	/** Takes in an answer to a request that left at `sentAt`. */
	answered(sentAt: number, now: number, rate: RateFacts): void {
		if (now < this.deafUntil) return;
		const { limit, remaining, resetInMs } = rate;
		if (limit === undefined || remaining === undefined || resetInMs === undefined) {
			// Not told this time. Two in a row: they have stopped coming.
			this.agreeing = Math.max(0, this.agreeing - 2);
			return;
		}
		const sane =
			limit >= 1 &&
			remaining >= 0 &&
			remaining <= limit &&
			resetInMs >= 0 &&
			resetInMs <= this.windowMs + 2 * ROUNDING_MS;
		if (!sane) return this.contradict(now);
		const heard = {
			endsAfter: sentAt + resetInMs - ROUNDING_MS,
			endsBefore: now + resetInMs + ROUNDING_MS,
		};
		if (!this.window) {
			this.window = { ...heard, limit, left: remaining, own: 1 };
		} else if (heard.endsAfter <= this.window.endsBefore) {
			if (heard.endsBefore >= this.window.endsAfter)
				this.same(this.window, heard, limit, remaining, now);
			// Else a straggler: an answer of the window before this one.
		} else {
			this.next(this.window, heard, limit, remaining, sentAt, now);
		}
	}

	private same(
		window: Window,
		heard: { endsAfter: number; endsBefore: number },
		limit: number,
		remaining: number,
		now: number,
	) {
		window.own += 1;
		window.endsAfter = Math.max(window.endsAfter, heard.endsAfter);
		window.endsBefore = Math.min(window.endsBefore, heard.endsBefore);
		window.left = Math.min(window.left, remaining);
		window.limit = limit;
		// With k answers of ours in this window at least k are used.
		if (window.left > limit - window.own) return this.contradict(now);
		this.agreeing += 1;
	}

	private next(
		window: Window,
		heard: { endsAfter: number; endsBefore: number },
		limit: number,
		remaining: number,
		sentAt: number,
		now: number,
	) {
		// A reset that moves on before it has passed is no fixed window's.
		const passed =
			heard.endsAfter - window.endsBefore > this.windowMs / 2 || sentAt >= window.endsAfter;
		const fresh = remaining >= limit / 2;
		if (!passed || (this.rules && !fresh)) return this.contradict(now);
		if (this.rules) this.freshSeen += 1;
		this.agreeing += 1;
		this.window = { ...heard, limit, left: remaining, own: 1 };
	}

	/**
	 * How many of ours may be in flight at once. Alone: all that is left. Where others draw from the
	 * same budget: our share of what is left, so that together we don't overshoot its end.
	 */
	private share(window: Window, inFlight: number): number {
		const used = window.limit - window.left;
		const others = Math.max(0, used - window.own - inFlight);
		if (others === 0) return window.left;
		const part = window.left * ((window.own + inFlight) / Math.max(1, used));
		return part >= 0.2 ? Math.max(1, Math.floor(part)) : 0;
	}

	private contradict(now: number): void {
		this.deafUntil = now + DEAF_MS;
		this.window = undefined;
		this.agreeing = 0;
		this.freshSeen = 0;
	}
}
