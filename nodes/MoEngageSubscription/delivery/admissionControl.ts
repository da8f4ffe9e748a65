import type { Batch } from './batch';
import { Limiter, type Permit } from './rateLimit/limiter';
import { CircuitBreaker } from './policy/circuitBreaker';
import { Concurrency } from './policy/concurrency';
import { ArrivalRate, lingerUntil } from './policy/linger';
import type { AnyVerdict } from './response/handleVerdict';
import { isLost } from './response/noteVerdict';
import type { QueuedRecord } from './record';
import type { Run } from './run';
import { askedWait } from './rateLimit/adaptiveThrottle';
import { HANGING_MS, MAINTENANCE_MAX_MS, MAX_HANGING, START_IN_FLIGHT } from './tuning';
import type { Clock, Policy } from './types';

/** What a fresh batch would be like; undefined for one that is sent again. */
export interface FreshBatch {
	isFull: boolean;
	/** MoEngage has authenticated a request of its partition. */
	isVerified: boolean;
	/** Runs at the endpoint that are not done. */
	runs: number;
}

/** When the next request may leave, and whether it is the rate limit that holds it back. */
interface Admission {
	at: number;
	isLimited: boolean;
}

/**
 * Says when the next request to one endpoint may leave: rate limit, requests in flight, maintenance
 * and group commit taken together.
 */
export class AdmissionControl {
	readonly limiter: Limiter;
	readonly breaker = new CircuitBreaker();
	private readonly arrivals: ArrivalRate;
	private readonly concurrency = new Concurrency();
	private readonly batches = new Set<Batch>();
	/** Those of them that may only use the places of the start. */
	private readonly confined = new Set<Batch>();
	private lastSentAt = -Infinity;
	private pausedUntil = -Infinity;
	private unavailableSince?: number;
	private limitedMs = 0;
	private limitedSince?: number;

	constructor(
		private readonly policy: Policy,
		private readonly clock: Clock,
		random: () => number,
	) {
		this.limiter = new Limiter(policy, random);
		this.arrivals = new ArrivalRate(policy.windowMs);
	}

	/** Milliseconds so far in which only the limit held records back. */
	get limitedSoFar(): number {
		if (this.limitedSince === undefined) return this.limitedMs;
		return this.limitedMs + this.clock.now() - this.limitedSince;
	}

	/** Requests in flight. */
	get inFlight(): number {
		return this.batches.size;
	}

	/**
	 * Runs that must not take more places: their own requests hang, and half of the places that these
	 * give up are for the contacts of others.
	 */
	hangingRuns(now: number): ReadonlySet<Run> {
		const runs = new Set<Run>();
		const extra = MAX_HANGING / 2;
		const isCrowded = this.batches.size >= this.concurrency.limit(now) + extra;
		if (!isCrowded && this.confined.size < START_IN_FLIGHT + extra) return runs;
		for (const { sentAt, numbers } of this.batches) {
			if (sentAt + HANGING_MS > now) break;
			for (const run of numbers.keys()) runs.add(run);
		}
		return runs;
	}

	onArrival(now: number): void {
		this.arrivals.onArrival(now);
	}

	/** Infinity if that depends on a response. */
	openAt(now: number, fresh?: FreshBatch): Admission {
		const placeAt = this.placeAt(now, fresh);
		if (placeAt > now) return { at: placeAt, isLimited: false };
		if (this.pausedUntil > now) return { at: this.pausedUntil, isLimited: false };
		const at = Math.max(this.limiter.openAt(now), fresh ? this.lingerUntil(now, fresh) : now);
		return { at, isLimited: at > now };
	}

	/** Keeps account of the time in which only the limit holds records back. */
	waits(now: number, isLimited: boolean): void {
		if (isLimited) this.limitedSince ??= now;
		else if (this.limitedSince !== undefined) {
			this.limitedMs += now - this.limitedSince;
			this.limitedSince = undefined;
		}
	}

	onSent(batch: Batch, now: number): Permit {
		this.waits(now, false);
		this.lastSentAt = now;
		this.batches.add(batch);
		if (!isFull(batch, this.policy) || !batch.partition.probe.isVerified) this.confined.add(batch);
		this.concurrency.onSent(now, this.batches.size);
		return this.limiter.onSent(now);
	}

	/**
	 * Takes in a response. `pausedUntil` is set if the server is down for maintenance, `isExhausted`
	 * if no request can get through for so long that waiting is no use.
	 */
	onVerdict(batch: Batch, permit: Permit, now: number, verdict: AnyVerdict) {
		this.batches.delete(batch);
		this.confined.delete(batch);
		const isThrottled = verdict.kind === 'throttled';
		const isExhausted = this.limiter.onResponse(
			permit,
			now,
			isThrottled,
			verdict.rate,
			isLost(verdict),
		);
		this.noteConcurrency(batch, permit, now, verdict);
		if (verdict.kind === 'transient') this.breaker.onFailure(batch.sentAt);
		else this.breaker.onSuccess(batch.sentAt);
		return { isExhausted, pausedUntil: this.maintenance(now, verdict) };
	}

	/**
	 * When a request more may be in flight. A storm's small batches don't use up the places of a long
	 * list, and a wrong key meets no more requests than at the start.
	 */
	private placeAt(now: number, fresh?: FreshBatch): number {
		const at = freedAt(this.batches, this.concurrency.limit(now), now);
		if (fresh === undefined || (fresh.isFull && fresh.isVerified)) return at;
		return Math.max(at, freedAt(this.confined, START_IN_FLIGHT, now));
	}

	private noteConcurrency(batch: Batch, permit: Permit, now: number, { kind }: AnyVerdict): void {
		const { concurrency } = this;
		concurrency.onHeaders(this.limiter.share(now));
		if (kind === 'throttled') concurrency.onThrottled(now);
		else if (kind === 'transient') concurrency.onFailure(permit, now);
		else if (kind === 'delivered' && isFull(batch, this.policy))
			concurrency.onAccepted(permit, now, this.oldestAt(now));
	}

	/** When the oldest request left that doesn't hang; Infinity if none is in flight. */
	private oldestAt(now: number): number {
		for (const { sentAt } of this.batches) if (sentAt + HANGING_MS > now) return sentAt;
		return Infinity;
	}

	private lingerUntil(now: number, { isFull, runs }: FreshBatch): number {
		const { limit, batchSize } = this.policy;
		const { lastSentAt } = this;
		const view = { now, limit, batchSize, runs, lastSentAt, isFull };
		return lingerUntil(this.arrivals, this.limiter, view);
	}

	private maintenance(now: number, { kind, rate }: AnyVerdict): number | undefined {
		if (kind !== 'transient') this.unavailableSince = undefined;
		const asked = askedWait(rate);
		if (kind !== 'transient' || asked === undefined) return undefined;
		this.unavailableSince ??= now;
		if (now - this.unavailableSince >= MAINTENANCE_MAX_MS) return undefined;
		const wait = Math.min(asked, MAINTENANCE_MAX_MS);
		this.pausedUntil = Math.max(this.pausedUntil, now + wait);
		return this.pausedUntil;
	}
}

/** Whether a batch is as large as its runs allow. */
function isFull({ records }: Batch, { batchSize }: Policy): boolean {
	const [{ run }] = records as [QueuedRecord];
	return records.length >= Math.min(batchSize, run.batchSize);
}

/** When one of `places` is free: requests that hang give up theirs. */
function freedAt(batches: ReadonlySet<Batch>, places: number, now: number): number {
	if (batches.size < places) return now;
	if (batches.size >= places + MAX_HANGING) return Infinity;
	// In the order they were sent.
	const oldest = [...batches][batches.size - places] as Batch;
	return Math.max(now, oldest.sentAt + HANGING_MS);
}
