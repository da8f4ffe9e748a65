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
import { errorOf, reasonOf, type ItemResult } from './itemResult';
import { operations } from '../operations';
import type { AnyOperation } from '../operations/operation';
import type { RunOptions } from '../operations/shared/options';
import { inputErrors } from '../operations/shared/inputErrors';
import { RunInput } from '../operations/shared/runInput';
import { preview } from './preview';
import { attempt, readItems, readRunOptions } from './readItems';
import { send } from './send';
import {
	loopAdvice,
	othersSentence,
	peopleIn,
	previewSummary,
	summary,
	tallyOf,
	type Tally,
} from './runSummary';

/** Runs the chosen operation over all incoming items; one item comes out for each. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const input = new RunInput(context);
	if (input.length === 0) return [[]];
	const setup = await prepare(context, input);
	if ('reason' in setup) {
		const fate: ItemResult = { status: 'notSent', reason: setup.reason };
		return finish(
			context,
			Array.from({ length: input.length }, () => fate),
		);
	}
	const { operation, account, options } = setup;
	const envelope = [account.fingerprint, options.timeoutMs];
	const { fates, records, origins, warnings } = await readItems(
		context,
		input,
		operation,
		envelope,
	);

	const run = options.dryRun
		? await preview(context, operation, options, records)
		: await send(context, operation, account, options, records);
	run.report.outcomes.forEach((outcome, index) => {
		fates[origins[index]] =
			outcome.status === 'accepted'
				? withWarnings(run.present(index, outcome), warnings[index])
				: { status: outcome.status, reason: reasonOf(outcome, operation.endpoint.reads) };
	});
	const { report } = run;
	const { noun, endpoint } = operation;
	const people = peopleIn(records, report.outcomes);
	const warned = report.outcomes.filter(
		({ status }, index) => status === 'accepted' && warnings[index].length > 0,
	).length;
	return finish(
		context,
		fates,
		(tally) =>
			(options.dryRun
				? previewSummary(tally, people, noun, report.requests, endpoint)
				: summary(tally, people, noun, report) +
					loopAdvice(earlierRuns(context), input.length, endpoint, noun)) + warningsHint(warned),
		warned,
	);
}

/** An accepted item says what its output doesn't show: what was left out, and what looks odd. */
function withWarnings(fate: ItemResult, warnings: readonly string[]): ItemResult {
	if (!('json' in fate) || warnings.length === 0) return fate;
	return { ...fate, json: fate.json.map((one) => ({ ...one, warnings: [...warnings] })) };
}

function warningsHint(items: number): string {
	if (items === 0) return '';
	const are = items === 1 ? 'item has' : 'items have';
	return `. ${items.toLocaleString('en-US')} ${are} warnings in the output`;
}

/** How many times the node has run before in this execution; an agent's calls are no loop. */
function earlierRuns(context: IExecuteFunctions): number {
	return isTool(context) ? 0 : Number(context.getWorkflowDataProxy(0).$runIndex);
}

/** What a run needs before its first item, or why no item can be sent. */
async function prepare(
	context: IExecuteFunctions,
	input: RunInput,
): Promise<
	{ operation: AnyOperation; account: Account; options: RunOptions } | { reason: Reason }
> {
	const choice = attempt(() => chosen(input));
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

/** The credential, or why it can't be used: n8n may fail to read it, for example to decrypt it. */
async function readCredential(context: IExecuteFunctions): Promise<Account | { reason: Reason }> {
	try {
		const account = readAccount(await context.getCredentials(CREDENTIAL));
		return 'problem' in account ? { reason: errors.credential(account.problem) } : account;
	} catch {
		return { reason: errors.credentialUnreadable() };
	}
}

/** Items of all fates, in the order they came in, or the error that stops the workflow. */
function finish(
	context: IExecuteFunctions,
	fates: readonly ItemResult[],
	tell?: (tally: Tally) => string,
	warned = 0,
): INodeExecutionData[][] {
	const tally = tallyOf(fates);
	const first = fates.findIndex((fate) => 'reason' in fate);
	// Every other item has been sent before: a bad row must not cost anyone their opt-out.
	if (first !== -1 && !context.continueOnFail() && !isHeardByModel(context))
		throw stopping(context, fates, first, tally);

	if (tell !== undefined) {
		const type = first === -1 && warned === 0 ? 'info' : 'warning';
		const hint: NodeExecutionHint = { message: tell(tally), type, location: 'outputPane' };
		context.addExecutionHints(hint);
	}
	return [fates.flatMap(itemsOf)];
}

/**
 * Whether the node is the tool of an agent, and nobody has chosen that it stops. n8n's agents up to
 * version 2 tell their model nothing of an error: it would take the change for made.
 */
function isHeardByModel(context: IExecuteFunctions): boolean {
	return isTool(context) && context.getNode().onError === undefined;
}

/** The node as n8n makes a tool of it. */
function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** The items that come out for one that went in. */
function itemsOf(fate: ItemResult, item: number): INodeExecutionData[] {
	const json = 'json' in fate ? fate.json : [errorJson(errorOf(fate))];
	return json.map((one) => ({ json: one, pairedItem: { item } }));
}

/** `error`, alone or with a `message`: with any other key n8n up to 2.8 takes an item for a good one. */
function errorJson({ message, description }: Reason): IDataObject {
	return description === '' ? { error: message } : { error: message, message: description };
}

function stopping(
	context: IExecuteFunctions,
	fates: readonly ItemResult[],
	itemIndex: number,
	tally: Tally,
): NodeApiError | NodeOperationError {
	const fate = fates[itemIndex];
	const { message, description, httpCode } =
		'reason' in fate ? errorOf(fate) : { message: '', description: '', httpCode: undefined };
	const advice =
		tally.accepted > 0
			? ' To go on with the accepted items, set On Error in the settings of this node to Continue (using error output).'
			: '';
	const options = {
		message: message + othersSentence(tally),
		description: description + advice,
		itemIndex,
	};
	if (httpCode === undefined)
		return new NodeOperationError(context.getNode(), options.message, options);
	const answer: JsonObject = { message, httpCode };
	return new NodeApiError(context.getNode(), answer, { ...options, httpCode });
}
