import { z, type ZodType, type ZodTypeDef } from 'zod';

import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { writeResponse } from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict, type ResponseContext } from '../../../nodes/MoEngageSubscription/api/verdict';

function judge(
	status: number,
	body: string,
	more: Partial<ResponseContext<unknown>> & { headers?: Record<string, unknown> } = {},
) {
	const { headers = {}, ...rest } = more;
	const schema: ZodType<unknown, ZodTypeDef, unknown> = writeResponse;
	const about = { people: ['ada'], isSingle: true, secrets: [] };
	const context = { endpoint: endpoints.updatePreferences, schema, ...about };
	return verdict({ status, headers, body }, { ...context, now: 0, ...rest });
}

const about = (code: string) => JSON.stringify({ error: { code, message: 'x', target: 'user' } });
const inHeaders = JSON.stringify({ error: { message: 'x', err_code: 'HeaderMismatch' } });
const v5 = { endpoint: { ...endpoints.updatePreferences, userMayBeMissing: true } };

describe('an unusual status', () => {
	it.each([0, 100, 199])('%i isn’t an acceptance', (status) => {
		expect(judge(status, '{}').kind).toBe('fatal');
	});

	it.each([300, 399])('a %i is reported as a redirect', (status) => {
		const headers = { location: 'https://elsewhere.example/' };
		expect(JSON.stringify(judge(status, '', { headers }))).toContain('elsewhere.example');
	});

	it('a redirect without a location is fatal', () => {
		expect(judge(301, '').kind).toBe('fatal');
	});

	it.each([500, 502, 504])(
		'a %i with x-envoy-ratelimited is transient, not throttled',
		(status) => {
			const headers = { 'x-envoy-ratelimited': 'true' };
			expect(judge(status, '', { headers }).kind).toBe('transient');
		},
	);
});

describe('what is about one user and what about the API key', () => {
	it.each([404, 409])('a %i is about the user if the endpoint looks up users', (status) => {
		expect(judge(status, about('NotFound'), v5).kind).toBe('rejected');
		expect(judge(status, about('NotFound')).kind).toBe('fatal');
	});

	it.each([401, 403, 405])('a %i is never about the user, even in the shape of v5', (status) => {
		expect(judge(status, about('Unauthorized'), v5).kind).toBe('fatal');
	});

	it.each(['', '{}', '{"error": "no route"}', '<html>'])(
		'a 404 that isn’t in the shape of v5 is fatal: %s',
		(body) => {
			expect(judge(404, body, v5).kind).toBe('fatal');
		},
	);

	it('only a 400 can blame the credential’s headers', () => {
		expect(judge(400, inHeaders).kind).toBe('fatal');
		expect(judge(413, inHeaders).kind).toBe('rejected');
		expect(judge(422, inHeaders).kind).toBe('rejected');
	});
});

describe('a response in the wrong shape', () => {
	const lenient = z.object({ note: z.string().optional() });
	const strict = z.object({ id: z.string() });

	it('a read isn’t accepted by its status alone', () => {
		const read = { endpoint: endpoints.getPreferences, schema: lenient };
		expect(judge(200, '{"note": "x"}', read).kind).toBe('delivered');
		expect(judge(200, '"ok"', read).kind).toBe('rejected');
	});

	it('a write is accepted only in a documented shape with all required fields', () => {
		expect(judge(200, '{"message": "ok"}', { schema: lenient }).kind).toBe('delivered');
		expect(judge(200, '"ok"', { schema: lenient }).kind).toBe('transient');
		expect(judge(200, '{"message": "ok"}', { schema: strict }).kind).toBe('transient');
		expect(judge(200, '{"message": "ok", "id": 7}', { schema: strict }).kind).toBe('transient');
	});
});
