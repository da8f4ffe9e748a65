import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeExecutionHint,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';

import { readAccount, type Account } from './api/account';
import { because, type Reason } from './api/reasons';
import { CREDENTIAL } from './api/transport';
import type { DeliveryRecord } from './delivery';
import { errorOf, reasonOf, STOPPED, type Fate } from './fate';
import { operations } from './operations';
import type { AnyOperation } from './operations/operation';
import { ItemReader } from './operations/shared/itemReader';
import { readOptions, type RunOptions } from './operations/shared/options';
import { Refusal } from './operations/shared/refusal';
import { preview } from './preview';
import { send } from './sending';
import {
	loopAdvice,
	othersSentence,
	peopleIn,
	previewSummary,
	summary,
	tallyOf,
	type Tally,
} from './summary';

/** Items read without a break: an item's expressions take n8n about a millisecond. */
const READ_AT_ONCE = 50;

/** Runs the chosen operation over all incoming items; one item comes out for each. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	if (items.length === 0) return [[]];
	const operation = chosen(context);
	const known = new Map<string, boolean>();
	const readerOf = (index: number) => new ItemReader(context, items, known, index);

	const setup = await prepare(context, operation, readerOf(0));
	if ('reason' in setup) {
		const { reason } = setup;
		return finish(
			context,
			items.map(() => ({ status: 'notSent', reason })),
		);
	}
	const { account, options } = setup;

	const fates: Fate[] = [];
	const records: DeliveryRecord<unknown>[] = [];
	/** For each record the item it was read from. */
	const origins: number[] = [];
	const shared = [account.fingerprint, options.timeoutMs];
	const envelope = JSON.stringify(shared);
	const stop = context.getExecutionCancelSignal();
	for (let index = 0; index < items.length; index++) {
		// n8n's other work gets its turn: webhooks, health checks, a worker's hold on its job, Stop.
		if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await sleep(0);
		if (stop?.aborted) {
			fates[index] = { status: 'notSent', reason: STOPPED };
			continue;
		}
		const reading = attempt(() => operation.read(readerOf(index)));
		if ('reason' in reading) fates[index] = { status: 'rejected', reason: reading.reason };
		else {
			const { value, keys, settings } = reading.value;
			const own = settings && JSON.stringify([...shared, ...settings]);
			records.push({ value, keys, envelope: own ?? envelope });
			origins.push(index);
		}
	}

	const run = options.dryRun
		? await preview(context, operation, options, records)
		: await send(context, operation, account, options, records);
	run.report.outcomes.forEach((outcome, index) => {
		fates[origins[index]] =
			outcome.status === 'accepted'
				? run.present(index, outcome)
				: { status: outcome.status, reason: reasonOf(outcome, operation.endpoint.reads) };
	});
	const { report } = run;
	const { noun, endpoint } = operation;
	const people = peopleIn(records, report.outcomes);
	return finish(context, fates, (tally) =>
		options.dryRun
			? previewSummary(tally, people, noun, report.requests, endpoint)
			: summary(tally, people, noun, report) +
				loopAdvice(earlierRuns(context), items.length, endpoint, noun),
	);
}

/** How many times the node has run before in this execution; an agent's calls are no loop. */
function earlierRuns(context: IExecuteFunctions): number {
	return isTool(context) ? 0 : Number(context.getWorkflowDataProxy(0).$runIndex);
}

function chosen(context: IExecuteFunctions): AnyOperation {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const found = operations.find((one) => one.resource === resource && one.operation === name);
	if (found !== undefined) return found;
	throw new NodeOperationError(context.getNode(), 'This operation is not available', {
		description: 'Open the node and choose an operation from the list.',
	});
}

/** Account and options, or why no item can be sent. */
async function prepare(
	context: IExecuteFunctions,
	operation: AnyOperation,
	first: ItemReader,
): Promise<{ account: Account; options: RunOptions } | { reason: Reason }> {
	const account = readAccount(await context.getCredentials(CREDENTIAL));
	if ('problem' in account) return { reason: because.credential(account.problem) };
	const options = attempt(() => readOptions(first, operation));
	return 'reason' in options ? options : { account, options: options.value };
}

/** What reading gives, or why it can't be read: a value of the item, or an expression. */
function attempt<V>(read: () => V): { value: V } | { reason: Reason } {
	try {
		return { value: read() };
	} catch (error) {
		if (error instanceof Refusal) return { reason: error.reason };
		const said = error instanceof Error ? error.message : 'unknown';
		return { reason: because.expression(said) };
	}
}

/** Items of all fates, in the order they came in, or the error that stops the workflow. */
function finish(
	context: IExecuteFunctions,
	fates: readonly Fate[],
	tell?: (tally: Tally) => string,
): INodeExecutionData[][] {
	const tally = tallyOf(fates);
	const first = fates.findIndex((fate) => 'reason' in fate);
	// Every other item has been sent before: a bad row must not cost anyone their opt-out.
	if (first !== -1 && !context.continueOnFail() && !isHeardByModel(context))
		throw stopping(context, fates, first, tally);

	if (tell !== undefined) {
		const type = first === -1 ? 'info' : 'warning';
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
function itemsOf(fate: Fate, item: number): INodeExecutionData[] {
	const json = 'json' in fate ? fate.json : [errorJson(errorOf(fate))];
	return json.map((one) => ({ json: one, pairedItem: { item } }));
}

/** `error`, alone or with a `message`: with any other key n8n up to 2.8 takes an item for a good one. */
function errorJson({ message, description }: Reason): IDataObject {
	return description === '' ? { error: message } : { error: message, message: description };
}

function stopping(
	context: IExecuteFunctions,
	fates: readonly Fate[],
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
