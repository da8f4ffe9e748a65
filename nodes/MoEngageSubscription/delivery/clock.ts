import { sleep } from 'n8n-workflow';

import { NAP_MS } from './tuning';
import type { Clock } from './types';

/** Real time, with the one timer that community nodes may use. */
export const realClock: Clock = {
	now: () => performance.now(),
	after(ms, fn) {
		const cancelled = new AbortController();
		void wait(ms, cancelled.signal).then(() => {
			if (!cancelled.signal.aborted) fn();
		});
		return () => cancelled.abort();
	},
};

async function wait(ms: number, signal: AbortSignal): Promise<void> {
	const until = performance.now() + ms;
	let left = ms;
	do {
		try {
			await sleep(Math.min(Math.max(0, left), NAP_MS), signal);
		} catch {
			return; // canceled
		}
		left = until - performance.now();
	} while (left > 0 && !signal.aborted);
}
