import { DAY_BUCKETS, DAY_MS } from '../tuning';

const BUCKET_MS = DAY_MS / DAY_BUCKETS;

/** Requests of the last 24 hours, in ten-minute steps: exact enough, and 144 numbers at most. */
export class DailyQuota {
	private readonly counts = new Map<number, number>();

	constructor(private readonly dayLimit: number) {}

	/** Whether the day's requests are used up. */
	isSpent(now: number): boolean {
		let total = 0;
		for (const [bucket, count] of this.counts) if (bucket >= oldest(now)) total += count;
		return total >= this.dayLimit;
	}

	onSent(now: number): void {
		const bucket = Math.floor(now / BUCKET_MS);
		this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
		for (const old of this.counts.keys()) {
			if (old >= oldest(now)) break;
			this.counts.delete(old);
		}
	}
}

/** The oldest step that still counts. */
function oldest(now: number): number {
	return Math.floor((now - DAY_MS) / BUCKET_MS);
}
