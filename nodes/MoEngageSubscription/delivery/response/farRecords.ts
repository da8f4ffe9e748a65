import type { QueuedRecord } from '../record';
import { FAR_RECORDS } from '../tuning';

/**
 * Records from the rest of a list to try alone, before the list ends as a wrong configuration: the
 * last one, the one in the middle and one at random. Many bad rows at the front, or a bad last row,
 * must not cost the good ones their delivery.
 */
export function farRecords(
	records: readonly QueuedRecord[],
	random: () => number,
): readonly QueuedRecord[] {
	const ready = records.filter(({ state }) => state === 'ready');
	const single = ready.filter(({ merged }) => merged === undefined);
	const among = single.length >= FAR_RECORDS ? single : ready;
	const last = among.length - 1;
	const picks = [last, Math.floor(last / 2), Math.floor(random() * last)];
	return [...new Set(picks.slice(0, FAR_RECORDS).flatMap((index) => among[index] ?? []))];
}
