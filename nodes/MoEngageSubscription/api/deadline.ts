import { realClock } from '../delivery';

/** Why a wait for a response ended: its time is over, or the user stopped the workflow. */
export type End = 'late' | 'stopped';

/** The callbacks to run when the user stops the workflow, and a function that removes the listener. */
interface Waiting {
	stops: Set<() => void>;
	forget(): void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/**
 * Resolves after `ms` milliseconds or when the user stops the workflow. `release` removes the timer
 * and the listener.
 */
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
