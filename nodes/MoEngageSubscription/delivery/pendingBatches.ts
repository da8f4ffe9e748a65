import { newBatch, narrow, type Batch } from './batch';
import type { MaySend } from './partition';
import { SlidingWindowLog } from './rateLimit/slidingWindowLog';
import { BISECT_SHARE, LATE_PATIENCE_MS, MAX_BISECTING } from './tuning';

/** Batches to be sent again, and parts of rejected ones. */
export class PendingBatches {
	private batches: Batch[] = [];
	/** Requests for bisecting; they may take a share of the window only. */
	private readonly bisectLog: SlidingWindowLog;

	constructor(windowMs: number) {
		this.bisectLog = new SlidingWindowLog(windowMs);
	}

	get size(): number {
		return this.batches.length;
	}

	add(batch: Batch): void {
		this.batches.push(batch);
	}

	clear(): void {
		this.batches = [];
	}

	/**
	 * A batch that may be sent now. `isLate`: one whose latest attempt had no response and that
	 * waits behind fresh ones. Only `most` batches are considered, those with most attempts first.
	 */
	due(
		now: number,
		limit: number,
		maySend: MaySend,
		isLate: boolean,
		most = Infinity,
	): Batch | undefined {
		const mayBisect = this.bisectOpenAt(now, limit) <= now;
		const sendable = ({ records }: Batch) =>
			records.some(({ isSettled, run }) => isSettled || maySend(run));
		return this.foremost(most, sendable).find(
			(batch) =>
				batch.notBefore <= now &&
				isLate === (batch.isLate && now - batch.notBefore < LATE_PATIENCE_MS) &&
				(mayBisect || !isBudgeted(batch)) &&
				sendable(batch),
		);
	}

	/**
	 * Takes a batch out, without what was settled meanwhile. Records of runs that may not send now
	 * stay behind.
	 */
	take(batch: Batch, now: number): void {
		this.batches.splice(this.batches.indexOf(batch), 1);
		const open = batch.records.filter((record) => !record.isSettled);
		const held = new Set(open.map(({ run }) => run).filter((run) => run.openAt(now) > now));
		const rest = open.filter(({ run }) => held.has(run));
		if (rest.length > 0 && batch.bisection === undefined) {
			const { attempts, notBefore, isLate } = batch;
			const left = { ...newBatch(batch.partition, rest), attempts, notBefore, isLate };
			this.batches.push(left);
			narrow(
				batch,
				open.filter(({ run }) => !held.has(run)),
			);
		} else narrow(batch, open);
	}

	onSent(batch: Batch): void {
		if (isBudgeted(batch)) this.bisectLog.onSent();
	}

	onResponse(batch: Batch, now: number): void {
		if (isBudgeted(batch)) this.bisectLog.onResponse(now);
	}

	/** When the next of these may leave; Infinity if that depends on a response. */
	nextAt(now: number, limit: number): number {
		let next = Infinity;
		const bisectAt = this.bisectOpenAt(now, limit);
		for (const batch of this.batches) {
			const at = isBudgeted(batch) ? Math.max(batch.notBefore, bisectAt) : batch.notBefore;
			if (at > now && at < next) next = at;
		}
		return next;
	}

	private foremost(most: number, sendable: (batch: Batch) => boolean): readonly Batch[] {
		if (this.batches.length <= most) return this.batches;
		const open = this.batches.filter(sendable);
		return open.sort((a, b) => b.attempts - a.attempts).slice(0, most);
	}

	private bisectOpenAt(now: number, limit: number): number {
		if (this.bisectLog.inFlight >= MAX_BISECTING) return Infinity;
		return this.bisectLog.openAt(now, Math.max(1, Math.floor(limit * BISECT_SHARE)));
	}
}

/** Bisecting a run's list is limited; single contacts that were rejected together are not. */
function isBudgeted({ bisection }: Batch): boolean {
	return bisection?.owner !== undefined;
}
