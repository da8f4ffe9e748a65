import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from '../../api/transport';
import type { RunSettings } from '../../delivery';
import type { AnyOperation } from '../operation';
import { asFlag, OPTION } from './flags';
import type { ItemReader } from './itemReader';
import { inputErrors } from './inputErrors';
import type { RunInput } from './runInput';
import { asText, isBlank } from './values';

/** What holds for a run as a whole: every item must give the same. */
export interface RunOptions {
	settings: RunSettings;
	/** Milliseconds. */
	timeoutMs: number;
	/** Show what would be sent, send nothing. */
	dryRun: boolean;
}

const DEFAULT_TRIES = 4;

/** The options that hold for the whole run, by their names in the panel. */
export const LABELS: Record<string, string> = {
	dryRun: 'Preview Only',
	batchSize: 'Batch Size',
	requestsPerMinute: 'Requests per Minute',
	maxTries: 'Tries per Request',
	timeout: 'Timeout (Ms)',
	onRejectedBatch: 'When a Batch Is Refused',
};

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

/** Whether an item could have another value for an option of the run than the others. */
export function mayDiffer({ rawOptions }: RunInput): boolean {
	return Object.keys(LABELS).some((name) => {
		const raw = rawOptions[name];
		return typeof raw === 'string' && raw.startsWith('=');
	});
}

/**
 * The options of the run as one item gives them, or throws a `Refusal`. Numbers outside of their
 * range are brought into it.
 */
export function readOptions(item: ItemReader, { endpoint }: AnyOperation): RunOptions {
	const whole = (name: string, most: number): number | undefined => {
		const given = item.option(name);
		if (isBlank(given)) return undefined;
		const number = Number(asText(given, LABELS[name]));
		if (Number.isFinite(number)) return Math.min(Math.max(Math.floor(number), 1), most);
		throw inputErrors.notNumber(LABELS[name]);
	};
	const settings: RunSettings = {
		batchSize: whole('batchSize', endpoint.batchSize),
		limit: whole('requestsPerMinute', endpoint.limit),
		maxTries: whole('maxTries', 10) ?? DEFAULT_TRIES,
		onRejectedBatch: rejectedBatch(item.option('onRejectedBatch')),
	};
	return {
		settings,
		timeoutMs: whole('timeout', 3_600_000) ?? DEFAULT_TIMEOUT_MS,
		dryRun: previewOnly(item),
	};
}

/** A blank value must not count as no, which would send everything. */
function previewOnly(item: ItemReader): boolean {
	if (!item.hasOption('dryRun')) return false;
	const flag = asFlag(item.option('dryRun'), LABELS.dryRun, OPTION);
	if (flag !== undefined) return flag;
	throw inputErrors.emptyOption(LABELS.dryRun);
}

function rejectedBatch(given: unknown): RunSettings['onRejectedBatch'] {
	if (isBlank(given)) return 'isolate';
	const found = (['isolate', 'rejectBatch'] as const).find((choice) => choice === given);
	if (found !== undefined) return found;
	throw inputErrors.noChoice(LABELS.onRejectedBatch, ['isolate', 'rejectBatch'], false);
}

/** Throws which option an item has another value for than the first item. */
export function requireSameOptions(first: RunOptions, other: RunOptions, item: number): void {
	const [expected, found] = [first, other].map(valuesOf);
	for (const [name, value] of Object.entries(found))
		if (value !== expected[name]) throw inputErrors.optionDiffers(LABELS[name], item);
}

function valuesOf({ settings, timeoutMs, dryRun }: RunOptions): Record<string, unknown> {
	const { batchSize, limit, maxTries, onRejectedBatch } = settings;
	return {
		dryRun,
		batchSize,
		requestsPerMinute: limit,
		maxTries,
		timeout: timeoutMs,
		onRejectedBatch,
	};
}
