/** The users of a workspace, in memory. */
import { isCategories, isRecord, type HttpResponse } from './http.mts';

export interface User {
	customerId: string;
	moeUserId: string;
	email: string | null;
	/** Only those that have been set. */
	categories: Map<string, boolean>;
	/** The profile's Unsubscribe property. */
	unsubscribed: boolean;
	optInStatus: string | null;
	resubscribed: boolean;
	/** moe_event_id of the last update that had one. */
	eventId: string | null;
	/** Writes applied to this user. */
	changes: number;
}

export type Preferences = { categories: Record<string, boolean>; unsubscribe_all: boolean };

interface Resubscription {
	esp: string;
	/** null: not sent */
	updateEsp: boolean | null;
	/** SendGrid's list was updated. */
	suppressionCleared: boolean;
	times: number;
}

export class WorkspaceState {
	/** By customer ID. */
	users: Map<string, User> = new Map();
	/** By email address in lower case. */
	#byEmail: Map<string, Set<User>> = new Map();
	#byMoeId: Map<string, User> = new Map();
	/** By email address in lower case. */
	resubscriptions: Map<string, Resubscription> = new Map();
	/** Landing page pair → customer ID. */
	#links: Map<string, string> = new Map();
	idempotency: Map<string, { fingerprint: string; response: HttpResponse }> = new Map();

	/** @param email if given, the profile's email address from now on */
	ensure(customerId: string, email?: string | null): User {
		let user = this.users.get(customerId);
		if (user === undefined) {
			user = {
				customerId,
				moeUserId: (this.users.size + 1).toString(16).padStart(24, '0'),
				email: null,
				categories: new Map(),
				unsubscribed: false,
				optInStatus: null,
				resubscribed: false,
				eventId: null,
				changes: 0,
			};
			this.users.set(customerId, user);
			this.#byMoeId.set(user.moeUserId, user);
		}
		if (email) this.#setEmail(user, email);
		return user;
	}

	#setEmail(user: User, email: string) {
		if (user.email !== null) this.#byEmail.get(user.email.toLowerCase())?.delete(user);
		user.email = email;
		const key = email.toLowerCase();
		const profiles = this.#byEmail.get(key) ?? new Set();
		this.#byEmail.set(key, profiles.add(user));
	}

	/** @returns every profile with the email address */
	withEmail(email: string): User[] {
		return [...(this.#byEmail.get(email.toLowerCase()) ?? [])];
	}

	withMoeId(moeUserId: string) {
		return this.#byMoeId.get(moeUserId);
	}

	link(userId: string, cid: string, customerId: string) {
		this.#links.set(JSON.stringify([userId, cid]), customerId);
	}

	linked(userId: string, cid: string) {
		return this.#links.get(JSON.stringify([userId, cid]));
	}

	/** Adds a user from the control API, in MoEngage's field names. */
	seed(seed: unknown) {
		if (!isRecord(seed) || typeof seed.customer_id !== 'string' || seed.customer_id === '') {
			throw new TypeError('A user needs a customer_id');
		}
		const email = typeof seed.email_id === 'string' ? seed.email_id : null;
		const user = this.ensure(seed.customer_id, email);
		if (isCategories(seed.categories)) {
			for (const [name, value] of Object.entries(seed.categories)) user.categories.set(name, value);
		}
		if (typeof seed.unsubscribed === 'boolean') user.unsubscribed = seed.unsubscribed;
		if (typeof seed.opt_in_status === 'string') user.optInStatus = seed.opt_in_status;
	}
}

export function describeUser(user: User) {
	return {
		customer_id: user.customerId,
		moe_user_id: user.moeUserId,
		email_id: user.email,
		categories: Object.fromEntries(user.categories),
		unsubscribed: user.unsubscribed,
		opt_in_status: user.optInStatus,
		resubscribed: user.resubscribed,
		moe_event_id: user.eventId,
		changes: user.changes,
	};
}

/**
 * The change that the v1 preference APIs make. Unknown and inactive categories are left out
 * silently; "unsubscribe from all" takes precedence over the categories.
 */
export function applyPreferences(
	user: User,
	change: Preferences,
	active: Set<string>,
	falseClears: boolean,
) {
	if (change.unsubscribe_all) {
		user.unsubscribed = true;
		for (const name of active) user.categories.set(name, false);
		return;
	}
	if (falseClears) user.unsubscribed = false;
	applyCategories(user, change.categories, active);
}

export function applyCategories(
	user: User,
	categories: Record<string, boolean>,
	active: Set<string>,
) {
	for (const [name, subscribed] of Object.entries(categories)) {
		if (active.has(name)) user.categories.set(name, subscribed);
	}
}
