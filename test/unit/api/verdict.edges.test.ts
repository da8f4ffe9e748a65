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
	const question = { endpoint: endpoints.updatePreferences, schema, ...about };
	return verdict({ status, headers, body }, { ...question, now: 0, ...rest });
}

const about = (code: string) => JSON.stringify({ error: { code, message: 'x', target: 'user' } });
const inHeaders = JSON.stringify({ error: { message: 'x', err_code: 'HeaderMismatch' } });
const v5 = { endpoint: { ...endpoints.updatePreferences, userMayBeMissing: true } };

describe('a status beside the usual ones', () => {
	it.each([0, 100, 199])('%i is no acceptance', (status) => {
		expect(judge(status, '{}').kind).toBe('fatal');
	});

	it.each([300, 399])('%i is a redirect', (status) => {
		const headers = { location: 'https://elsewhere.example/' };
		expect(JSON.stringify(judge(status, '', { headers }))).toContain('elsewhere.example');
	});

	it('a redirect to nowhere is fatal as well', () => {
		expect(judge(301, '').kind).toBe('fatal');
	});

	it.each([500, 502, 504])('%i is no throttle, whatever the gateway counts', (status) => {
		const headers = { 'x-envoy-ratelimited': 'true' };
		expect(judge(status, '', { headers }).kind).toBe('transient');
	});
});

describe('what is about one user and what about the API key', () => {
	it.each([404, 409])('%i is about the user where the endpoint looks users up', (status) => {
		expect(judge(status, about('NotFound'), v5).kind).toBe('rejected');
		expect(judge(status, about('NotFound')).kind).toBe('fatal');
	});

	it.each([401, 403, 405])('%i never is, though it has the shape of it', (status) => {
		expect(judge(status, about('Unauthorized'), v5).kind).toBe('fatal');
	});

	it.each(['', '{}', '{"error": "no route"}', '<html>'])(
		'a 404 without v5’s shape says that the address is wrong: %s',
		(body) => {
			expect(judge(404, body, v5).kind).toBe('fatal');
		},
	);

	it('only a 400 blames what the credential puts into the headers', () => {
		expect(judge(400, inHeaders).kind).toBe('fatal');
		expect(judge(413, inHeaders).kind).toBe('rejected');
		expect(judge(422, inHeaders).kind).toBe('rejected');
	});
});

describe('an answer that has not the shape it should have', () => {
	const lenient = z.object({ note: z.string().optional() });
	const strict = z.object({ id: z.string() });

	it('is never an acceptance of a read, by its status alone', () => {
		const read = { endpoint: endpoints.getPreferences, schema: lenient };
		expect(judge(200, '{"note": "x"}', read).kind).toBe('delivered');
		expect(judge(200, '"ok"', read).kind).toBe('rejected');
	});

	it('is one of a write only in a documented shape with all that is required', () => {
		expect(judge(200, '{"message": "ok"}', { schema: lenient }).kind).toBe('delivered');
		expect(judge(200, '"ok"', { schema: lenient }).kind).toBe('transient');
		expect(judge(200, '{"message": "ok"}', { schema: strict }).kind).toBe('transient');
		expect(judge(200, '{"message": "ok", "id": 7}', { schema: strict }).kind).toBe('transient');
	});
});
