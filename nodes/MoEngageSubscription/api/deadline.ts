import { realClock } from '../delivery';

/** Why a request isn't waited for any longer: its time is over, or the user stopped the workflow. */
export type End = 'late' | 'stopped';

/** What the requests do at a Stop, and how to stop listening for it. */
interface Waiting {
	stops: Set<() => void>;
	forget(): void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/** Resolves after `ms`, or at the user's Stop. `release` ends the wait and leaves nothing behind. */
export function endOf(ms: number, signal: AbortSignal): { ended: Promise<End>; release(): void } {
	let release = () => {};
	const ended = new Promise<End>((resolve) => {
		const forget = onStop(signal, () => resolve('stopped'));
		const cancel = realClock.after(ms, () => resolve('late'));
		release = () => {
			cancel();
			forget();
		};
	});
	return { ended, release };
}

/** One listener for all requests of a run: Node.js warns if a signal has more than ten. */
function onStop(signal: AbortSignal, stop: () => void): () => void {
	const { stops, forget } = waiting.get(signal) ?? listen(signal);
	stops.add(stop);
	return () => {
		stops.delete(stop);
		if (stops.size === 0) forget();
	};
}

function listen(signal: AbortSignal): Waiting {
	const stops = new Set<() => void>();
	const stopAll = () => {
		for (const stop of stops) stop();
	};
	signal.addEventListener('abort', stopAll);
	const forget = () => {
		signal.removeEventListener('abort', stopAll);
		waiting.delete(signal);
	};
	waiting.set(signal, { stops, forget });
	return { stops, forget };
}
