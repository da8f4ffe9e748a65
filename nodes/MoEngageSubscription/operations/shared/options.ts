import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_TIMEOUT_MS } from '../../api/transport';
import type { RunSettings } from '../../delivery';
import type { AnyOperation } from '../operation';
import { asFlag, OPTION } from './flags';
import type { ItemReader } from './itemReader';
import { inputErrors } from './inputErrors';
import type { RunInput } from './runInput';
import { asText, isBlank } from './values';

/** Options of the whole run, which must be the same for every item. */
export interface RunOptions {
	settings: RunSettings;
	/** Milliseconds. */
	timeoutMs: number;
	/** Whether to show what would be sent, without sending anything. */
	dryRun: boolean;
	/** Whether accepted items keep their incoming fields. */
	includesInput: boolean;
	/** Which items to return. */
	output: Output;
	/** How long to wait for MoEngage to apply an accepted change, in milliseconds. */
	waitMs: number;
}

const REJECTIONS = ['isolate', 'rejectBatch'] as const;
const OUTPUTS = ['all', 'rejected', 'summary'] as const;
type Output = (typeof OUTPUTS)[number];

const DEFAULT_ATTEMPTS = 4;

/** Longest wait for a result, in seconds. MoEngage publishes no time within which it applies a change. */
const LONGEST_WAIT_S = 300;

/** The names in the panel of the options that apply to the whole run. */
export const LABELS = {
	dryRun: 'Preview Only',
	includeInputFields: 'Include Input Fields',
	batchSize: 'Batch Size',
	requestsPerMinute: 'Requests per Minute',
	maxTries: 'Attempts per Request',
	timeout: 'Timeout (Ms)',
	onRejectedBatch: 'When a Batch Is Rejected',
	waitForResult: 'Wait for Result',
	output: 'Output',
};

type RunOption = keyof typeof LABELS;

/** An entry of the collection 'Options' of operations that MoEngage applies later. */
export const waitForResultOption: INodeProperties = {
	displayName: LABELS.waitForResult,
	name: 'waitForResult',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: LONGEST_WAIT_S },
	default: 0,
	description: `How many seconds to wait until MoEngage has applied the change, up to ${LONGEST_WAIT_S}; 0 doesn't wait. The status is then 'applied', or 'accepted' if the time is over first. Each check counts against the rate limit of Get by User.`,
};

const outputOption: INodeProperties = {
	displayName: LABELS.output,
	name: 'output',
	type: 'options',
	options: [
		{ name: 'All Items', value: 'all', description: 'One item per incoming item' },
		{
			name: 'Rejected Items Only',
			value: 'rejected',
			description: 'Items that were rejected, not sent or unconfirmed, with the reason of each',
		},
		{
			name: 'Summary Only',
			value: 'summary',
			description: 'One item with the counts and the most frequent reasons',
		},
	],
	default: 'all',
	description:
		'Which items to return. Very long outputs can freeze the editor: with 100,000 items or more, choose Rejected Items Only or Summary Only.',
};

/** Returns the collection 'Options' of one operation. */
export function optionsField(operation: AnyOperation): INodeProperties {
	const { batchSize, limit, reads } = operation.endpoint;
	const batchOptions: INodeProperties[] = [
		{
			displayName: 'Batch Size',
			name: 'batchSize',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: batchSize },
			default: batchSize,
			description: `How many ${operation.noun[1]} to send per request, up to ${batchSize}. Smaller batches take longer to process.`,
		},
		{
			displayName: 'When a Batch Is Rejected',
			name: 'onRejectedBatch',
			type: 'options',
			options: [
				{
					name: 'Find the Items at Fault',
					value: 'isolate',
					description: 'Resend the batch in parts, so that only the items at fault are rejected',
				},
				{
					name: 'Reject the Whole Batch',
					value: 'rejectBatch',
					description: "Don't resend anything; all items of the batch are rejected",
				},
			],
			default: 'isolate',
			description: 'What to do when MoEngage rejects a request because of one of its items',
		},
	];
	const commonOptions: INodeProperties[] = [
		{
			displayName: 'Preview Only',
			name: 'dryRun',
			type: 'boolean',
			// On by default, so that a run sends nothing after the user only adds the option.
			default: true,
			description: 'Whether to show what would be sent for each item, without sending anything',
		},
		{
			displayName: 'Include Input Fields',
			name: 'includeInputFields',
			type: 'boolean',
			default: true,
			description:
				"Whether each accepted item keeps its incoming fields under 'input', for example to write the result back to your CRM",
		},
		{
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: limit },
			default: limit,
			description: `How many requests this node can make per minute. MoEngage allows ${limit} for the whole workspace; choose a lower number to leave room for other systems.`,
		},
		{
			displayName: 'Timeout (Ms)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1000 },
			default: DEFAULT_TIMEOUT_MS,
			description: 'How long to wait for a response before retrying, in milliseconds',
		},
		{
			displayName: 'Attempts per Request',
			name: 'maxTries',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10 },
			default: DEFAULT_ATTEMPTS,
			description:
				"How many times to send a request when MoEngage can't be reached or has a problem. Waiting for the rate limit doesn't count as an attempt.",
		},
	];
	const all = [
		...(batchSize > 1 ? batchOptions : []),
		...(reads ? [] : [outputOption]),
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

/** Whether an option of the run is an expression, so that its value can differ between items. */
export function mayDiffer({ rawOptions }: RunInput): boolean {
	return Object.keys(LABELS).some((name) => {
		const raw = rawOptions[name];
		return typeof raw === 'string' && raw.startsWith('=');
	});
}

/**
 * Reads the options of the run for one item. Numbers are limited to their range. Throws an `ItemError`
 * for other invalid values.
 */
export function readOptions(item: ItemReader, { endpoint, result }: AnyOperation): RunOptions {
	const whole = (name: RunOption, most: number, least = 1): number | undefined => {
		const given = item.option(name);
		if (isBlank(given)) return undefined;
		const number = Number(asText(given, LABELS[name]));
		if (Number.isFinite(number)) return Math.min(Math.max(Math.floor(number), least), most);
		throw inputErrors.notNumber(LABELS[name]);
	};
	const settings: RunSettings = {
		batchSize: whole('batchSize', endpoint.batchSize),
		limit: whole('requestsPerMinute', endpoint.limit),
		maxTries: whole('maxTries', 10) ?? DEFAULT_ATTEMPTS,
		onRejectedBatch: choiceOf(item.option('onRejectedBatch'), LABELS.onRejectedBatch, REJECTIONS),
	};
	return {
		settings,
		timeoutMs: whole('timeout', 3_600_000) ?? DEFAULT_TIMEOUT_MS,
		dryRun: previewOnly(item),
		waitMs: result === undefined ? 0 : (whole('waitForResult', LONGEST_WAIT_S, 0) ?? 0) * 1000,
		output: choiceOf(item.option('output'), LABELS.output, OUTPUTS),
		includesInput:
			asFlag(item.option('includeInputFields'), LABELS.includeInputFields, OPTION) ?? false,
	};
}

/** A blank value must not count as no, because that would send everything. */
function previewOnly(item: ItemReader): boolean {
	if (!item.hasOption('dryRun')) return false;
	const flag = asFlag(item.option('dryRun'), LABELS.dryRun, OPTION);
	if (flag !== undefined) return flag;
	throw inputErrors.emptyOption(LABELS.dryRun);
}

/** Returns one of the choices; the first of them for a blank value. */
function choiceOf<C extends string>(
	given: unknown,
	label: string,
	choices: readonly [C, ...C[]],
): C {
	if (isBlank(given)) return choices[0];
	const found = choices.find((choice) => choice === given);
	if (found !== undefined) return found;
	throw inputErrors.noChoice(label, choices, false);
}

/** Throws if an item has a different value for an option than the first item. */
export function requireSameOptions(first: RunOptions, other: RunOptions, item: number): void {
	const [expected, found] = [valuesOf(first), valuesOf(other)];
	for (const name of Object.keys(LABELS) as RunOption[])
		if (found[name] !== expected[name]) throw inputErrors.optionDiffers(LABELS[name], item);
}

function valuesOf({
	settings,
	timeoutMs,
	dryRun,
	includesInput,
	waitMs,
	output,
}: RunOptions): Record<RunOption, unknown> {
	const { batchSize, limit, maxTries, onRejectedBatch } = settings;
	return {
		dryRun,
		includeInputFields: includesInput,
		batchSize,
		requestsPerMinute: limit,
		maxTries,
		timeout: timeoutMs,
		onRejectedBatch,
		waitForResult: waitMs,
		output,
	};
}
