import { z } from 'zod';

import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import {
	preferencesResponse,
	writeResponse,
} from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict, type HttpResponse } from '../../../nodes/MoEngageSubscription/api/verdict';

export const NEVER_QUOTED = 'text-that-is-never-quoted';

/** The verdict on a response to a request about `people`. */
export function judge(
	status: number,
	body: unknown,
	{
		headers = {},
		people = ['ada'],
		isSingle = people.length === 1,
	}: { headers?: HttpResponse['headers']; people?: string[]; isSingle?: boolean } = {},
	endpoint = endpoints.bulkUpdatePreferences,
) {
	const schema: z.ZodTypeAny = endpoint.reads ? preferencesResponse : writeResponse;
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return verdict(
		{ status, headers, body: text },
		{ endpoint, schema, people, isSingle, secrets: [NEVER_QUOTED], now: 0 },
	);
}

/** Everything that a user would see of a verdict. */
export const shown = (found: object) => ('reason' in found ? JSON.stringify(found.reason) : '');
