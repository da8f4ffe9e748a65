import { z } from 'zod';

/**
 * The request and response bodies of MoEngage's APIs. Responses are validated when they arrive;
 * the tests validate requests against MoEngage's OpenAPI document.
 */

/**
 * Category name → subscribed. Validated without copying it key by key, because a category may
 * be called `__proto__`.
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
export interface PreferenceChange {
	categories: Record<string, boolean>;
	unsubscribe_all: boolean;
}

export interface UserPreference extends PreferenceChange {
	customer_id: string;
}

export interface BulkUpdateBody {
	channel: 'email';
	user_preferences: UserPreference[];
}

export const optInStatus = z.enum(['DOUBLE_OPTED_IN', 'OPT_IN_PENDING', 'OPTED_OUT']);
export type OptInStatus = z.infer<typeof optInStatus>;

/** MoEngage rejects any other key. At least one of `customer_id` and `email_id` is required. */
export interface OptInPreference {
	customer_id?: string;
	email_id?: string;
	categories?: Record<string, boolean>;
	opt_in_status: OptInStatus;
	channel: 'email';
}

export interface OptInBody {
	user_preferences: OptInPreference;
}

/** MoEngage rejects any other key; `update_esp` has two documented defaults, so it is always sent. */
export interface ResubscribeBody {
	recipients: string[];
	esp: string;
	update_esp: boolean;
	request_id: string;
}

/** v5: how a request identifies the user, and its channel. */
export const userIdentifierType = z.enum(['email', 'uid', 'moe_user_id']);
export type UserIdentifierType = z.infer<typeof userIdentifierType>;
export const channel = z.enum(['email', 'sms']);
export type Channel = z.infer<typeof channel>;

/**
 * v5: the limits on attributes of the event that MoEngage records for a change. Lengths in
 * characters.
 */
export const EVENT_ATTRIBUTES = { most: 5, longestName: 50, longestValue: 255 };
export type EventAttributes = Record<string, string>;

/** v5: `is_globally_unsubscribed` false lifts an earlier unsubscribe from all. */
export interface UserChangeBody {
	user_identifier_type: UserIdentifierType;
	user_identifier_value: string;
	is_globally_unsubscribed: boolean;
	channel: Channel;
	categories?: Record<string, boolean>;
	event_attributes?: EventAttributes;
	request_id?: string;
}

/** The response to a read of preferences. */
export const preferencesResponse = z.object({ categories: categoryMap });
export type PreferencesResponse = z.infer<typeof preferencesResponse>;

const text = z.string().nullish();

/** v5: the response to a read of one user's preferences. */
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

/** v5: the response to a read of the workspace's active categories. */
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
 * a body is one; this schema only extracts what the output shows.
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
 * The five shapes of MoEngage's error bodies in one schema. Every part is optional.
 * `{title, description}` · `{message}` · `{error: {code, message, details: {target, message}}}` ·
 * `{response_id, error: {message, err_code}}` · `{error: {code, message, target, details: […]}}`
 */
const optionalText = z.string().optional().catch(undefined);
const detail = z.object({ target: optionalText, message: optionalText });
export const rejectionBody = z.object({
	status: optionalText,
	title: optionalText,
	description: optionalText,
	message: optionalText,
	error: z
		.union([
			z.string(),
			z.object({
				code: optionalText,
				err_code: optionalText,
				type: optionalText,
				message: optionalText,
				target: optionalText,
				details: z
					.union([z.array(detail.catch({})), detail.transform((one) => [one])])
					.optional()
					.catch(undefined),
			}),
		])
		.optional()
		.catch(undefined),
});
export type RejectionBody = z.infer<typeof rejectionBody>;
