import type { Door } from './door';
import type { Entry } from './entry';
import type { Batch, Lane } from './lane';
import type { Permit } from './limiter';
import type { Run } from './run';
import { Search } from './search';
import type { NotSentCause, Verdict } from './types';

/** First wait before a batch is sent again; doubles with each try. Full jitter. */
const RETRY_MS = 1000;
const RETRY_CAP_MS = 30_000;

type AnyVerdict = Verdict<unknown, unknown>;
type Rejected = Extract<AnyVerdict, { kind: 'rejected' }>;

/** What each answer does to the records of its batch, to their runs and to the lane. */
export class Answers {
	constructor(private readonly door: Door) {}

	/** Takes in the verdict on a batch that was sent in the name of `sender`. */
	take(batch: Batch, permit: Permit, sender: Run, verdict: AnyVerdict): void {
		const { door } = this;
		const throttled = verdict.kind === 'throttled';
		door.limiter.answer(permit, door.clock.now(), throttled, verdict.rate);
		for (const entry of batch.entries) entry.flying = false;
		const open = batch.entries.filter((entry) => !entry.settled);
		const runs = new Set(open.map((entry) => entry.run));
		if (throttled) for (const run of runs) run.throttled += 1;
		else for (const entry of open) entry.attempts += 1;
		door.faltering = verdict.kind === 'transient' ? door.faltering + 1 : 0;

		if (verdict.kind === 'fatal') door.prove(batch.lane, false);
		else if (verdict.kind === 'delivered' || verdict.kind === 'rejected')
			door.prove(batch.lane, true);

		if (verdict.kind === 'delivered') this.delivered(batch, open, verdict.result);
		else if (verdict.kind === 'rejected') this.rejected(batch, open, verdict);
		else if (verdict.kind === 'fatal') this.fatal(batch, open, verdict.reason);
		else if (verdict.kind === 'transient') this.transient(batch, open, sender, verdict.reason);
		else this.again(batch, open);

		for (const run of runs) this.progress(run);
		if (door.runs.size > 0) door.wakeAt(door.clock.now());
	}

	/** `send` broke its word and threw: no answer will come for this run. */
	broken(batch: Batch, permit: Permit, sender: Run): void {
		this.stop(sender, 'fatal');
		this.take(batch, permit, sender, { kind: 'transient', reason: undefined });
	}

	/** A batch that is not sent after all: whoever was in it has stopped. */
	skip(batch: Batch): void {
		this.searched(batch, []);
	}

	stopAll(cause: NotSentCause): void {
		for (const run of [...this.door.runs]) this.stop(run, cause);
	}

	/**
	 * Sends nothing more of the run. What is under way is waited for, unless the user stopped it:
	 * then the run ends now, and what is under way is unknown.
	 */
	stop(run: Run, cause: NotSentCause, reason?: unknown): void {
		// Also a run that waits for its last answers, after a 401 for instance, ends at the user's Stop.
		if (run.done || (run.stopped && cause !== 'stopped')) return;
		run.stopped ??= reason === undefined ? { cause } : { cause, reason };
		for (const [envelope, queue] of run.queues) {
			const waiting = queue.ready.slice(queue.next).concat(queue.freed);
			const counted = waiting.filter((entry) => !entry.settled && !entry.sent).length;
			this.door.lanes.get(envelope)?.drop(queue, counted);
		}
		for (const entry of run.entries) {
			if (entry.settled) continue;
			if (!entry.flying) this.settle(entry, run.leftOver(entry));
			else if (cause === 'stopped') {
				const { batch, attempts } = entry;
				this.settle(entry, { status: 'unknown', batch, attempts });
			}
		}
		this.progress(run);
	}

	private delivered(batch: Batch, open: readonly Entry[], result: unknown): void {
		for (const entry of open) {
			const { batch: number, attempts, run } = entry;
			this.settle(entry, { status: 'accepted', result, batch: number, attempts });
			run.accepted();
		}
		this.clear(batch.lane);
		this.searched(batch, open, (search) => search.spare(open));
	}

	private rejected(batch: Batch, open: readonly Entry[], verdict: Rejected): void {
		const { reason, words, unsure } = verdict;
		for (const entry of open) entry.doubt = unsure && { reason };
		if (batch.search) {
			return this.searched(batch, open, (search) => {
				const alone = search.refuse(words);
				if (alone && !alone.settled) this.refuse(alone, verdict);
			});
		}
		for (const entry of open) {
			if (open.length > 1 && entry.run.stopped) this.settle(entry, entry.run.leftOver(entry));
			else if (open.length === 1 || !entry.run.isolates) this.refuse(entry, verdict);
		}
		const unsettled = open.filter((entry) => !entry.settled);
		if (unsettled.length === 0) return;
		const search = new Search(batch.lane, unsettled);
		const { lane } = batch;
		if (lane.suspicion) lane.parked.push(search);
		else {
			lane.suspicion = search;
			this.step(search);
		}
	}

	private transient(batch: Batch, open: readonly Entry[], sender: Run, reason: unknown): void {
		for (const entry of open) entry.doubt = { reason };
		// The stopped execution took its request along; to the others that is no try.
		if (sender.stopped?.cause === 'stopped') return this.again(batch, open);
		batch.tries += 1;
		const runs = new Set(open.map((entry) => entry.run));
		for (const run of runs) {
			if (batch.tries < run.maxTries && !run.stopped && !run.mayRetry()) {
				this.stop(run, 'unreachable', reason);
			}
		}
		const again: Entry[] = [];
		for (const entry of open) {
			if (entry.settled) continue;
			if (entry.run.stopped || batch.tries >= entry.run.maxTries) this.giveUp(entry);
			else again.push(entry);
		}
		if (again.length === 0) return this.searched(batch, open, (search) => search.spare(open));
		const wait = Math.min(RETRY_CAP_MS, RETRY_MS * 2 ** (batch.tries - 1)) * this.door.random();
		this.again(batch, again, this.door.clock.now() + wait);
	}

	/** No request of this kind can succeed: all that wait for the same account and settings stop. */
	private fatal(batch: Batch, open: readonly Entry[], reason: unknown): void {
		const { envelope } = batch.lane;
		// Also those whose records wait elsewhere than in the lane: in a search, or to be sent again.
		const runs = [...this.door.runs].filter((run) =>
			run.entries.some((entry) => !entry.settled && entry.queue.envelope === envelope),
		);
		for (const run of runs) this.stop(run, 'fatal', reason);
		this.leaveOver(open);
		// Nothing is left in its search: that ends, or it would hold up whoever comes next.
		this.searched(batch, open);
	}

	/** Puts a batch back to be sent again, without what was settled or stopped meanwhile. */
	private again(batch: Batch, open: readonly Entry[], notBefore = 0): void {
		this.leaveOver(open);
		batch.entries = open.filter((entry) => !entry.settled);
		batch.notBefore = notBefore;
		if (batch.entries.length > 0) this.door.pending.push(batch);
		else this.searched(batch, open);
	}

	/** Goes on with the search that the batch was a step of, if it was one. */
	private searched(batch: Batch, open: readonly Entry[], tell?: (search: Search) => void): void {
		const { search } = batch;
		if (!search) return;
		tell?.(search);
		this.leaveOver(open);
		this.step(search);
	}

	private step(search: Search): void {
		const entries = search.next();
		if (entries) {
			this.door.pending.push(this.door.batch(search.lane, entries, search));
			return;
		}
		for (const { run, words } of search.refusedWhole()) {
			if (!run.stopped && run.refusedWholeIn(words))
				this.stop(run, 'configuration', run.lastRefusal);
		}
		if (search.lane.suspicion === search) {
			search.lane.suspicion = undefined;
			this.nextParked(search.lane);
		}
	}

	/** Something of the lane was accepted: it is not the configuration, all searches may go on. */
	private clear(lane: Lane): void {
		lane.suspicion = undefined;
		for (const search of lane.parked.splice(0)) this.step(search);
	}

	private nextParked(lane: Lane): void {
		const next = lane.parked.shift();
		if (!next) return;
		lane.suspicion = next;
		this.step(next);
	}

	/** One record was refused; of a combined one nobody knows which: each is tried alone. */
	private refuse(entry: Entry, { reason, forOthers = reason }: Rejected): void {
		entry.run.lastRefusal = forOthers;
		if (entry.combined && entry.run.isolates && !entry.run.stopped) return this.door.unfold(entry);
		if (entry.doubt) return this.giveUp(entry);
		const { batch, attempts } = entry;
		this.settle(entry, { status: 'rejected', reason, batch, attempts });
	}

	/** Settles what stopped runs still have among these. */
	private leaveOver(entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (!entry.settled && entry.run.stopped) this.settle(entry, entry.run.leftOver(entry));
		}
	}

	private giveUp(entry: Entry): void {
		const { batch, attempts, doubt } = entry;
		this.settle(entry, { status: 'unknown', reason: doubt?.reason, batch, attempts });
	}

	private settle(entry: Entry, outcome: Parameters<Run['settle']>[1]): void {
		const { run } = entry;
		run.settle(entry, outcome);
		this.door.leave(entry);
		if (!run.done) return;
		this.door.dismiss(run);
		run.report(this.door.limitedSoFar);
	}

	private progress(run: Run): void {
		const { onProgress, records } = run.request;
		if (!onProgress || run.done) return;
		const left = Math.ceil(run.openRecords / run.batchSize);
		onProgress({
			done: records.length - run.openRecords,
			total: records.length,
			requests: run.requests,
			msLeft: this.door.limiter.estimate(left, this.door.clock.now(), this.door.cap),
		});
	}
}
