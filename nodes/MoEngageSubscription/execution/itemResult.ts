import type { IDataObject } from 'n8n-workflow';

import type { Reason } from '../api/errors';
import type { DeliveryReport, NotSentCause, Outcome } from '../delivery';

/** What became of one item: what to put out, or why there is nothing. */
export type ItemResult =
	| { status: 'accepted'; json: readonly IDataObject[] }
	| { status: 'rejected' | 'notSent' | 'unknown'; reason: Reason };

/** What became of a run, and how an accepted record of it is put out. */
export interface Delivered {
	report: DeliveryReport<unknown, Reason>;
	present(index: number, outcome: Accepted): ItemResult;
}

type Accepted = Extract<Outcome<unknown, Reason>, { status: 'accepted' }>;

/** Each error starts with its outcome, so that a workflow can branch on it. */
const OUTCOME = { rejected: 'Rejected', notSent: 'Not sent', unknown: 'Unconfirmed' };

/** The reason of an item that was not accepted, with its outcome in front of the message. */
export function errorOf({ status, reason }: Extract<ItemResult, { reason: Reason }>): Reason {
	return { ...reason, message: `${OUTCOME[status]}: ${uncapitalized(reason.message)}` };
}

const NOT_SENT: Record<Exclude<NotSentCause, 'fatal' | 'noConnection'>, Reason> = {
	configuration: {
		message: 'MoEngage rejected every batch before this item for the same reason',
		description:
			"It's probably a setting and not a single item: see MoEngage's message in the rejected items, such as a category that doesn't exist or a missing project code in the credential.",
	},
	unreachable: {
		message: "MoEngage couldn't be reached for some time",
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

/** Why an item that was not even read was not sent. */
export const STOPPED = NOT_SENT.stopped;

const NO_RESPONSE: Reason = {
	message: 'No response came',
	description: 'Run the workflow again for these items; sending a change twice does no harm.',
};

/** Why a record was not accepted. `reads`: the request was to change nothing. */
export function reasonOf(
	outcome: Exclude<Outcome<unknown, Reason>, { status: 'accepted' }>,
	reads = false,
): Reason {
	if (outcome.status === 'rejected') return outcome.reason;
	if (outcome.status === 'unknown') return unconfirmed(outcome, reads);
	if (outcome.cause === 'fatal' || outcome.cause === 'noConnection')
		return (
			outcome.reason ?? { message: 'No request was made', description: 'Check the credential.' }
		);
	const { message, description } = NOT_SENT[outcome.cause];
	const { reason } = outcome;
	if (reason === undefined) return { message, description };
	return { message, description: `${description} ${reason.message}`, httpCode: reason.httpCode };
}

/** Both what left it open and, if a later attempt was rejected, that rejection. */
function unconfirmed(
	{ reason = NO_RESPONSE, rejection }: { reason?: Reason; rejection?: Reason },
	reads: boolean,
): Reason {
	if (rejection === undefined) return reason;
	const applied = reads
		? ''
		: ' MoEngage may have applied the change on the earlier attempt: look the user up in MoEngage.';
	return {
		message: `${reason.message}; on a later attempt, ${uncapitalized(rejection.message)}`,
		description: rejection.description + applied,
		httpCode: rejection.httpCode,
	};
}

/** A sentence within another one; "MoEngage" and the names of fields keep their capital letter. */
function uncapitalized(message: string): string {
	return message.replace(/^(An?|It|No|The|There|This)\b/, (word) => word.toLowerCase());
}

/** The output of an accepted item: MoEngage's fields and ours; what MoEngage left out is left out. */
export function accepted(
	output: IDataObject | IDataObject[],
	status: 'accepted' | 'found' | 'preview',
	{ batch, attempts }: { batch: number; attempts: number },
): ItemResult {
	const json = (Array.isArray(output) ? output : [output]).map((one) => {
		const all = Object.entries({ ...one, status: one.status ?? status, batch, attempts });
		return Object.fromEntries(all.filter(([, value]) => value !== undefined));
	});
	return { status: 'accepted', json };
}
