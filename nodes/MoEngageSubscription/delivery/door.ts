import { Answers } from './answers';
import { Crowd } from './crowd';
import { KeyOrder, newEntry, type Entry } from './entry';
import { Lane, type Batch } from './lane';
import { Limiter } from './limiter';
import type { Run, RunQueue } from './run';
import type { Clock, Policy } from './types';

/** Requests under way at once at one door. */
export const MAX_IN_FLIGHT = 5;
/** Requests in a row without an answer after which no new batch is risked before one gets through. */
const FALTERING = 5;

/** In a storm, share of the limit that small batches may use before they are held back. */
const FREELY_USED = 0.2;
/** From so many in flight on small batches leave evenly: in a bunch they would use up the connections. */
const JOINED = 2;
/** Least and greatest share of the limit that full batches leave to newcomers in a storm. */
const KEPT_LEAST = 0.2;
const KEPT_MOST = 0.9;

/** Envelopes kept in mind; those beyond it begin with a single request each time. */
const PROVEN_MAX = 1000;

/** Counts for the process: a door that is made anew must not use a number twice. */
let batchIds = 0;

/**
 * One endpoint of one workspace: all executions of the process pass here. The door holds the
 * lanes, sends what may be sent, and sleeps until the next moment at which something may.
 */
export class Door {
	readonly limiter: Limiter;
	readonly order = new KeyOrder();
	readonly lanes = new Map<string, Lane>();
	readonly runs = new Set<Run>();
	/** Batches to be sent again, and the parts of refused ones. */
	pending: Batch[] = [];
	/** Requests in a row that got no usable answer. */
	faltering = 0;
	lastUsed = 0;
	/** Envelopes that MoEngage has let in: their lanes need not begin with a single request. */
	private readonly proven = new Set<string>();
	private readonly crowd: Crowd;
	private readonly answers: Answers;
	private lastSentAt = -Infinity;
	private limitedMs = 0;
	private limitedSince?: number;
	private alarm?: { at: number; cancel: () => void };

	constructor(
		readonly policy: Policy,
		readonly clock: Clock,
		readonly random: () => number,
		private readonly name: string,
	) {
		this.limiter = new Limiter(policy, random);
		this.crowd = new Crowd(policy.windowMs);
		this.answers = new Answers(this);
	}

	/** Milliseconds so far in which only the limit held records back. */
	get limitedSoFar(): number {
		const now = this.clock.now();
		return this.limitedMs + (this.limitedSince === undefined ? 0 : now - this.limitedSince);
	}

	/** Takes in a run's records. Those of one user are combined or lined up behind each other. */
	enter(run: Run): void {
		this.runs.add(run);
		this.lastUsed = this.clock.now();
		this.crowd.arrived(this.lastUsed);
		const { records, fold } = run.request;
		records.forEach((record, index) => {
			const target = fold && this.order.foldable(record.keys, run);
			const value = target && fold(target.value, record.value);
			if (target && value !== undefined && target.queue === run.queues.get(record.envelope)) {
				target.value = value;
				(target.combined ??= []).push(index);
				run.combined += 1;
				return;
			}
			this.line(newEntry(this.queueOf(run, record.envelope), index, record));
		});
		this.wakeAt(this.lastUsed);
	}

	/** The refused combination taken apart: its records one by one, in order. */
	unfold(entry: Entry): void {
		const indexes = [entry.index, ...(entry.combined ?? [])];
		const { records } = entry.run.request;
		const chain = indexes.map((index) => newEntry(entry.queue, index, records[index]));
		for (const one of chain) Object.assign(one, { attempts: entry.attempts, doubt: entry.doubt });
		this.order.replace(entry, chain);
		entry.settled = true;
		this.laneOf(entry).add(chain[0], true);
	}

	/** An entry's fate is decided: those that waited for it may go, unless their run has stopped. */
	leave(entry: Entry): void {
		for (const freed of this.order.leave(entry)) {
			if (!freed.run.stopped) this.laneOf(freed).add(freed, true);
		}
	}

	/** Keeps in mind whether MoEngage lets requests of this lane's account and settings in. */
	prove(lane: Lane, isLetIn: boolean): void {
		lane.proven = isLetIn;
		// Nothing of the executions in it may be kept while others go on.
		if (isLetIn) lane.first = undefined;
		if (!isLetIn) this.proven.delete(lane.envelope);
		else if (this.proven.size < PROVEN_MAX) this.proven.add(lane.envelope);
	}

	/** The user's Stop. */
	stop(run: Run): void {
		this.answers.stop(run, 'stopped');
		if (this.runs.size > 0) this.wakeAt(this.clock.now());
	}

	/** A run has its last outcome: nothing of it stays. */
	dismiss(run: Run): void {
		this.runs.delete(run);
		for (const envelope of run.queues.keys()) {
			const lane = this.lanes.get(envelope)!;
			lane.users -= 1;
			if (lane.users === 0) this.lanes.delete(envelope);
		}
		if (this.runs.size === 0) this.sleep();
	}

	batch(lane: Lane, entries: Entry[], search?: Batch['search'], notBefore = 0): Batch {
		batchIds += 1;
		const id = `${this.name}#${batchIds}`;
		return { id, lane, entries, tries: 0, notBefore, sentAt: 0, search, numbers: new Map() };
	}

	/** Looks again at what may be sent, at `at` or sooner. */
	wakeAt(at: number): void {
		if (this.alarm && this.alarm.at <= at) return;
		this.alarm?.cancel();
		// Whole milliseconds: a remainder too small to move the clock would be waited for for ever.
		const wait = Math.max(0, Math.ceil(at - this.clock.now()));
		const cancel = this.clock.after(wait, () => {
			this.alarm = undefined;
			this.pump();
		});
		this.alarm = { at, cancel };
	}

	/** Requests a window that the runs here allow at most. */
	get cap(): number {
		let cap = Infinity;
		for (const { limit } of this.runs) if (limit !== undefined && limit < cap) cap = limit;
		return cap;
	}

	private pump(): void {
		for (;;) {
			const now = this.clock.now();
			const due = this.due(now);
			const lane = due ? undefined : this.laneWithWork(now);
			if (!due && !lane) return this.rest(now);
			if (this.limiter.dayIsSpent(now)) return this.answers.stopAll('dayLimit');
			if (this.limiter.inFlight >= MAX_IN_FLIGHT) return this.unlimited(now);
			const openAt = Math.max(this.limiter.openAt(now, this.cap), this.heldUntil(now, lane));
			if (openAt > now) {
				this.limitedSince ??= now;
				if (Number.isFinite(openAt)) this.wakeAt(openAt);
				return;
			}
			this.unlimited(now);
			if (due && !this.takeOut(due)) continue;
			const batch = due ?? this.batch(lane!, lane!.take(this.policy.batchSize));
			if (lane && !lane.proven) lane.first ??= batch;
			this.send(batch, now);
		}
	}

	/** Takes a batch out of the pending ones; false if nobody waits for it any more. */
	private takeOut(batch: Batch): boolean {
		this.pending.splice(this.pending.indexOf(batch), 1);
		batch.entries = batch.entries.filter((entry) => !entry.settled);
		if (batch.entries.length === 0) this.answers.skip(batch);
		return batch.entries.length > 0;
	}

	/** Nothing can go now: sleep until a batch's next try is due, or a first request was slow. */
	private rest(now: number): void {
		this.unlimited(now);
		let next = Math.min(...this.pending.map((batch) => batch.notBefore));
		for (const lane of this.lanes.values()) {
			if (lane.ready > 0 && lane.aloneUntil > now) next = Math.min(next, lane.aloneUntil);
		}
		if (Number.isFinite(next)) this.wakeAt(next);
	}

	private due(now: number): Batch | undefined {
		return this.pending.find((batch) => batch.notBefore <= now);
	}

	/** The lane whose turn it is, if it has something that may go. */
	private laneWithWork(now: number): Lane | undefined {
		const risky = this.faltering >= FALTERING;
		if (risky && this.pending.length + this.limiter.inFlight >= MAX_IN_FLIGHT) return undefined;
		for (const [envelope, lane] of this.lanes) {
			if (lane.ready === 0 || lane.suspicion || now < lane.aloneUntil) continue;
			// To the end of the row: lanes take turns too.
			this.lanes.delete(envelope);
			this.lanes.set(envelope, lane);
			return lane;
		}
		return undefined;
	}

	/**
	 * Group commit: while executions keep coming, a batch waits just so long that the window's last
	 * requests last to its end. What waits meanwhile travels with it.
	 */
	private heldUntil(now: number, lane?: Lane): number {
		if (!lane) return now;
		const limit = Math.min(this.policy.limit, this.cap);
		const full = lane.full(this.policy.batchSize);
		const holds = full ? this.crowd.shared(now) && this.runs.size > 1 : this.crowd.busy(now, limit);
		if (!holds) return now;
		const newcomers = this.crowd.expected(now) / this.policy.batchSize / limit;
		const kept = Math.min(KEPT_MOST, Math.max(KEPT_LEAST, newcomers));
		const joined = this.limiter.inFlight >= JOINED;
		const plenty = full ? kept : joined ? 1 : 1 - FREELY_USED;
		return this.lastSentAt + this.limiter.evenGap(now, plenty, this.cap);
	}

	private send(batch: Batch, now: number): void {
		const permit = this.limiter.send(now);
		this.lastSentAt = now;
		batch.sentAt = now;
		for (const entry of batch.entries) {
			const { run } = entry;
			if (!batch.numbers.has(run)) {
				run.batches += 1;
				batch.numbers.set(run, run.batches);
			}
			entry.sent = true;
			entry.flying = true;
			entry.batch = batch.numbers.get(run)!;
		}
		for (const run of batch.numbers.keys()) run.requests += 1;
		// Sent in the name of an execution that still waits: an ended one has no credentials left.
		const { run } = batch.entries[0];
		const values = batch.entries.map((entry) => entry.value);
		run.request.send(values, { batchId: batch.id, signal: run.signal }).then(
			(verdict) => this.answers.take(batch, permit, run, verdict),
			() => this.answers.broken(batch, permit, run),
		);
	}

	private unlimited(now: number): void {
		if (this.limitedSince === undefined) return;
		this.limitedMs += now - this.limitedSince;
		this.limitedSince = undefined;
	}

	private sleep(): void {
		this.alarm?.cancel();
		this.alarm = undefined;
		this.pending = [];
		this.unlimited(this.clock.now());
	}

	private line(entry: Entry): void {
		this.order.enter(entry);
		if (entry.waitsFor === 0) this.laneOf(entry).add(entry);
	}

	private laneOf(entry: Entry): Lane {
		return this.lanes.get(entry.queue.envelope)!;
	}

	private queueOf(run: Run, envelope: string): RunQueue {
		let queue = run.queues.get(envelope);
		if (!queue) {
			queue = { run, envelope, ready: [], next: 0, freed: [] };
			run.queues.set(envelope, queue);
			const lane = this.lanes.get(envelope) ?? new Lane(envelope, this.proven.has(envelope));
			lane.users += 1;
			this.lanes.set(envelope, lane);
		}
		return queue;
	}
}
