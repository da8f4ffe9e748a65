import { z } from 'zod';

import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import {
	preferencesResponse,
	writeResponse,
} from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict, type HttpResponse } from '../../../nodes/MoEngageSubscription/api/verdict';

const NEVER_QUOTED = 'text-that-is-never-quoted';

function judge(
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
const shown = (found: object) => ('reason' in found ? JSON.stringify(found.reason) : '');

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
	])('a 2xx with %s is transient', (_name, body) => {
		expect(judge(200, body).kind).toBe('transient');
	});

	it.each([{}, { categories: ['A'] }, { categories: { A: 'yes' } }])(
		'a read with the body %j is rejected',
		(body) => {
			expect(judge(200, body, {}, endpoints.getPreferences).kind).toBe('rejected');
		},
	);
});

describe('a rejection', () => {
	it.each([
		['title and description', { title: 'Categories Required', description: 'Give some' }],
		['a bare message', { message: 'Categories Required: Give some' }],
		[
			'an error with details',
			{
				error: {
					code: '400 Bad Request',
					message: 'Categories Required',
					details: { target: 'categories', message: 'Give some' },
				},
			},
		],
		['an err_code', { response_id: 'r', error: { message: 'Categories Required', err_code: 'X' } }],
		[
			'the v5 shape',
			{ error: { code: 'BadArgument', message: 'Categories Required', target: 'c' } },
		],
		['a printed title', 'title="Categories Required" description="Give some"'],
	])('a rejection quotes MoEngage’s message from %s', (_name, body) => {
		const found = judge(400, body);
		expect(found.kind).toBe('rejected');
		expect(shown(found)).toContain('Categories Required');
		expect(shown(found)).not.toMatch(/[{}]\\"|undefined|\[object/);
	});

	it.each(['', '<html>nginx</html>', '{"message": "Inval', '[]', 'null', '7'])(
		'a 400 is a rejection without a readable body: %s',
		(body) => {
			const found = judge(400, body);
			expect(found).toMatchObject({
				kind: 'rejected',
				reason: { message: 'MoEngage rejected this change', httpCode: '400' },
			});
		},
	);

	it('the rejection of a read doesn’t mention a change', () => {
		const found = judge(400, { message: 'Invalid Params' }, {}, endpoints.getPreferences);
		expect(found).toMatchObject({
			reason: { message: 'MoEngage rejected this request: Invalid Params' },
		});
	});

	it.each([400, 413, 414, 422, 431])('a %i is a rejection', (status) => {
		expect(judge(status, '').kind).toBe('rejected');
	});

	it('the same fault of two users has the same fingerprint', () => {
		const fingerprint = (email: string, id: string) => {
			const found = judge(
				400,
				{ message: `${email} of user ${id} is "${email}x"` },
				{ people: [id] },
			);
			return found.kind === 'rejected' ? found.fingerprint : '';
		};
		expect(fingerprint('a@x.com', 'ada17')).toBe(fingerprint('b.c@mail.example', 'bob'));
		expect(fingerprint('a@x.com', 'ada17')).not.toContain('@');
	});

	it('different faults have different fingerprints', () => {
		const fingerprints = ['Categories Required', 'Payload Limit Exceeded'].map((title) => {
			const found = judge(400, { title });
			return found.kind === 'rejected' ? found.fingerprint : '';
		});
		expect(new Set(fingerprints).size).toBe(2);
	});

	it('a rejection names the user in a single item, and no user in a batch', () => {
		const body = { message: 'user ada-17 with ada@x.com is unknown' };
		const ada = { people: ['ada-17', 'Ada@x.com'], isSingle: true };
		expect(shown(judge(400, body, ada))).toContain('user ada-17 with ada@x.com');
		// An email address that isn't in the item may belong to another user.
		expect(shown(judge(400, body, { people: ['ada-17'] }))).toContain('user ada-17 with …');
		const many = shown(judge(400, body, { people: ['ada-17', 'bob-18'] }));
		expect(many).toContain('is unknown');
		expect(many).not.toMatch(/ada/);
	});

	it('the shared reason names no user', () => {
		const found = judge(400, { message: 'user ada-17 with ada@x.com is unknown' });
		const { sharedReason } = found as { sharedReason?: object };
		expect(JSON.stringify(sharedReason)).toContain('is unknown');
		expect(JSON.stringify(sharedReason)).not.toMatch(/ada/);
	});

	it.each([401, 403, 409, 418, 500, 503])('the reason of a %i names no user', (status) => {
		const found = shown(
			judge(status, { message: 'not for ada-17, ada@x.com' }, { people: ['ada-17'] }),
		);
		expect(found).toContain('not for');
		expect(found).not.toMatch(/ada/);
	});

	it.each([
		['in uppercase', 'ADA-17'],
		['escaped for JSON', 'a\\"b'],
		['escaped for a URL', 'o%20x%2By'],
		['that starts with another ID', 'ada-17-b'],
		['at the length where the text is cut', `${'y@z.example, '.repeat(78)}ada-17`],
		['after a letter that grows in lowercase', 'İ ada-17'],
		['with a long name', `${'n'.repeat(80)}@x.com`],
	])('a rejection of a batch names no user %s', (_name, echoed) => {
		const people = ['ada-17', 'ada-17-b', 'a"b', 'o x+y'];
		const found = judge(400, { message: `See: ${echoed} .` }, { people });
		expect(shown(found).replaceAll('MoEngage', '')).not.toMatch(/ada|a.{0,3}"b|%|@|-b|nn|17/i);
		expect(shown(found)).toMatch(/see: /i);
	});

	it('a redirect’s host never contains the API key', () => {
		const location = `https://${NEVER_QUOTED}.elsewhere.example/`;
		expect(shown(judge(302, '', { headers: { location } }))).toContain('….elsewhere.example');
	});

	it('a text that is too long to be an explanation isn’t quoted', () => {
		expect(shown(judge(400, { message: 'x'.repeat(65_000) }))).not.toContain('xxx');
	});

	it('a quotation is short and never contains the API key', () => {
		const found = shown(judge(400, { message: `${NEVER_QUOTED} ${'long '.repeat(500)}` }));
		expect(found).not.toContain(NEVER_QUOTED);
		expect(found.length).toBeLessThan(700);
	});
});

describe('a response that every other request would get too', () => {
	it.each([
		[401, 'workspace ID, the API key', { title: 'Authentication required', description: 'x' }],
		[403, 'enabled', { error: { code: '403', message: 'x', details: { target: 'Opt-in' } } }],
		[404, 'Data Center', ''],
		[405, 'Data Center', { error: { message: 'x', err_code: 'MethodNotAllowed' } }],
		[409, 'Data tile', { title: 'API SECRET not configured' }],
		[415, 'proxy', ''],
		[451, 'allowlist', ''],
		[418, 'allowlist', 'teapot'],
		[400, 'Project Code', { error: { message: 'x', err_code: 'InvalidHeaderValue' } }],
	])('a %i is fatal and names what to check: %s', (status, help, body) => {
		const found = judge(status, body);
		expect(found.kind).toBe('fatal');
		expect(shown(found)).toContain(help);
	});

	it('a redirect is fatal, and its reason contains only the host', () => {
		const headers = {
			location: `https://user:${NEVER_QUOTED}@elsewhere.example/path?key=${NEVER_QUOTED}`,
		};
		const found = judge(302, '', { headers });
		expect(found.kind).toBe('fatal');
		expect(shown(found)).toContain('elsewhere.example');
		expect(shown(found)).not.toContain(NEVER_QUOTED);
		expect(judge(307, '', { headers: { location: '//[' } }).kind).toBe('fatal');
	});

	it('a 404 or 409 about the user is rejected', () => {
		const v5 = { ...endpoints.getPreferences, userMayBeMissing: true };
		expect(judge(404, { error: { code: 'NotFound', message: 'no user' } }, {}, v5).kind).toBe(
			'rejected',
		);
		expect(judge(409, { error: { code: 'Conflict', message: 'two' } }, {}, v5).kind).toBe(
			'rejected',
		);
	});
});

describe('the scope of a fatal response', () => {
	const scopeOf = (status: number, body = '', endpoint = endpoints.bulkUpdatePreferences) => {
		const found = judge(status, body, {}, endpoint);
		return found.kind === 'fatal' ? (found.scope ?? 'everyone') : found.kind;
	};

	it.each([402, 404, 406, 407, 410, 418, 421, 423, 425, 426, 428, 451])(
		'a %i ends only the runs in the batch',
		(status) => {
			expect(scopeOf(status)).toBe('run');
		},
	);

	it.each([301, 307, 401, 403, 405, 409, 415])('a %i ends every run', (status) => {
		expect(scopeOf(status)).toBe('everyone');
	});

	it.each([404, 409])(
		'a %i that isn’t in the shape of v5 ends only the runs in the batch',
		(status) => {
			const body = '{"message": "no route"}';
			expect(scopeOf(status, body, endpoints.updatePreferencesByUser)).toBe('run');
		},
	);
});

describe('a request that is too long', () => {
	it.each([413, 414, 431])('a %i for one item blames its values', (status) => {
		expect(judge(status, '')).toMatchObject({
			kind: 'rejected',
			reason: { message: 'The values of this item are too long for MoEngage' },
		});
	});

	it.each([413, 414, 431])('a %i for several items recommends a smaller batch', (status) => {
		const found = judge(status, '', { people: ['ada', 'bob'] });
		expect(shown(found)).toContain("smaller 'Batch Size'");
	});

	it('only a 413 is marked as oversized', () => {
		expect(judge(413, '')).toHaveProperty('oversized', true);
		for (const status of [400, 414, 422, 431])
			expect(judge(status, '')).not.toHaveProperty('oversized');
	});
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
