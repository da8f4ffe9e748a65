/* eslint-disable @n8n/community-nodes/no-restricted-globals -- test code: mutation tests lower the number of steps */
import type { Clock } from '../../nodes/MoEngageSubscription/delivery/types';

interface Timer {
	at: number;
	order: number;
	fn: () => void;
	canceled: boolean;
}

/** More steps than any test takes; a test that exceeds them loops forever. */
const MANY = Number(process.env.STEPS ?? 1_000_000);

/** A clock whose time advances only when nothing is left to do at the current time. */
export class VirtualClock implements Clock {
	private time = 0;
	private order = 0;
	/** Binary heap, earliest first; equal times in the order they were set. */
	private readonly heap: Timer[] = [];
	private live = 0;

	now(): number {
		return this.time;
	}

	/** Timers that are set and not canceled. */
	get pendingTimers(): number {
		return this.live;
	}

	after(ms: number, fn: () => void): () => void {
		const timer = { at: this.time + ms, order: this.order++, fn, canceled: false };
		this.push(timer);
		this.live += 1;
		return () => {
			if (!timer.canceled) this.live -= 1;
			timer.canceled = true;
		};
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.after(ms, resolve));
	}

	/** Advances time until `work` is done; throws if no timer is left that could finish it. */
	async until<T>(work: Promise<T>, most = MANY): Promise<T> {
		let done = false;
		const watched = work.finally(() => (done = true));
		watched.catch(() => undefined);
		await this.settle();
		for (let steps = 0; !done; steps += 1) {
			if (steps > most) throw new Error(`Too many steps at ${this.time} ms`);
			if (!this.step()) throw new Error(`No timer left at ${this.time} ms`);
			await this.settle();
		}
		return await watched;
	}

	/** Advances time until no timer is left. */
	async drain(): Promise<void> {
		await this.settle();
		for (let steps = 0; this.step(); steps += 1) {
			if (steps > MANY) throw new Error(`Too many steps at ${this.time} ms`);
			await this.settle();
		}
	}

	/** Runs the pending promise reactions before time advances. */
	private async settle(): Promise<void> {
		await new Promise<void>((resolve) => setImmediate(resolve));
	}

	private step(): boolean {
		for (;;) {
			const timer = this.pop();
			if (!timer) return false;
			if (timer.canceled) continue;
			this.live -= 1;
			timer.canceled = true;
			this.time = Math.max(this.time, timer.at);
			timer.fn();
			return true;
		}
	}

	private push(timer: Timer): void {
		const { heap } = this;
		let i = heap.push(timer) - 1;
		while (i > 0) {
			const parent = (i - 1) >> 1;
			if (!before(timer, heap[parent])) break;
			heap[i] = heap[parent];
			i = parent;
		}
		heap[i] = timer;
	}

	private pop(): Timer | undefined {
		const { heap } = this;
		const top = heap[0];
		const last = heap.pop();
		if (!last || heap.length === 0) return top;
		let i = 0;
		for (;;) {
			let child = 2 * i + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child += 1;
			if (!before(heap[child], last)) break;
			heap[i] = heap[child];
			i = child;
		}
		heap[i] = last;
		return top;
	}
}

function before(a: Timer, b: Timer): boolean {
	return a.at < b.at || (a.at === b.at && a.order < b.order);
}
