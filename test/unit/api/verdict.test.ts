import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { judge, NEVER_QUOTED, shown } from './judge';

describe('an acceptance', () => {
	it.each([
		['200 of the preference APIs', 200, { message: 'Your request has been processed' }],
		['202 of the resubscribe API', 202, { message: 'submitted', response_id: 'SrTuWVlPsq' }],
		['an empty body', 200, ''],
		['no content', 204, ''],
	])('%s is an acceptance', (_name, status, body) => {
		expect(judge(status, body).kind).toBe('delivered');
	});

	it('an acceptance contains MoEngage’s message, response ID, and categories', () => {
		expect(judge(202, { message: 'm', response_id: 'r', more: 1 })).toMatchObject({
			result: { message: 'm', response_id: 'r' },
		});
		const read = judge(200, { categories: { A: true, B: false } }, {}, endpoints.getPreferences);
		expect(read).toMatchObject({ result: { categories: { A: true, B: false } } });
	});

	it('an acceptance contains neither other users nor secrets', () => {
		const message = `ok for ada-17, bob%40x.com by ${NEVER_QUOTED}`;
		const found = judge(200, { message }, { people: ['ada-17', 'cy-18'] });
		expect(found).toMatchObject({ result: { message: 'ok for …, … by …' } });
		const own = judge(200, { message: 'ok for ada-17' }, { people: ['ada-17'] });
		expect(own).toMatchObject({ result: { message: 'ok for ada-17' } });
	});

	it('a category called __proto__ is kept', () => {
		const body = '{"categories": {"__proto__": true, "constructor": false}}';
		const read = judge(200, body, {}, endpoints.getPreferences);
		expect(JSON.stringify(read)).toContain('{"__proto__":true,"constructor":false}');
	});
});

describe('a 2xx that isn’t an acceptance', () => {
	it.each([
		['status error', { status: 'error' }],
		['status fail', { status: 'fail', error: { message: 'no' } }],
		['an error object', { error: { message: 'no', err_code: 'InvalidInput' } }],
		['a title', { title: 'Categories Required', description: 'x' }],
		['a printed title', 'title="Categories Required" description="x"'],
	])('a 2xx with %s is an ambiguous rejection', (_name, body) => {
		const found = judge(200, body);
		expect(found).toMatchObject({ kind: 'rejected', ambiguous: true });
		expect(shown(found)).toContain('returned success (status 200), but the response body reports');
	});

	it('a rejection of a read or with status 400 isn’t ambiguous', () => {
		const body = { title: 'Internal Error' };
		expect(judge(200, body, {}, endpoints.getPreferences)).not.toHaveProperty('ambiguous');
		expect(judge(400, body)).not.toHaveProperty('ambiguous');
	});

	it.each([
		['a page', '<html><title>Sign in to the WLAN</title></html>'],
		['cut-off JSON', '{"message": "Your requ'],
	])('a 2xx with %s is transient, also for a read', (_name, body) => {
		expect(judge(200, body).kind).toBe('transient');
		expect(judge(200, body, {}, endpoints.getPreferences).kind).toBe('transient');
	});

	it.each([
		['an undocumented status', 203, { message: 'Your request has been processed' }],
		['an undocumented shape', 200, { received: true }],
		['a gateway’s message', 200, { message: 'Service unavailable' }],
	])('a write with %s is transient', (_name, status, body) => {
		expect(judge(status, body).kind).toBe('transient');
	});

	it('a read in an undocumented shape has its own fingerprint', () => {
		const found = judge(200, {}, {}, endpoints.getPreferences);
		expect(found).toHaveProperty('fingerprint', '200 unreadable');
	});

	it.each([{}, { categories: ['A'] }, { categories: { A: 'yes' } }])(
		'a read with the body %j is rejected',
		(body) => {
			expect(judge(200, body, {}, endpoints.getPreferences).kind).toBe('rejected');
		},
	);
});

describe('a temporary response', () => {
	it('a 503 with Retry-After is transient and has a pause', () => {
		const found = judge(503, '', { headers: { 'retry-after': '20' } });
		expect(found).toMatchObject({ kind: 'transient', rate: { retryAfterMs: 20_000 } });
	});

	it.each([408, 500, 503])('a %i counts as neither missing nor not taken', (status) => {
		const found = judge(status, '');
		expect(found).not.toHaveProperty('noResponse');
		expect(found).not.toHaveProperty('notTaken');
	});

	it.each([429, 503])('a %i from the rate limiter is throttled', (status) => {
		const headers = { 'x-envoy-ratelimited': 'true', 'retry-after': '7' };
		const found = judge(status, '', { headers });
		expect(found).toEqual({ kind: 'throttled', rate: { retryAfterMs: 7000 } });
	});

	it.each(['', '<html>', { title: 'Rate-Limit Reached' }])(
		'a 429 with the body %j is throttled',
		(body) => {
			expect(judge(429, body).kind).toBe('throttled');
		},
	);

	it.each([408, 500, 502, 503, 504, 520])('a %i is transient', (status) => {
		expect(judge(status, { title: 'Internal Error' }).kind).toBe('transient');
		expect(judge(status, '<html>').kind).toBe('transient');
	});
});
