import type { IDataObject } from 'n8n-workflow';

import type { Reason } from '../api/errors';
import type { DeliveryReport, NotSentCause, Outcome } from '../delivery';

/** The result of one item: its output, or the reason why it has none. */
export type ItemResult =
	| { status: 'accepted'; json: readonly IDataObject[] }
	| { status: 'rejected' | 'notSent' | 'unconfirmed'; reason: Reason };

/** An accepted item that isn't in the output. */
export const OMITTED: ItemResult = { status: 'accepted', json: [] };

/** The result of an item that wasn't accepted. */
export type Failure = Extract<ItemResult, { reason: Reason }>;

/** The report of a run, and a function that returns the result of an accepted record. */
export interface Delivered {
	report: DeliveryReport<unknown, Reason>;
	present(index: number, outcome: Accepted): ItemResult;
	/** Sentences for the run's hint. */
	notes?: string[];
}

type Accepted = Extract<Outcome<unknown, Reason>, { status: 'accepted' }>;

/** Each error starts with its outcome, so that a workflow can branch on it. */
const OUTCOME = { rejected: 'Rejected', notSent: 'Not sent', unconfirmed: 'Unconfirmed' };

/** Returns the reason why an item wasn't accepted, with the outcome in front of the message. */
export function errorOf({ status, reason }: Failure): Reason {
	return { ...reason, message: `${OUTCOME[status]}: ${uncapitalized(reason.message)}` };
}

const NOT_SENT: Record<Exclude<NotSentCause, 'fatal' | 'noConnection'>, Reason> = {
	configuration: {
		message: 'MoEngage rejected every batch before this item for the same reason',
		description:
			"The cause is probably a setting, such as a category that doesn't exist or a missing project code in the credential. See MoEngage's message in the rejected items.",
	},
	unreachable: {
		message: 'MoEngage was unavailable for some time',
		description: 'Run the workflow again later for these items.',
	},
	dayLimit: {
		message: "MoEngage's daily request limit is used up",
		description:
			'Run the workflow again tomorrow for these items, or ask MoEngage for a higher limit.',
	},
	stopped: {
		message: 'The workflow was stopped',
		description: 'Run the workflow again for these items.',
	},
};

/** The reason for items that weren't read before the user stopped the workflow. */
export const STOPPED = NOT_SENT.stopped;

const NO_RESPONSE: Reason = {
	message: 'No response came',
	description: 'Run the workflow again for these items; sending a change twice does no harm.',
};

/** Returns the result of a record that wasn't accepted. `reads`: the request was a lookup. */
export function failureOf(
	outcome: Exclude<Outcome<unknown, Reason>, { status: 'accepted' }>,
	reads = false,
): Failure {
	switch (outcome.status) {
		case 'rejected':
			return { status: 'rejected', reason: outcome.reason };
		case 'unconfirmed':
			return { status: 'unconfirmed', reason: unconfirmed(outcome, reads) };
		case 'notSent':
			return { status: 'notSent', reason: notSent(outcome.cause, outcome.reason) };
	}
}

function notSent(cause: NotSentCause, reason?: Reason): Reason {
	if (cause === 'fatal' || cause === 'noConnection')
		return reason ?? { message: 'No request was made', description: 'Check the credential.' };
	const { message, description } = NOT_SENT[cause];
	if (reason === undefined) return { message, description };
	return { message, description: `${description} ${reason.message}`, httpCode: reason.httpCode };
}

/**
 * Returns why no response confirmed the change and, if a later attempt was rejected, that rejection.
 */
function unconfirmed(
	{ reason = NO_RESPONSE, rejection }: { reason?: Reason; rejection?: Reason },
	reads: boolean,
): Reason {
	if (rejection === undefined) return reason;
	const applied = reads
		? ''
		: ' MoEngage may have applied the change on the earlier attempt: look up the user in MoEngage.';
	return {
		message: `${reason.message}; on a later attempt, ${uncapitalized(rejection.message)}`,
		description: rejection.description + applied,
		httpCode: rejection.httpCode,
	};
}

/** Lowercases the start of a sentence, except for "MoEngage" and field names. */
function uncapitalized(message: string): string {
	return message.replace(/^(An?|It|No|The|There|This)\b/, (word) => word.toLowerCase());
}

/** What the output of an accepted item consists of, next to the operation's own fields. */
interface OutputContext {
	/** Names of the fields that identify the user. */
	identity: readonly string[];
	status: 'accepted' | 'applied' | 'found' | 'preview';
	/** When MoEngage accepted the change, in ISO 8601. */
	acceptedAt?: string;
	batch: number;
	attempts: number;
}

/**
 * Returns the output of an accepted item: who, the status, what was changed, and which request did it.
 * Undefined fields are left out.
 */
export function accepted(
	output: IDataObject | IDataObject[],
	{ identity, status, acceptedAt, batch, attempts }: OutputContext,
): ItemResult {
	const json = (Array.isArray(output) ? output : [output]).map((one) => {
		const who = identity.map((name) => [name, one[name]] as const);
		const what = Object.entries(one).filter(([name]) => !identity.includes(name));
		const how = Object.entries({ batch, attempts });
		const all = [
			...who,
			['status', status] as const,
			['accepted_at', acceptedAt] as const,
			...what,
			...how,
		];
		return Object.fromEntries(all.filter(([, value]) => value !== undefined));
	});
	return { status: 'accepted', json };
}

/** Adds the incoming fields of each accepted item to its output, under `input`. */
export function addInput(results: ItemResult[], input: { json(index: number): IDataObject }): void {
	for (const [index, result] of results.entries()) {
		if (!('json' in result)) continue;
		const incoming = { ...input.json(index) };
		results[index] = { ...result, json: result.json.map((one) => ({ ...one, input: incoming })) };
	}
}
