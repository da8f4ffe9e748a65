import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from '../../api/transport';
import type { RunSettings } from '../../delivery';
import type { AnyOperation } from '../operation';
import type { ItemReader } from './itemReader';
import { refusals } from './refusals';
import { asFlag, asText, isBlank } from './values';

/** What holds for a run as a whole. Read from the first item. */
export interface RunOptions {
	settings: RunSettings;
	/** Milliseconds. */
	timeoutMs: number;
	/** Show what would be sent, send nothing. */
	dryRun: boolean;
}

const DEFAULT_TRIES = 4;

/** The collection "Options" of one operation. */
export function optionsField(operation: AnyOperation): INodeProperties {
	const { batchSize, limit } = operation.endpoint;
	const batchOptions: INodeProperties[] = [
		{
			displayName: 'Batch Size',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: batchSize },
			default: batchSize,
			description: `How many ${operation.noun[1]} go into one request, ${batchSize} at most. Fewer make a long list slower.`,
		},
		{
			displayName: 'When a Batch Is Refused',
			name: 'onRejectedBatch',
			type: 'options',
			options: [
				{
					name: 'Find the Items at Fault',
					value: 'isolate',
					description: 'Send the batch again in parts, so that only the items at fault are refused',
				},
				{
					name: 'Refuse the Whole Batch',
					value: 'rejectBatch',
					description: 'Send nothing again; all items of the batch count as refused',
				},
			],
			default: 'isolate',
			description: 'What to do when MoEngage refuses a request because of one of its items',
		},
	];
	const commonOptions: INodeProperties[] = [
		{
			displayName: 'Preview Only',
			name: 'dryRun',
			type: 'boolean',
			// On as soon as it is added: whoever adds it and runs must not send anything.
			default: true,
			description: 'Whether to show what would be sent, item by item, and send nothing',
		},
		{
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: limit },
			default: limit,
			description: `How many requests this node may make in a minute. MoEngage allows ${limit} for the whole workspace; choose fewer to leave room for other systems.`,
		},
		{
			displayName: 'Timeout (Ms)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1000 },
			default: DEFAULT_TIMEOUT_MS,
			description: 'How many milliseconds to wait for an answer of MoEngage before trying again',
		},
		{
			displayName: 'Tries per Request',
			name: 'maxTries',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10 },
			default: DEFAULT_TRIES,
			description:
				'How many times to send a request when MoEngage cannot be reached or has a problem. Waiting for the rate limit does not count.',
		},
	];
	const all = [
		...(batchSize > 1 ? batchOptions : []),
		...commonOptions,
		...(operation.options ?? []),
	];
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: all.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** Reads the options, or throws a `Refusal`. Figures outside of their range are brought into it. */
export function readOptions(item: ItemReader, { endpoint }: AnyOperation): RunOptions {
	const whole = (name: string, label: string, most: number): number | undefined => {
		const given = item.option(name);
		if (isBlank(given)) return undefined;
		const figure = Number(asText(given, label));
		if (Number.isFinite(figure)) return Math.min(Math.max(Math.floor(figure), 1), most);
		throw refusals.notNumber(label);
	};
	const settings: RunSettings = {
		batchSize: whole('batchSize', 'Batch Size', endpoint.batchSize),
		limit: whole('requestsPerMinute', 'Requests per Minute', endpoint.limit),
		maxTries: whole('maxTries', 'Tries per Request', 10) ?? DEFAULT_TRIES,
		onRejectedBatch: item.option('onRejectedBatch') === 'rejectBatch' ? 'rejectBatch' : 'isolate',
	};
	return {
		settings,
		timeoutMs: whole('timeout', 'Timeout', 3_600_000) ?? DEFAULT_TIMEOUT_MS,
		dryRun: asFlag(item.option('dryRun'), 'Preview Only') ?? false,
	};
}
