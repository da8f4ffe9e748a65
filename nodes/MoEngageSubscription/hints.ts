import type { NodeHint } from 'n8n-workflow';

/** Hints in the panel, shown before a run if the settings are probably a mistake. */
export const hints: NodeHint[] = [
	{
		message:
			"'Preview Only' is on: nothing is sent. Turn it off, or remove it, to send the changes.",
		type: 'warning',
		location: 'ndv',
		whenToDisplay: 'always',
		displayCondition: '={{ $parameter["options"]["dryRun"] === true }}',
	},
	{
		message:
			'All categories are off. MoEngage stores the user as opted out, even with the status Double Opted In.',
		type: 'warning',
		location: 'ndv',
		whenToDisplay: 'always',
		displayCondition:
			'={{ $parameter["resource"] === "optIn" && $parameter["optInStatus"] === "DOUBLE_OPTED_IN" && $parameter["categoryInput"] === "fields" && ($parameter["categories"]["category"] ?? []).length > 0 && $parameter["categories"]["category"].every((category) => category.subscribed === false) }}',
	},
	{
		message:
			"'Batch Size' is 1: each item needs a separate request, so a list takes longer. Remove the option unless you need it.",
		type: 'warning',
		location: 'ndv',
		whenToDisplay: 'always',
		displayCondition:
			'={{ ["bulkUpdate", "resubscribe"].includes($parameter["operation"]) && $parameter["options"]["batchSize"] === 1 }}',
	},
];
