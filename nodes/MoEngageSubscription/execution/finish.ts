import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	JsonObject,
	NodeExecutionHint,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Reason } from '../api/errors';
import { errorOf, type Failure, type ItemResult } from './itemResult';
import {
	countByStatus,
	HINT_LENGTH,
	othersSentence,
	sharedReason,
	warningsSentence,
	type StatusCounts,
} from './runSummary';

/** What a run that could start says about itself. */
interface Conclusion {
	counts: StatusCounts;
	summarize(): string[];
	/** Takes the place of all other output, with the run's hints as its message. */
	onlyItem?: IDataObject;
	/** The summary has something to act on, though everything was accepted. */
	isAlert: boolean;
	/** Accepted items with warnings. */
	warned: number;
}

/** Returns the output in input order, or throws the error that stops the workflow. */
export function finish(
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
	const sentences =
		shared !== undefined
			? sharedReason(shared, results.length)
			: conclusion && [...conclusion.summarize(), ...warningsSentence(warned)];
	if (sentences !== undefined) {
		const isComplete = counts.accepted === results.length && warned === 0 && !conclusion?.isAlert;
		const type = isComplete ? 'info' : 'warning';
		const hints = hintsOf(sentences).map(
			(message): NodeExecutionHint => ({ message, type, location: 'outputPane' }),
		);
		context.addExecutionHints(...hints);
	}
	const onlyItem = conclusion?.onlyItem;
	if (onlyItem !== undefined)
		return [[{ json: { ...onlyItem, message: sentences?.join(' ') }, pairedItem: { item: 0 } }]];
	return [results.flatMap(itemsOf)];
}

/**
 * Joins sentences into as few hints as their length allows, in order. A longer sentence, such as
 * MoEngage's message, is in the output only.
 */
function hintsOf(sentences: readonly string[]): string[] {
	const hints: string[] = [];
	for (const sentence of sentences) {
		if (hints.length > 0 && sentence.length > HINT_LENGTH) continue;
		const joined = `${hints.at(-1)} ${sentence}`;
		if (hints.length > 0 && joined.length <= HINT_LENGTH) hints[hints.length - 1] = joined;
		else hints.push(sentence);
	}
	return hints;
}

export function returnsErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
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
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
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

/** Returns the output items for one incoming item. */
function itemsOf(result: ItemResult, item: number): INodeExecutionData[] {
	const json = 'json' in result ? result.json : [errorJson(errorOf(result))];
	return json.map((one) => ({ json: one, pairedItem: { item } }));
}

/** Only `error` and `message`: with any other key, n8n up to 2.8 treats the item as successful. */
function errorJson({ message, description }: Reason): IDataObject {
	return description === '' ? { error: message } : { error: message, message: description };
}
