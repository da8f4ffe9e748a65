import type { Run } from '../run';
import type { BatchBisection } from './bisection';

/**
 * The bisections of all runs at one endpoint. While nothing of a run has been accepted since its
 * bisection began, the run is suspended: it sends nothing else, and its other rejected batches are
 * deferred, for what is wrong may be the configuration. Other runs go on.
 */
export class Bisections {
	private readonly active = new Map<Run, BatchBisection>();
	private readonly deferred = new Map<Run, BatchBisection[]>();

	isSuspended(run: Run): boolean {
		return this.active.has(run);
	}

	/** True if the bisection may take its first step; false if it is deferred. */
	start(bisection: BatchBisection): boolean {
		const { owner } = bisection;
		if (owner === undefined) return true;
		if (this.active.has(owner)) {
			const deferred = this.deferred.get(owner);
			if (deferred === undefined) this.deferred.set(owner, [bisection]);
			else deferred.push(bisection);
			return false;
		}
		this.active.set(owner, bisection);
		return true;
	}

	/** The bisection has ended: the next deferred one of its run, if there is any. */
	end(bisection: BatchBisection): BatchBisection | undefined {
		const { owner } = bisection;
		if (owner === undefined || this.active.get(owner) !== bisection) return undefined;
		this.active.delete(owner);
		const next = this.deferred.get(owner)?.shift();
		if (next !== undefined) this.active.set(owner, next);
		return next;
	}

	/** A bisection leads to another one of the same run. */
	replace(ended: BatchBisection, next: BatchBisection): void {
		const { owner } = next;
		if (owner === undefined) return;
		const active = this.active.get(owner);
		if (active === undefined || active === ended) this.active.set(owner, next);
	}

	/** Something of the run was accepted: all its deferred bisections may go on at once. */
	resume(run: Run): BatchBisection[] {
		this.active.delete(run);
		const deferred = this.deferred.get(run) ?? [];
		this.deferred.delete(run);
		return deferred;
	}

	/** The run has ended. */
	forget(run: Run): void {
		this.active.delete(run);
		this.deferred.delete(run);
	}
}
