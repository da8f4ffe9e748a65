const BUCKETS = 144;
const DAY_MS = 24 * 60 * 60 * 1000;
const BUCKET_MS = DAY_MS / BUCKETS;

/** Requests of the last 24 hours, in ten-minute steps: exact enough, and 144 numbers at most. */
export class DailyQuota {
	private readonly counts = new Map<number, number>();
	private total = 0;

	constructor(private readonly dayLimit: number) {}

	/** Whether the day's requests are used up. */
	isSpent(now: number): boolean {
		const oldest = Math.floor((now - DAY_MS) / BUCKET_MS);
		for (const [bucket, count] of this.counts) {
			if (bucket >= oldest) break;
			this.counts.delete(bucket);
			this.total -= count;
		}
		return this.total >= this.dayLimit;
	}

	onSent(now: number): void {
		const bucket = Math.floor(now / BUCKET_MS);
		this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
		this.total += 1;
	}
}
