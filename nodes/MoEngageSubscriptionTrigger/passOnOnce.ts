import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { deduplicatorOf } from './deduplicate';

/** Event IDs that n8n's store keeps per trigger node: about 270 KB. */
const STORED = 10_000;

/**
 * Passes on the items of one call, without events of earlier calls. This happens in the execution
 * because n8n's store is available only there, and because an event that no execution received must
 * count as new when MoEngage repeats it. Test runs pass on everything, and so does "Retry".
 */
export async function passOnOnce(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	if (context.getMode() !== 'webhook') return items;
	const deduplicator = deduplicatorOf(context.getWorkflow().id ?? '', context.getNode().id);
	const kept = await deduplicator.claim({
		executionId: context.getExecutionId(),
		items: items.map(({ json }) => json),
		store: async (keys) => {
			const options = { mode: 'entries' as const, maxEntries: STORED };
			const checked = await context.helpers.checkProcessedAndRecord(keys, 'node', options);
			return checked.new as string[];
		},
		repeatSeconds: Number(context.getNodeParameter('options.ignoreRepeats', 0, 0)) || 0,
		now: Date.now(),
	});
	const chosen = new Set(kept);
	return items.filter((_, index) => chosen.has(index));
}
