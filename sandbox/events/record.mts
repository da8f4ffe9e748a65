/** Which events a change of a user raises. */
import { randomUUID } from 'node:crypto';
import { catalog, type EventKind } from './catalog.mts';
import type { User } from '../state.mts';

/** In MoEngage's field names. */
export interface MoengageEvent {
	event_name: string;
	event_code: string;
	event_uuid: string;
	/** Seconds since 1970. */
	event_time: number;
	event_type: string;
	event_source: string;
	uid: string;
	email_id?: string;
	event_attributes: Record<string, unknown>;
	user_attributes: Record<string, unknown>;
	device_attributes: Record<string, unknown>;
}

interface Change {
	/** Active categories that the request names. */
	categories?: string[];
	/** The request sets the opt-in status. */
	optIn?: boolean;
	/** Raises no events, such as a change of the SMS channel. */
	silent?: boolean;
	attributes?: Record<string, unknown>;
}

/**
 * Applies a change to a user and returns its events. A category event is raised for each update that
 * names an active category, the unsubscribe events only if the flag changes.
 */
export function recordChange(
	user: User,
	{ categories = [], optIn = false, silent = false, attributes = {} }: Change,
	apply: () => void,
): MoengageEvent[] {
	const before = user.unsubscribed;
	user.changes++;
	apply();
	if (silent) return [];
	const kinds: EventKind[] = [];
	if (user.unsubscribed && !before) kinds.push('unsubscribed');
	if (!user.unsubscribed && before) kinds.push('resubscribed');
	if (categories.length > 0) kinds.push('categories');
	if (optIn) kinds.push('optIn');
	return kinds.map((kind) => eventOf(kind, user, { ...attributes }));
}

function eventOf(kind: EventKind, user: User, attributes: Record<string, unknown>): MoengageEvent {
	const { name, code } = catalog.events[kind];
	const off: string[] = [];
	for (const [category, subscribed] of user.categories) if (!subscribed) off.push(category);
	return {
		event_name: name,
		event_code: code,
		event_uuid: randomUUID(),
		event_time: Math.floor(Date.now() / 1000),
		event_type: 'USER_ACTION_EVENT',
		event_source: 'MOENGAGE',
		uid: user.customerId,
		...(user.email === null ? {} : { email_id: user.email }),
		event_attributes: attributes,
		user_attributes: {
			moengage_user_id: user.moeUserId,
			moe_unsubscribe: user.unsubscribed,
			moe_em_unsub_categories: off,
			...(kind === 'optIn' ? { moe_email_opt_in_status: user.optInStatus } : {}),
		},
		device_attributes: {},
	};
}
