/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs limiters that use the global timers in virtual time */
import type { VirtualClock } from '../test/virtual/clock';

type Globals = Pick<
	typeof globalThis,
	'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'
>;

/** More steps than in tests, because a limiter that is throttled repeatedly takes many. */
const MAX_STEPS = 50_000_000;

/** Runs `work` with the global timers and clocks bound to virtual time. */
export async function inVirtualTime<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
	const real = { ...pick(globalThis), now: Date.now, performanceNow: performance.now };
	let ids = 0;
	const cancels = new Map<number, () => void>();
	const handle = (id: number) => ({ id, unref: () => undefined, ref: () => undefined });
	const set = (fn: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
		const id = ++ids;
		cancels.set(
			id,
			clock.after(Math.max(0, ms), () => fn(...args)),
		);
		return handle(id);
	};
	const repeat = (fn: () => void, ms = 0) => {
		const id = ++ids;
		const again = () => {
			cancels.set(id, clock.after(Math.max(1, ms), again));
			fn();
		};
		cancels.set(id, clock.after(Math.max(1, ms), again));
		return handle(id);
	};
	const clear = (timer?: { id: number }) => timer && cancels.get(timer.id)?.();
	const start = 1_700_000_000_000;
	Object.assign(globalThis, {
		setTimeout: set,
		clearTimeout: clear,
		setInterval: repeat,
		clearInterval: clear,
	});
	Date.now = () => start + clock.now();
	performance.now = () => clock.now();
	try {
		return await clock.until(work(), MAX_STEPS);
	} finally {
		Object.assign(globalThis, pick(real));
		Date.now = real.now;
		performance.now = real.performanceNow;
	}
}

function pick(from: Globals): Globals {
	const { setTimeout, clearTimeout, setInterval, clearInterval } = from;
	return { setTimeout, clearTimeout, setInterval, clearInterval };
}
