import type { IDataObject } from 'n8n-workflow';

import type { Reason } from './api/reasons';
import type { DeliveryReport, NotSentCause, Outcome } from './delivery';

/** What became of one item: what to put out, or why there is nothing. */
export type Fate =
	| { status: 'accepted'; json: readonly IDataObject[] }
	| { status: 'rejected' | 'notSent' | 'unknown'; reason: Reason };

/** What became of a run, and how an accepted record of it is put out. */
export interface Delivered {
	report: DeliveryReport<unknown, Reason>;
	present(index: number, outcome: Accepted): Fate;
}

type Accepted = Extract<Outcome<unknown, Reason>, { status: 'accepted' }>;

const NOT_SENT: Record<Exclude<NotSentCause, 'fatal'>, Reason> = {
	configuration: {
		message: 'Not sent, because MoEngage refused every batch before it for the same reason',
		description:
			'It is likely a setting and not a single item: see the refused items for what MoEngage says, such as a category that does not exist or a missing project code in the credential.',
	},
	unreachable: {
		message: 'Not sent, because MoEngage could not be reached for some time',
		description: 'Run the workflow again later for these items.',
	},
	dayLimit: {
		message: "Not sent, because MoEngage's limit of requests for this day is used up",
		description:
			'Run the workflow again tomorrow for these items, or ask MoEngage for a higher limit.',
	},
	stopped: {
		message: 'Not sent, because the workflow was stopped',
		description: 'Run the workflow again for these items.',
	},
};

/** Why an item that was not even read was not sent. */
export const STOPPED = NOT_SENT.stopped;

/** The reason that a person sees where a record was not accepted; `reads`: nothing was to change. */
export function reasonOf(
	outcome: Exclude<Outcome<unknown, Reason>, { status: 'accepted' }>,
	reads = false,
): Reason {
	if (outcome.status === 'rejected') return outcome.reason;
	if (outcome.status === 'unknown') {
		const { message, description, httpCode } = outcome.reason ?? {
			message: 'No answer came',
			description: 'Run the workflow again for these items; sending a change twice does no harm.',
		};
		return {
			message: reads ? message : `It is not known whether MoEngage took this change: ${message}`,
			description,
			httpCode,
		};
	}
	if (outcome.cause === 'fatal')
		return outcome.reason ?? { message: 'Not sent', description: 'Check the MoEngage credential.' };
	const { message, description } = NOT_SENT[outcome.cause];
	const { reason } = outcome;
	if (reason === undefined) return { message, description };
	return { message, description: `${description} ${reason.message}`, httpCode: reason.httpCode };
}

/** The output of an accepted item: MoEngage's fields and ours; what MoEngage left out is left out. */
export function accepted(
	output: IDataObject | IDataObject[],
	status: 'accepted' | 'found' | 'preview',
	{ batch, attempts }: { batch: number; attempts: number },
): Fate {
	const json = (Array.isArray(output) ? output : [output]).map((one) => {
		const all = Object.entries({ ...one, status: one.status ?? status, batch, attempts });
		return Object.fromEntries(all.filter(([, value]) => value !== undefined));
	});
	return { status: 'accepted', json };
}
