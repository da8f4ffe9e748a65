import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeExecutionHint,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { readAccount, type Account } from '../api/account';
import { errors, type Reason } from '../api/errors';
import { CREDENTIAL } from '../api/transport';
import type { DeliveryRecord } from '../delivery';
import { guardSentence } from './guardSummary';
import {
	addInput,
	errorOf,
	failureOf,
	type Delivered,
	type Failure,
	type ItemResult,
} from './itemResult';
import { operations } from '../operations';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import { mayGuard } from '../operations/shared/guard';
import { inputErrors } from '../operations/shared/inputErrors';
import { RunInput } from '../operations/shared/runInput';
import { preview, previewed } from './preview';
import { readItems, readRunOptions, readSafely } from './readItems';
import { send, startSending } from './send';
import { sendInSteps } from './sendInSteps';
import {
	countByStatus,
	ignoredColumnsSentence,
	loopAdvice,
	othersSentence,
	peopleIn,
	previewSummary,
	sharedReason,
	summary,
	warningsSentence,
	type StatusCounts,
} from './runSummary';

/** Runs the chosen operation for all incoming items and returns their output. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const input = new RunInput(context);
	if (input.length === 0) return [[]];
	const setup = await prepare(context, input);
	if ('reason' in setup) {
		const result: ItemResult = { status: 'notSent', reason: setup.reason };
		return finish(
			context,
			Array.from({ length: input.length }, () => result),
		);
	}
	const { operation, account, options } = setup;
	const partition = [account.fingerprint, options.timeoutMs];
	const sending = isSentWhileRead(input, setup)
		? startSending(context, operation, account, options, input.length)
		: undefined;
	const { results, records, origins, lookups, warnings } = await readItems(
		context,
		input,
		operation,
		partition,
		sending?.take,
	).finally(() => sending?.close());

	const isInSteps = options.waitMs > 0 || lookups.some((lookup) => lookup !== undefined);
	const run = options.dryRun
		? await preview(context, operation, options, records)
		: sending !== undefined
			? await sending.delivered
			: isInSteps
				? await sendInSteps({ context, operation, account, options, records, lookups })
				: await send(context, operation, account, options, records);
	run.report.outcomes.forEach((outcome, index) => {
		// Each record has an origin and an outcome.
		results[origins[index] as number] =
			outcome.status === 'accepted'
				? withWarnings(run.present(index, outcome), warnings[index])
				: failureOf(outcome, operation.endpoint.reads);
	});
	const warned = warnings.filter(
		({ length }, index) => length > 0 && run.report.outcomes[index]?.status === 'accepted',
	).length;
	if (options.includesInput) addInput(results, input);
	const isPreview = options.dryRun && !context.continueOnFail();
	const counts = countByStatus(results);
	return finish(context, isPreview ? previewed(results, input) : results, {
		counts,
		summarize: () =>
			summarize(context, setup, run, records, counts, input) +
			guardSentence(operation, { records, lookups, isPreview: options.dryRun }, counts),
		warned,
	});
}

/** Whether the run needs nothing but the changes: no lookups, whose order depends on all items. */
function isSentWhileRead(input: RunInput, { operation, options }: Setup): boolean {
	if (options.dryRun || options.waitMs > 0) return false;
	return operation.guard === undefined || !mayGuard(input, operation.guard);
}

/** Returns the hint that describes the run. */
function summarize(
	context: IExecuteFunctions,
	{ operation, options }: Setup,
	{ report, notes = '' }: Delivered,
	records: ReadonlyArray<DeliveryRecord<unknown>>,
	counts: StatusCounts,
	input: RunInput,
): string {
	const { noun, endpoint } = operation;
	const people = peopleIn(records, report.outcomes);
	if (options.dryRun)
		return (
			previewSummary(counts, people, noun, report.requests, endpoint) +
			ignoredColumnsSentence(input.ignoredColumns.length)
		);
	const reasonsIn = returnsErrorOutput(context) ? 'the error output' : "'error' in the output";
	return (
		summary(counts, people, report, { noun, reads: endpoint.reads, reasonsIn }) +
		notes +
		loopAdvice(earlierRuns(context), input.length, endpoint, noun)
	);
}

function returnsErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
}

/** Adds an accepted item's warnings to its output: what was left out, and what looks wrong. */
function withWarnings(result: ItemResult, warnings: readonly string[] = []): ItemResult {
	if (!('json' in result) || warnings.length === 0) return result;
	return { ...result, json: result.json.map((one) => ({ ...one, warnings: [...warnings] })) };
}

/**
 * Returns how many times the node ran before in this execution; 0 for an agent's calls, which aren't
 * a loop.
 */
function earlierRuns(context: IExecuteFunctions): number {
	return isTool(context) ? 0 : Number(context.getWorkflowDataProxy(0).$runIndex);
}

/** What a run needs before its first item. */
interface Setup {
	operation: AnyOperation;
	account: Account;
	options: RunOptions;
}

/** Returns what a run needs before its first item, or why no item can be sent. */
async function prepare(
	context: IExecuteFunctions,
	input: RunInput,
): Promise<Setup | { reason: Reason }> {
	const choice = readSafely(() => chosen(input));
	if ('reason' in choice) return choice;
	const operation = choice.value;
	const account = await readCredential(context);
	if ('reason' in account) return account;
	const options = await readRunOptions(context, input, operation);
	return 'reason' in options ? options : { operation, account, options: options.value };
}

function chosen(input: RunInput): AnyOperation {
	const resource = input.parameter('resource', 0);
	const name = input.parameter('operation', 0);
	const found = operations.find((one) => one.resource === resource && one.operation === name);
	if (found !== undefined) return found;
	throw inputErrors.noOperation();
}

/**
 * Returns the credential, or why it can't be used: n8n may fail to read it, for example to decrypt
 * it.
 */
async function readCredential(context: IExecuteFunctions): Promise<Account | { reason: Reason }> {
	try {
		const account = readAccount(await context.getCredentials(CREDENTIAL));
		return 'problem' in account ? { reason: errors.credential(account.problem) } : account;
	} catch {
		return { reason: errors.credentialUnreadable() };
	}
}

/** What a run that could start says about itself. */
interface Conclusion {
	counts: StatusCounts;
	summarize(): string;
	/** Accepted items with warnings. */
	warned: number;
}

/** Returns the output in input order, or throws the error that stops the workflow. */
function finish(
	context: IExecuteFunctions,
	results: readonly ItemResult[],
	conclusion?: Conclusion,
): INodeExecutionData[][] {
	const counts = conclusion?.counts ?? countByStatus(results);
	const failed = results.find((result) => 'reason' in result);
	// Every other item has been sent by now: an invalid row must not cost other users their opt-out.
	if (failed !== undefined && !context.continueOnFail() && !returnsErrorsToModel(context))
		throw stopping(context, failed, results.indexOf(failed), counts);

	const shared = commonReason(results);
	const warned = conclusion?.warned ?? 0;
	const message =
		shared === undefined
			? conclusion && conclusion.summarize() + warningsSentence(warned)
			: sharedReason(shared, results.length);
	if (message !== undefined) {
		const isComplete = counts.accepted === results.length && warned === 0;
		const type = isComplete ? 'info' : 'warning';
		const hint: NodeExecutionHint = { message, type, location: 'outputPane' };
		context.addExecutionHints(hint);
	}
	return [results.flatMap(itemsOf)];
}

/** Returns the reason that all items have, if none was accepted and the reason may be in a hint. */
function commonReason(results: readonly ItemResult[]): Reason | undefined {
	const [first] = results;
	if (first === undefined || !('reason' in first)) return undefined;
	// MoEngage's message about an item may name the user, who must not appear in a hint. The reasons of
	// items that were not sent are the same for all, so they name none.
	if (first.status !== 'notSent' && first.reason.httpCode !== undefined) return undefined;
	const { status, reason } = first;
	const isShared = results.every(
		(result) =>
			'reason' in result && result.status === status && result.reason.message === reason.message,
	);
	return isShared ? errorOf(first) : undefined;
}

/**
 * Whether the node is an agent's tool and On Error isn't set. n8n's agents up to version 2 don't pass
 * an error on to their model, which would then assume that the change was made.
 */
function returnsErrorsToModel(context: IExecuteFunctions): boolean {
	return isTool(context) && context.getNode().onError === undefined;
}

/** Whether n8n runs the node as an agent's tool. */
function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** Returns the output items for one incoming item. */
function itemsOf(result: ItemResult, item: number): INodeExecutionData[] {
	const json = 'json' in result ? result.json : [errorJson(errorOf(result))];
	return json.map((one) => ({ json: one, pairedItem: { item } }));
}

/** Only `error` and `message`: with any other key, n8n up to 2.8 treats the item as successful. */
function errorJson({ message, description }: Reason): IDataObject {
	return description === '' ? { error: message } : { error: message, message: description };
}

function stopping(
	context: IExecuteFunctions,
	failed: Failure,
	itemIndex: number,
	counts: StatusCounts,
): NodeApiError | NodeOperationError {
	const { message, description, httpCode } = errorOf(failed);
	const advice =
		counts.accepted > 0
			? " To continue with the accepted items, set 'On Error' in this node's settings to 'Continue (using error output)'."
			: '';
	const options = {
		message: message + othersSentence(counts),
		description: description + advice,
		itemIndex,
	};
	if (httpCode === undefined)
		return new NodeOperationError(context.getNode(), options.message, options);
	const response: JsonObject = { message, httpCode };
	return new NodeApiError(context.getNode(), response, { ...options, httpCode });
}
