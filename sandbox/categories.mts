/** The subscription categories of a workspace. */

export interface Category {
	name: string;
	display_name: string;
	description: string;
	channel: 'email' | 'sms';
	group: string;
	status: 'active' | 'inactive';
}

function category(
	name: string,
	group: string,
	description: string,
	rest: Partial<Category> = {},
): Category {
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

/** Fills in what is left out: `{ name }` alone is an active email category. */
export function toCategory(value: unknown): Category {
	const given = typeof value === 'string' ? { name: value } : value;
	if (typeof given !== 'object' || given === null || !('name' in given)) {
		throw new TypeError('A category needs a name');
	}
	const named = given as Partial<Category> & { name: string };
	return category(String(named.name), 'General', '', named);
}

export function activeCategories(categories: Category[], channel?: 'email' | 'sms'): Category[] {
	return categories.filter(
		(entry) => entry.status === 'active' && (channel === undefined || entry.channel === channel),
	);
}

export function activeNames(categories: Category[], channel: 'email' | 'sms'): Set<string> {
	return new Set(activeCategories(categories, channel).map((entry) => entry.name));
}
