import type { IHttpRequestMethods } from 'n8n-workflow';

import type { Policy } from '../delivery';

/**
 * One of MoEngage's APIs. Its limits hold per workspace and per endpoint: the same path with
 * another method has a budget of its own.
 */
export interface Endpoint extends Policy {
	/** Names the endpoint in the door that its requests queue at. */
	id: string;
	method: IHttpRequestMethods;
	path: string;
	/** Sending the same request again leaves MoEngage as after the first time. */
	idempotent: boolean;
	/** It only reads: nothing changes at MoEngage. */
	reads: boolean;
	/** 404 and 409 are about the user in the request, not about the address or the API key. */
	userMayBeMissing: boolean;
}

/** "At most so many in any 60 s" is legal under every reading of MoEngage's pages. */
const MINUTE = 60_000;

/** Gives every line the same type. */
const table = <Name extends string>(lines: Record<Name, Endpoint>) => lines;

/**
 * The one table of MoEngage's endpoints. The throttle, the tests and the README's table read
 * it, when they need it. `limit` is requests a `windowMs` (milliseconds), `dayLimit` requests
 * a day, `batchSize` users a request.
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
	/** Rate as above. A repeat carries the same Idempotency-Key. */
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
	/** Rate as above. The answer is cached at MoEngage for an hour. */
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
