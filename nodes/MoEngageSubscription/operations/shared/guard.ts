import type { INodeProperties } from 'n8n-workflow';

import type { UserResponse } from '../../api/schemas';
import { asFlag, OPTION } from './flags';
import type { ItemReader } from './itemReader';
import { inputErrors } from './inputErrors';
import type { RunInput } from './runInput';
import type { UserLookup } from './userIdentifier';

/** How the node finds out whether a change would lift a user's global unsubscribe. */
export interface Guard<T> {
	/** Whether users are looked up if the option isn't added. */
	isDefault: boolean;
	/** Returns how to look up the user; `undefined` if the change itself unsubscribes from everything. */
	lookup(value: T): UserLookup | undefined;
}

/** How the node finds out whether MoEngage has applied a change that it accepted. */
export interface ResultCheck<T> {
	lookup(value: T): UserLookup;
	/** Whether the user's preferences are those that the change asks for. */
	isApplied(value: T, preferences: UserResponse['data']): boolean;
}

export const GUARD_LABEL = 'Respect Global Unsubscribe';

/** Returns the entry of the collection 'Options'. On by default when it's added. */
export function guardOption(description: string): INodeProperties {
	return {
		displayName: GUARD_LABEL,
		name: 'respectGlobalUnsubscribe',
		type: 'boolean',
		default: true,
		description,
	};
}

/** Whether a user may have to be looked up: the option is on, or an expression. */
export function mayGuard(
	{ rawOptions }: RunInput,
	{ isDefault }: Pick<Guard<never>, 'isDefault'>,
): boolean {
	if (!Object.hasOwn(rawOptions, 'respectGlobalUnsubscribe')) return isDefault;
	return rawOptions.respectGlobalUnsubscribe !== false;
}

/**
 * Returns how to look up the user before a change; `undefined` if it isn't necessary. An opt-out is
 * sent without a lookup, even if the option can't be read.
 */
export function readGuard<T>(
	item: ItemReader,
	guard: Guard<T> | undefined,
	value: T,
): UserLookup | undefined {
	const lookup = guard?.lookup(value);
	if (guard === undefined || lookup === undefined) return undefined;
	if (!item.hasOption('respectGlobalUnsubscribe')) return guard.isDefault ? lookup : undefined;
	const isOn = asFlag(item.option('respectGlobalUnsubscribe'), GUARD_LABEL, OPTION);
	// A blank value must not count as no, because that could lift an unsubscribe.
	if (isOn === undefined) throw inputErrors.emptyOption(GUARD_LABEL);
	return isOn ? lookup : undefined;
}
