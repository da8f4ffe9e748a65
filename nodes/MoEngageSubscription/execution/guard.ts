import type { Reason } from '../api/errors';
import type { Outcome } from '../delivery';
import { failureOf } from './itemResult';
import type { LookupOutcome } from './lookups';
import { GUARD_LABEL } from '../operations/shared/guard';

export type Undelivered = Exclude<Outcome<unknown, Reason>, { status: 'accepted' }>;

/** Why a user is left alone. docs/errors.md lists these texts. */
export const guardErrors = {
	unsubscribed: (): Reason => ({
		message: 'The user is globally unsubscribed',
		description: `Nothing was changed, because '${GUARD_LABEL}' is on. If you have newer consent from this user, send the change with that option off: MoEngage then lifts the unsubscribe.`,
	}),
	/** An earlier item unsubscribed the user, and MoEngage may not have applied it. */
	unsure: (): Reason => ({
		message: "An earlier item's unsubscribe of the same user is unconfirmed",
		description: `Nothing was changed for this item, because '${GUARD_LABEL}' is on. Run the workflow again for both items.`,
	}),
	/** The lookup failed for that reason. */
	notLookedUp: ({ message, ...reason }: Reason): Reason => ({
		...reason,
		message: `The user couldn't be looked up before the change: ${message}`,
		description: `Nothing was changed, because '${GUARD_LABEL}' is on. ${reason.description}`,
	}),
};

const NEVER_SENT = { batch: 0, attempts: 0 };

export function unsubscribed(): Undelivered {
	return { status: 'rejected', reason: guardErrors.unsubscribed(), ...NEVER_SENT };
}

/**
 * Returns why a user must be left alone after a lookup; `undefined` if the change may be sent.
 * `isStopped`: the user stopped the workflow.
 */
export function objection(lookup: LookupOutcome, isStopped: boolean): Undelivered | undefined {
	if (lookup.status === 'accepted') {
		const { is_globally_unsubscribed } = lookup.result.response.data;
		return is_globally_unsubscribed ? unsubscribed() : undefined;
	}
	if (lookup.status === 'notSent') return lookup;
	// The change was certainly not sent, whatever became of the lookup in flight.
	if (isStopped) return { status: 'notSent', cause: 'stopped' };
	const { reason } = failureOf(lookup, true);
	const { status, batch, attempts } = lookup;
	return { status, reason: guardErrors.notLookedUp(reason), batch, attempts };
}

/**
 * Remembers which users the run itself has unsubscribed. MoEngage applies a change some time after it
 * accepts it, so a lookup may not show it.
 */
export class OwnOptOuts {
	private readonly users = new Map<number, 'accepted' | 'unconfirmed'>();

	note(user: number, isOptOut: boolean, { status }: Outcome<unknown, Reason>): void {
		if (status !== 'accepted' && status !== 'unconfirmed') return;
		if (isOptOut) this.users.set(user, status);
		// A change without a lookup lifts it on purpose.
		else if (status === 'accepted') this.users.delete(user);
	}

	/** Returns why a user must be left alone without a lookup. */
	objection(user: number): Undelivered | undefined {
		switch (this.users.get(user)) {
			case 'accepted':
				return unsubscribed();
			case 'unconfirmed':
				return { status: 'unconfirmed', reason: guardErrors.unsure(), ...NEVER_SENT };
			case undefined:
				return undefined;
		}
	}
}
