import type { RateLimitInfo } from '../types';

/** The reset comes in whole seconds, rounded in a way that isn't published. */
const ROUNDING_MS = 1000;
/** Answers that must agree before the server's figures rule. */
const AGREEING = 3;
/** Trust grows no further: two answers without figures, however many came with them, end it. */
const AGREEING_MOST = 5;
/** Least share of one request at which one of ours may still ask for what is left. */
const LEAST_SHARE = 0.2;
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
	/** Answers of ours without figures: each used a request, whether or not `left` knows of it. */
	untold: number;
	/** Those of them that may already belong to the next window. */
	untoldLate: number;
}

/** What one answer says of the reset. */
type Heard = Pick<Window, 'endsAfter' | 'endsBefore'>;

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
		return {
			free: Math.max(0, window.left - window.untold - inFlight),
			resetAt: window.endsBefore,
		};
	}

	/** Takes in an answer to a request that left at `sentAt`. */
	answered(sentAt: number, now: number, rate: RateLimitInfo): void {
		if (now < this.deafUntil) return;
		const { limit, remaining, resetInMs } = rate;
		if (limit === undefined || remaining === undefined || resetInMs === undefined) {
			// Not told this time. Two in a row: they have stopped coming, and our own log rules.
			this.agreeing = Math.max(0, this.agreeing - 2);
			if (this.window) this.window.untold += 1;
			if (this.window && now >= this.window.endsAfter) this.window.untoldLate += 1;
			return;
		}
		const sane =
			limit >= 1 &&
			remaining >= 0 &&
			remaining <= limit &&
			resetInMs >= 0 &&
			resetInMs <= this.windowMs + 2 * ROUNDING_MS;
		if (!sane) return this.contradict(now);
		const heard: Heard = {
			endsAfter: sentAt + resetInMs - ROUNDING_MS,
			endsBefore: now + resetInMs + ROUNDING_MS,
		};
		if (!this.window) {
			this.window = firstOf(heard, limit, remaining, 0);
		} else if (heard.endsAfter <= this.window.endsBefore) {
			if (heard.endsBefore >= this.window.endsAfter)
				this.same(this.window, heard, limit, remaining, now);
			// Else a straggler: an answer of the window before this one.
		} else {
			this.next(this.window, heard, limit, remaining, sentAt, now);
		}
	}

	private same(window: Window, heard: Heard, limit: number, remaining: number, now: number) {
		window.own += 1;
		window.endsAfter = Math.max(window.endsAfter, heard.endsAfter);
		window.endsBefore = Math.min(window.endsBefore, heard.endsBefore);
		window.left = Math.min(window.left, remaining);
		window.limit = limit;
		// With k answers of ours in this window at least k are used.
		if (window.left > limit - window.own) return this.contradict(now);
		this.agree();
	}

	private next(
		window: Window,
		heard: Heard,
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
		this.agree();
		this.window = firstOf(heard, limit, remaining, window.untoldLate);
	}

	/**
	 * How many of ours may be in flight at once. Alone: all that is left. Where others draw from the
	 * same budget: our share of what is left, so that together we don't overshoot its end.
	 */
	private share(window: Window, inFlight: number): number {
		const used = window.limit - window.left;
		const others = Math.max(0, used - window.own - inFlight);
		const left = window.left - window.untold;
		if (others === 0) return left;
		const part = left * ((window.own + inFlight) / Math.max(1, used));
		return part >= LEAST_SHARE ? Math.max(1, Math.floor(part)) : 0;
	}

	private agree(): void {
		this.agreeing = Math.min(AGREEING_MOST, this.agreeing + 1);
	}

	private contradict(now: number): void {
		this.deafUntil = now + DEAF_MS;
		this.window = undefined;
		this.agreeing = 0;
		this.freshSeen = 0;
	}
}

/** A window as its first answer draws it. */
function firstOf(heard: Heard, limit: number, left: number, untold: number): Window {
	return { ...heard, limit, left, own: 1, untold, untoldLate: 0 };
}
