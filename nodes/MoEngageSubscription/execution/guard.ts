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
	/** The same for a user whom the earlier item may identify another way. */
	unsureIdentity: (): Reason => ({
		message: "An earlier item's unsubscribe, possibly of the same user, isn't known to be in force",
		description: `Nothing was changed for this item. '${GUARD_LABEL}' is on, and the earlier item identifies its user another way. Run the workflow again. To avoid this, identify all users the same way.`,
	}),
	/** The lookup failed for that reason. */
	notLookedUp: ({ message, ...reason }: Reason): Reason => ({
		...reason,
		message: `The user couldn't be looked up before the change: ${message}`,
		description: `Nothing was changed, because '${GUARD_LABEL}' is on. ${reason.description}`,
	}),
};

const NEVER_SENT = { batch: 0, attempts: 0 };

function unsubscribed(): Undelivered {
	return { status: 'rejected', reason: guardErrors.unsubscribed(), ...NEVER_SENT };
}

function unsure(reason: Reason): Undelivered {
	return { status: 'unconfirmed', reason, ...NEVER_SENT };
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
	// The change was certainly not sent, whatever the outcome of the lookup in flight.
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
	/** Kinds of identifiers of users whose opt-out may not be in force. */
	private readonly unseenKinds = new Set<string | undefined>();

	note(user: number, isOptOut: boolean, { status }: Outcome<unknown, Reason>): void {
		if (status !== 'accepted' && status !== 'unconfirmed') return;
		if (isOptOut) this.users.set(user, status);
		// A change without a lookup lifts it on purpose.
		else if (status === 'accepted') this.users.delete(user);
	}

	/** An opt-out of a user with this kind of identifier may not show in a lookup. */
	noteUnseen(kind: string | undefined): void {
		this.unseenKinds.add(kind);
	}

	/** Returns why a user must be left alone without a lookup. */
	objection(user: number, kind: string | undefined): Undelivered | undefined {
		const own = this.users.get(user);
		if (own === 'accepted') return unsubscribed();
		if (own === 'unconfirmed') return unsure(guardErrors.unsure());
		const mayBeOut = [...this.unseenKinds].some((unseen) => unseen !== kind);
		return mayBeOut ? unsure(guardErrors.unsureIdentity()) : undefined;
	}
}
