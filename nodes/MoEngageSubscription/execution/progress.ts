import type { IExecuteFunctions } from 'n8n-workflow';

import type { Progress } from '../delivery';
import { progressLine } from './runSummary';

/** Interval between two progress reports of a long run, in milliseconds. */
const PROGRESS_EVERY_MS = 5_000;

/** Returns a function that reports the progress of a run to the user, but not too often. */
export function progressReporter(context: IExecuteFunctions): (progress: Progress) => void {
	let reportedAt = Date.now();
	return (progress) => {
		if (Date.now() - reportedAt < PROGRESS_EVERY_MS) return;
		reportedAt = Date.now();
		const line = progressLine(progress);
		if (context.getMode() === 'manual') context.sendMessageToUI(line);
		else context.logger.debug(line);
	};
}
