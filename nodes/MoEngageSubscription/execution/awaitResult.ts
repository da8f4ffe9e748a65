import { realClock } from '../delivery';
import type { UserResponse } from '../api/schemas';
import type { Lookups, LookupOutcome } from './lookups';
import type { UserLookup } from '../operations/shared/userIdentifier';

/** Longest wait between two checks of a user, in milliseconds. */
const LONGEST_GAP_MS = 10_000;
/** Checks that wait for the rate limit or a response at once, so that few are left when the time is over. */
const CHECKS_AT_ONCE = 10;

/** In milliseconds. */
interface WaitTimes {
	/** Longest wait for a change. */
	waitMs: number;
	/** Wait before the first check; doubles with each further one. */
	firstMs: number;
}

interface Wait {
	lookup: UserLookup;
	partitionKey: string;
	isApplied(preferences: UserResponse['data']): boolean;
	onEnd(isApplied: boolean): void;
	until: number;
	gap: number;
	/** Cancels the timers. */
	cancels: Array<() => void>;
}

/** Checks accepted changes until MoEngage has applied them. Many wait at once. */
export class ResultWaits {
	private readonly waits = new Set<Wait>();
	/** Whose next check is due, in order. */
	private readonly due = new Set<Wait>();
	private checking = 0;
	private readonly onStop = () => this.waits.forEach((wait) => this.end(wait, false));

	constructor(
		private readonly lookups: Pick<Lookups, 'ask'>,
		private readonly times: WaitTimes,
		private readonly stop?: AbortSignal,
		private readonly clock = realClock,
	) {
		stop?.addEventListener('abort', this.onStop);
	}

	/** Calls `onEnd` once: when the change is applied, the time is over, or the user stops the workflow. */
	start(given: Pick<Wait, 'lookup' | 'partitionKey' | 'isApplied' | 'onEnd'>): void {
		const until = this.clock.now() + this.times.waitMs;
		const wait: Wait = { ...given, until, gap: this.times.firstMs, cancels: [] };
		this.waits.add(wait);
		if (this.stop?.aborted) return this.end(wait, false);
		wait.cancels.push(this.clock.after(this.times.waitMs, () => this.end(wait, false)));
		this.checkLater(wait);
	}

	/** Removes the listener for Stop. */
	close(): void {
		this.stop?.removeEventListener('abort', this.onStop);
	}

	private checkLater(wait: Wait): void {
		const left = wait.until - this.clock.now();
		// The last check comes shortly before the end, unless one has just been made.
		const least = this.times.firstMs / 2;
		const gap = Math.min(wait.gap, Math.max(left - least, least));
		wait.gap = Math.min(wait.gap * 2, LONGEST_GAP_MS);
		const isDue = () => {
			this.due.add(wait);
			this.check();
		};
		wait.cancels.push(this.clock.after(gap, isDue));
	}

	private check(): void {
		for (const wait of this.due) {
			if (this.checking >= CHECKS_AT_ONCE) return;
			this.due.delete(wait);
			this.checking += 1;
			this.lookups.ask(wait.lookup, wait.partitionKey, (outcome) => {
				this.checking -= 1;
				this.onOutcome(wait, outcome);
				this.check();
			});
		}
	}

	private onOutcome(wait: Wait, outcome: LookupOutcome): void {
		if (!this.waits.has(wait)) return;
		const isApplied = outcome.status === 'accepted' && wait.isApplied(outcome.result.response.data);
		// Rejected, or no lookup can succeed: another check would end the same way.
		const isHopeless = outcome.status === 'rejected' || outcome.status === 'notSent';
		if (isApplied || isHopeless) this.end(wait, isApplied);
		else this.checkLater(wait);
	}

	private end(wait: Wait, isApplied: boolean): void {
		if (!this.waits.delete(wait)) return;
		this.due.delete(wait);
		for (const cancel of wait.cancels) cancel();
		wait.onEnd(isApplied);
	}
}
