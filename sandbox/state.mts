/**
 * The users of a workspace, in memory.
 *
 * @typedef {object} User
 * @property {string} customerId
 * @property {string} moeUserId
 * @property {string | null} email
 * @property {Map<string, boolean>} categories only those that have been set
 * @property {boolean} unsubscribed the profile's Unsubscribe property
 * @property {string | null} optInStatus
 * @property {boolean} resubscribed
 * @property {string | null} eventId moe_event_id of the last update that had one
 * @property {number} changes writes applied to this user
 *
 * @typedef {{ categories: Record<string, boolean>, unsubscribe_all: boolean }} Preferences
 *
 * @typedef {object} Resubscription
 * @property {string} esp
 * @property {boolean | null} updateEsp null: not sent
 * @property {boolean} suppressionCleared SendGrid's list was updated
 * @property {number} times
 */
import { isCategories, isRecord } from './http.mts';

export class WorkspaceState {
	/** @type {Map<string, User>} by customer ID */
	users = new Map();
	/** @type {Map<string, Set<User>>} by email address in lower case */
	#byEmail = new Map();
	/** @type {Map<string, User>} */
	#byMoeId = new Map();
	/** @type {Map<string, Resubscription>} by email address in lower case */
	resubscriptions = new Map();
	/** @type {Map<string, string>} landing page pair → customer ID */
	#links = new Map();
	/** @type {Map<string, { fingerprint: string, response: import('./http.mts').HttpResponse }>} */
	idempotency = new Map();

	/**
	 * @param {string} customerId
	 * @param {string | null} [email] if given, the profile's email address from now on
	 * @returns {User}
	 */
	ensure(customerId, email) {
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

	/**
	 * @param {User} user
	 * @param {string} email
	 */
	#setEmail(user, email) {
		if (user.email !== null) this.#byEmail.get(user.email.toLowerCase())?.delete(user);
		user.email = email;
		const key = email.toLowerCase();
		const profiles = this.#byEmail.get(key) ?? new Set();
		this.#byEmail.set(key, profiles.add(user));
	}

	/**
	 * @param {string} email
	 * @returns {User[]} every profile with the email address
	 */
	withEmail(email) {
		return [...(this.#byEmail.get(email.toLowerCase()) ?? [])];
	}

	/** @param {string} moeUserId */
	withMoeId(moeUserId) {
		return this.#byMoeId.get(moeUserId);
	}

	/**
	 * @param {string} userId
	 * @param {string} cid
	 * @param {string} customerId
	 */
	link(userId, cid, customerId) {
		this.#links.set(JSON.stringify([userId, cid]), customerId);
	}

	/**
	 * @param {string} userId
	 * @param {string} cid
	 */
	linked(userId, cid) {
		return this.#links.get(JSON.stringify([userId, cid]));
	}

	/**
	 * Adds a user from the control API, in MoEngage's field names.
	 *
	 * @param {unknown} seed
	 */
	seed(seed) {
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

/** @param {User} user */
export function describeUser(user) {
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
 *
 * @param {User} user
 * @param {Preferences} change
 * @param {Set<string>} active
 * @param {boolean} falseClears
 */
export function applyPreferences(user, change, active, falseClears) {
	user.changes++;
	if (change.unsubscribe_all) {
		user.unsubscribed = true;
		for (const name of active) user.categories.set(name, false);
		return;
	}
	if (falseClears) user.unsubscribed = false;
	applyCategories(user, change.categories, active);
}

/**
 * @param {User} user
 * @param {Record<string, boolean>} categories
 * @param {Set<string>} active
 */
export function applyCategories(user, categories, active) {
	for (const [name, subscribed] of Object.entries(categories)) {
		if (active.has(name)) user.categories.set(name, subscribed);
	}
}
