import type { DeliveryRecord } from '../delivery';
import { counted, duration, formatted, type StatusCounts } from './runSummary';
import type { AnyOperation } from '../operations/operation';
import { getPreferencesByUser } from '../operations/preference/getByUser.operation';
import { GUARD_LABEL } from '../operations/shared/guard';

/** What a run knows of lookups before it sends anything. */
interface LookupPlan {
	records: ReadonlyArray<DeliveryRecord<unknown>>;
	/** For each record, the lookup that must come before it, if any. */
	lookups: ReadonlyArray<unknown>;
	isPreview: boolean;
}

/**
 * Returns what the hints say about global unsubscribes: the lookups that a preview would make, or that
 * none were made.
 */
export function guardSentence(
	{ guard, noun }: AnyOperation,
	{ records, lookups, isPreview }: LookupPlan,
	{ accepted }: Pick<StatusCounts, 'accepted'>,
): string[] {
	if (guard === undefined) return [];
	if (isPreview) return previewed(lookups.filter((lookup) => lookup !== undefined).length, noun);
	// If users are looked up by default, the user has turned it off on purpose.
	const isUnguarded =
		!guard.isDefault &&
		accepted > 0 &&
		records.some(
			({ value }, index) => lookups[index] === undefined && guard.lookup(value) !== undefined,
		);
	if (!isUnguarded) return [];
	const { limit } = getPreferencesByUser.endpoint;
	return [
		`MoEngage may have lifted global unsubscribes. '${GUARD_LABEL}' prevents that (${limit} ${noun[1]} per minute).`,
	];
}

function previewed(lookups: number, [one, many]: readonly [string, string]): string[] {
	if (lookups === 0) return [];
	const { limit, windowMs } = getPreferencesByUser.endpoint;
	const windows = Math.max(Math.ceil(lookups / limit) - 1, 0);
	const time = windows === 0 ? 'a few seconds' : `about ${duration(windows * windowMs)}`;
	return [
		`${formatted(lookups)} ${lookups === 1 ? one : many} would be looked up first, in as many requests and ${time}.`,
	];
}

/**
 * Returns sentences about a run that looked up users, if any. `pending`: accepted changes that weren't
 * seen to be applied.
 */
export function stepNotes(lookupRequests: number, pending: number): string[] {
	const parts: string[] = [];
	if (lookupRequests > 0)
		parts.push(`Looking up users took ${counted(lookupRequests, ['request', 'requests'])}.`);
	if (pending > 0)
		parts.push(
			`${counted(pending, ['change was', 'changes were'])} accepted, but not seen to be applied in time.`,
		);
	return parts;
}
