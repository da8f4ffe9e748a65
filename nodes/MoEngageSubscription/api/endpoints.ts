import type { IHttpRequestMethods } from 'n8n-workflow';

import type { Policy } from '../delivery';

/**
 * One of MoEngage's APIs. Its limits apply per workspace and endpoint: the same path with another
 * method has its own limits.
 */
export interface Endpoint extends Policy {
	/** Identifies the endpoint's queue within a workspace. */
	id: string;
	method: IHttpRequestMethods;
	path: string;
	/** Sending the same request twice has the same effect as sending it once. */
	idempotent: boolean;
	/** The endpoint only reads: it changes nothing in MoEngage. */
	reads: boolean;
	/** A 404 or 409 is about the user in the request, not about the URL or the API key. */
	userMayBeMissing: boolean;
}

/**
 * MoEngage doesn't say how it counts a minute. A limit for any 60 s is valid under every
 * interpretation.
 */
const MINUTE = 60_000;

/** Gives every entry the same type and keeps the names. */
const table = <Name extends string>(lines: Record<Name, Endpoint>) => lines;

/**
 * All of MoEngage's endpoints. `limit` is in requests per `windowMs` (milliseconds), `dayLimit` in
 * requests per day, and `batchSize` in users per request. A test compares the README's table with
 * this one.
 */
export const endpoints = table({
	/** Rate: "100 requests per minute", Category Subscription API. */
	getPreferences: {
		id: 'preference.get',
		method: 'GET',
		path: '/v1/category-subscription/user-preferences',
		batchSize: 1,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: true,
		userMayBeMissing: false,
	},
	/** Rate: "100 requests per minute", Category Subscription API. */
	updatePreferences: {
		id: 'preference.update',
		method: 'PUT',
		path: '/v1/category-subscription/user-preferences',
		batchSize: 1,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: false,
		userMayBeMissing: false,
	},
	/** Rate as above; size: "Payload limit is set to 50". */
	bulkUpdatePreferences: {
		id: 'preference.bulkUpdate',
		method: 'POST',
		path: '/v1/category-subscription/user-preferences',
		batchSize: 50,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: false,
		userMayBeMissing: false,
	},
	/** Rate: "1000 requests per minute, 360K per day", Email Opt-in Management API. */
	updateOptIn: {
		id: 'optIn.update',
		method: 'PUT',
		path: '/v1.0/opt-in-management/user-preferences',
		batchSize: 1,
		limit: 1000,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: false,
		userMayBeMissing: false,
	},
	/** Rate: "10 requests per minute"; size: "Payload limit is set to 100", Bulk Resubscribe API. */
	resubscribe: {
		id: 'resubscription.resubscribe',
		method: 'POST',
		path: '/emails/v1.0/bulk-resubscribe',
		batchSize: 100,
		limit: 10,
		windowMs: MINUTE,
		dayLimit: 14_400,
		idempotent: true,
		reads: false,
		userMayBeMissing: false,
	},
	/** Rate: "100 requests per minute", v5 Subscription Preferences API. */
	getPreferencesByUser: {
		id: 'preference.getByUser',
		method: 'GET',
		path: '/v5/subscription-preferences',
		batchSize: 1,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: true,
		userMayBeMissing: true,
	},
	/** Rate as above. A retry carries the same Idempotency-Key. */
	updatePreferencesByUser: {
		id: 'preference.updateByUser',
		method: 'PATCH',
		path: '/v5/subscription-preferences',
		batchSize: 1,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: false,
		userMayBeMissing: true,
	},
	/** Rate as above. MoEngage caches the response for an hour. */
	getCategories: {
		id: 'category.getAll',
		method: 'GET',
		path: '/v5/subscription-categories',
		batchSize: 1,
		limit: 100,
		windowMs: MINUTE,
		dayLimit: 360_000,
		idempotent: true,
		reads: true,
		userMayBeMissing: false,
	},
});
