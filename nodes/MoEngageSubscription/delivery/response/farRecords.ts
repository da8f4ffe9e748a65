import type { QueuedRecord } from '../record';
import { FAR_RECORDS } from '../tuning';

/**
 * Records from the rest of a list to try alone, before the list ends as a wrong configuration: the
 * last one first, then others spread evenly. Many bad rows at the front, or a bad last row, must not
 * cost the good ones their delivery. All are of one partition.
 */
export function farRecords(records: readonly QueuedRecord[]): readonly QueuedRecord[] {
	const ready = records.filter(({ state }) => state === 'ready');
	const partitionKey = ready[ready.length - 1]?.partitionKey;
	const single = ready.filter((one) => one.partitionKey === partitionKey && !one.merged);
	const among = single.length > 0 ? single : ready.slice(-1);
	const step = Math.max(1, among.length / FAR_RECORDS);
	const picks: QueuedRecord[] = [];
	for (let at = among.length - 1; at >= 0 && picks.length < FAR_RECORDS; at -= step)
		picks.push(...among.slice(Math.floor(at), Math.floor(at) + 1));
	return picks;
}
