import type { IDataObject } from 'n8n-workflow';

import type { DeliveryReport } from '../delivery';
import { errorOf, type ItemResult } from './itemResult';
import type { StatusCounts } from './runSummary';

/** Distinct reasons in the summary: enough to see what is wrong with a list. */
const REASONS = 10;

/** What a summary counts. */
interface Counted {
	counts: StatusCounts;
	results: readonly ItemResult[];
	report: Pick<DeliveryReport<unknown, unknown>, 'requests' | 'merged' | 'waitedMs'>;
	/** Users in the accepted items, if known. */
	people?: number;
	/** Accepted items with warnings. */
	warned: number;
	isPreview: boolean;
}

/**
 * Returns the only output item of a run with Output set to Summary Only. In a preview, `accepted` and
 * `rejected` are what would be sent and rejected.
 */
export function summaryItem({
	counts,
	results,
	report,
	people,
	warned,
	isPreview,
}: Counted): IDataObject {
	return {
		status: isPreview ? 'preview' : 'summary',
		items: results.length,
		accepted: counts.accepted,
		rejected: counts.rejected,
		not_sent: counts.notSent,
		unconfirmed: counts.unconfirmed,
		...(people === undefined ? {} : { users: people }),
		combined: report.merged,
		with_warnings: warned,
		requests: report.requests,
		waited_seconds: Math.round(report.waitedMs / 1000),
		reasons: reasonsOf(results),
	};
}

/** Returns the most frequent errors, with the number of items that have each. */
function reasonsOf(results: readonly ItemResult[]): IDataObject[] {
	const items = new Map<string, number>();
	for (const result of results) {
		if (!('reason' in result)) continue;
		const { message } = errorOf(result);
		items.set(message, (items.get(message) ?? 0) + 1);
	}
	return [...items]
		.sort(([, a], [, b]) => b - a)
		.slice(0, REASONS)
		.map(([error, count]) => ({ error, items: count }));
}
