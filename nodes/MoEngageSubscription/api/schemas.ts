import { z } from 'zod';

/**
 * What goes to MoEngage and what comes back. Types are inferred; the answers are checked when
 * they arrive, the bodies by the types here and by the tests.
 */

/**
 * Category name → subscribed. Checked as it stands and not copied key by key: a category may be
 * called `__proto__`.
 */
const categoryMap = z.custom<Record<string, boolean>>(
	(value) =>
		typeof value === 'object' &&
		value !== null &&
		!Array.isArray(value) &&
		Object.values(value).every((subscribed) => typeof subscribed === 'boolean'),
	'categories must be an object of true and false',
);

/** A change of one user's categories. `unsubscribe_all: true` makes MoEngage ignore `categories`. */
export const preferenceChange = z
	.object({ categories: categoryMap, unsubscribe_all: z.boolean() })
	.strict();
export type PreferenceChange = z.infer<typeof preferenceChange>;

export const userPreference = preferenceChange.extend({ customer_id: z.string().min(1) }).strict();
export type UserPreference = z.infer<typeof userPreference>;

export const bulkUpdateBody = z
	.object({
		channel: z.literal('email'),
		user_preferences: z.array(userPreference).min(1).max(50),
	})
	.strict();
export type BulkUpdateBody = z.infer<typeof bulkUpdateBody>;

export const optInStatus = z.enum(['DOUBLE_OPTED_IN', 'OPT_IN_PENDING', 'OPTED_OUT']);
export type OptInStatus = z.infer<typeof optInStatus>;

/** MoEngage refuses any other key. One of `customer_id` and `email_id` is needed at least. */
export const optInPreference = z
	.object({
		customer_id: z.string().min(1).optional(),
		email_id: z.string().min(3).optional(),
		categories: categoryMap.optional(),
		opt_in_status: optInStatus,
		channel: z.literal('email'),
	})
	.strict();
export type OptInPreference = z.infer<typeof optInPreference>;

export const optInBody = z.object({ user_preferences: optInPreference }).strict();
export type OptInBody = z.infer<typeof optInBody>;

/** MoEngage refuses any other key; `update_esp` has two documented defaults, so it is always sent. */
export const resubscribeBody = z
	.object({
		recipients: z.array(z.string().min(3)).min(1).max(100),
		esp: z.string().min(1),
		update_esp: z.boolean(),
		request_id: z.string().min(1),
	})
	.strict();
export type ResubscribeBody = z.infer<typeof resubscribeBody>;

/** v5: whom a request is about, and for which of the channels. */
export const userIdentifierType = z.enum(['email', 'uid', 'moe_user_id']);
export type UserIdentifierType = z.infer<typeof userIdentifierType>;
export const channel = z.enum(['email', 'sms']);
export type Channel = z.infer<typeof channel>;

/** v5: what the event that MoEngage raises for a change shall carry besides. Lengths in characters. */
export const EVENT_ATTRIBUTES = { most: 5, longestName: 50, longestValue: 255 };
export const eventAttributes = z.record(z.string());
export type EventAttributes = z.infer<typeof eventAttributes>;

/** v5: `is_globally_unsubscribed` false lifts an earlier unsubscribe from all. */
export const userChangeBody = z
	.object({
		user_identifier_type: userIdentifierType,
		user_identifier_value: z.string().min(1),
		is_globally_unsubscribed: z.boolean(),
		channel,
		categories: categoryMap,
		event_attributes: eventAttributes.optional(),
		request_id: z.string().min(1).optional(),
	})
	.strict();
export type UserChangeBody = z.infer<typeof userChangeBody>;

/** The answer to a read of preferences. */
export const preferencesResponse = z.object({ categories: categoryMap });
export type PreferencesResponse = z.infer<typeof preferencesResponse>;

const text = z.string().nullish();

/** v5: the answer to a read of one user's preferences. */
export const userResponse = z.object({
	data: z.object({
		user_id: text,
		is_globally_unsubscribed: z.boolean(),
		categories: z.array(
			z.object({
				name: z.string(),
				display_name: text,
				channel: text,
				group: text,
				status: z.string(),
			}),
		),
	}),
});
export type UserResponse = z.infer<typeof userResponse>;

/** v5: the answer to a list of the workspace's active categories. */
export const categoriesResponse = z.object({
	data: z.array(
		z.object({
			name: z.string(),
			display_name: text,
			description: text,
			channel: text,
			group: text,
			status: text,
		}),
	),
});
export type CategoriesResponse = z.infer<typeof categoriesResponse>;

/**
 * The response to an accepted write. v5 has its message under `data`. `isAcceptance` decides whether
 * a body is one; this only takes out what the output shows.
 */
export const writeResponse = z
	.object({
		message: z.string().optional().catch(undefined),
		response_id: z.string().optional().catch(undefined),
		data: z.object({ message: z.string().optional() }).optional().catch(undefined),
	})
	.transform(({ message, response_id, data }) => ({
		message: message ?? data?.message,
		response_id,
	}));
export type WriteResponse = z.infer<typeof writeResponse>;

/**
 * The five shapes in which MoEngage says what is wrong, as one: each part may be there or not.
 * `{title, description}` · `{message}` · `{error: {code, message, details: {target, message}}}` ·
 * `{response_id, error: {message, err_code}}` · `{error: {code, message, target}}`
 */
const word = z.string().optional().catch(undefined);
export const rejectionBody = z.object({
	status: word,
	title: word,
	description: word,
	message: word,
	error: z
		.union([
			z.string(),
			z.object({
				code: word,
				err_code: word,
				type: word,
				message: word,
				target: word,
				details: z.object({ target: word, message: word }).optional().catch(undefined),
			}),
		])
		.optional()
		.catch(undefined),
});
export type RejectionBody = z.infer<typeof rejectionBody>;
