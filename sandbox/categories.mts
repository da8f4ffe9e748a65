/**
 * The subscription categories of a workspace.
 *
 * @typedef {object} Category
 * @property {string} name
 * @property {string} display_name
 * @property {string} description
 * @property {'email' | 'sms'} channel
 * @property {string} group
 * @property {'active' | 'inactive'} status
 */

/**
 * @param {string} name
 * @param {string} group
 * @param {string} description
 * @param {Partial<Category>} [rest]
 * @returns {Category}
 */
function category(name, group, description, rest = {}) {
	return {
		name,
		display_name: name,
		description,
		channel: 'email',
		group,
		status: 'active',
		...rest,
	};
}

/** A workspace's initial categories: seven active email categories, one inactive, one for SMS. */
export const DEFAULT_CATEGORIES = [
	category('Promotional', 'Marketing', 'Campaigns and sales'),
	category('Newsletter', 'Marketing', 'The monthly newsletter'),
	category('Offers and Deals', 'Marketing', 'Coupons and price drops'),
	category('Product Updates', 'Product', 'New features and changes'),
	category('Events and Webinars', 'Community', 'Invitations'),
	category('Surveys', 'Community', 'Questions to our customers'),
	category('Account Alerts', 'Service', 'Sign-ins, receipts, renewals'),
	category('Holiday Specials', 'Marketing', 'Last season', { status: 'inactive' }),
	category('Order Texts', 'Service', 'Delivery by SMS', { channel: 'sms' }),
];

/**
 * Fills in what is left out: `{ name }` alone is an active email category.
 *
 * @param {unknown} value
 * @returns {Category}
 */
export function toCategory(value) {
	const given = typeof value === 'string' ? { name: value } : value;
	if (typeof given !== 'object' || given === null || !('name' in given)) {
		throw new TypeError('A category needs a name');
	}
	const named = /** @type {Partial<Category> & { name: string }} */ (given);
	return category(String(named.name), 'General', '', named);
}

/**
 * @param {Category[]} categories
 * @param {'email' | 'sms'} [channel]
 * @returns {Category[]}
 */
export function activeCategories(categories, channel) {
	return categories.filter(
		(entry) => entry.status === 'active' && (channel === undefined || entry.channel === channel),
	);
}

/**
 * @param {Category[]} categories
 * @param {'email' | 'sms'} channel
 * @returns {Set<string>}
 */
export function activeNames(categories, channel) {
	return new Set(activeCategories(categories, channel).map((entry) => entry.name));
}
