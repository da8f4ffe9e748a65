import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readAccount, type Account } from '../api/account';
import { errors, type Reason } from '../api/errors';
import { CREDENTIAL } from '../api/transport';
import { unknownCategoriesSentence } from './categoryCheck';
import { guardSentence } from './guardSummary';
import { finish, isTool, returnsErrorOutput } from './finish';
import { addInput, failureOf, OMITTED, type Delivered, type ItemResult } from './itemResult';
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
import { summaryItem } from './summaryItem';
import {
	countByStatus,
	ignoredColumnsSentence,
	loopAdvice,
	peopleIn,
	previewSummary,
	summary,
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
		? await preview(context, operation, options, records, isInSteps)
		: sending !== undefined
			? await sending.delivered
			: isInSteps
				? await sendInSteps({ context, operation, account, options, records, lookups })
				: await send(context, operation, account, options, records);
	run.report.outcomes.forEach((outcome, index) => {
		// Each record has an origin and an outcome.
		const origin = origins[index] as number;
		if (outcome.status !== 'accepted')
			results[origin] = failureOf(outcome, operation.endpoint.reads);
		else if (options.output !== 'all') results[origin] = OMITTED;
		else results[origin] = withWarnings(run.present(index, outcome), warnings[index]);
	});
	const warned = warnings.filter(
		({ length }, index) => length > 0 && run.report.outcomes[index]?.status === 'accepted',
	).length;
	if (options.includesInput) addInput(results, input);
	const isPreview = options.dryRun && !context.continueOnFail();
	const counts = countByStatus(results);
	const people = peopleIn(records, run.report.outcomes);
	const isChecked =
		operation.ignoresUnknownCategories === true &&
		counts.accepted > 0 &&
		context.getExecutionCancelSignal()?.aborted !== true;
	const alert =
		options.dryRun || isChecked
			? await unknownCategoriesSentence(context, operation, account, records, options.dryRun)
			: [];
	return finish(context, isPreview ? previewed(results, input) : results, {
		counts,
		onlyItem:
			options.output === 'summary'
				? summaryItem({
						counts,
						results,
						report: run.report,
						people,
						warned,
						isPreview: options.dryRun,
					})
				: undefined,
		summarize: () => [
			...summarize(context, setup, run, people, counts, input),
			...guardSentence(operation, { records, lookups, isPreview: options.dryRun }, counts),
			...alert,
		],
		isAlert: alert.length > 0,
		warned,
	});
}

/** Whether the run needs nothing but the changes: no lookups, whose order depends on all items. */
function isSentWhileRead(input: RunInput, { operation, options }: Setup): boolean {
	if (options.dryRun || options.waitMs > 0) return false;
	return operation.guard === undefined || !mayGuard(input, operation.guard);
}

/** Returns the hints that describe the run. */
function summarize(
	context: IExecuteFunctions,
	{ operation, options }: Setup,
	{ report, notes = [] }: Delivered,
	people: number | undefined,
	counts: StatusCounts,
	input: RunInput,
): string[] {
	const { noun, endpoint } = operation;
	if (options.dryRun)
		return [
			...previewSummary(counts, people, noun, report.requests, endpoint),
			...ignoredColumnsSentence(input.ignoredColumns.length),
		];
	const reasonsIn =
		options.output === 'summary'
			? "'reasons' in the output"
			: returnsErrorOutput(context)
				? 'the error output'
				: "'error' in the output";
	return [
		...summary(counts, people, report, { noun, reads: endpoint.reads, reasonsIn }),
		...notes,
		...loopAdvice(earlierRuns(context), input.length, endpoint, noun),
	];
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
