import { z } from 'zod';

import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import {
	preferencesResponse,
	writeResponse,
} from '../../../nodes/MoEngageSubscription/api/schemas';
import { verdict, type HttpResponse } from '../../../nodes/MoEngageSubscription/api/verdict';

const NEVER_QUOTED = 'words-that-stay-inside';

function judge(
	status: number,
	body: unknown,
	{
		headers = {},
		people = ['ada'],
		alone = people.length === 1,
	}: { headers?: HttpResponse['headers']; people?: string[]; alone?: boolean } = {},
	endpoint = endpoints.bulkUpdatePreferences,
) {
	const schema: z.ZodTypeAny = endpoint.reads ? preferencesResponse : writeResponse;
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return verdict(
		{ status, headers, body: text },
		{ endpoint, schema, people, isSingle: alone, secrets: [NEVER_QUOTED], now: 0 },
	);
}

/** All that a person would see of it. */
const shown = (found: object) => ('reason' in found ? JSON.stringify(found.reason) : '');

describe('an acceptance', () => {
	it.each([
		['200 of the preference APIs', 200, { message: 'Your request has been processed' }],
		['202 of the resubscribe API', 202, { message: 'submitted', response_id: 'SrTuWVlPsq' }],
		['an empty body', 200, ''],
		['no content', 204, ''],
	])('is %s', (_name, status, body) => {
		expect(judge(status, body).kind).toBe('delivered');
	});

	it('carries what MoEngage says', () => {
		expect(judge(202, { message: 'm', response_id: 'r', more: 1 })).toMatchObject({
			result: { message: 'm', response_id: 'r' },
		});
		const read = judge(200, { categories: { A: true, B: false } }, {}, endpoints.getPreferences);
		expect(read).toMatchObject({ result: { categories: { A: true, B: false } } });
	});

	it('says nothing of others, and no secret, to the items of its batch', () => {
		const message = `ok for ada-17, bob%40x.com by ${NEVER_QUOTED}`;
		const found = judge(200, { message }, { people: ['ada-17', 'cy-18'] });
		expect(found).toMatchObject({ result: { message: 'ok for …, … by …' } });
		const own = judge(200, { message: 'ok for ada-17' }, { people: ['ada-17'] });
		expect(own).toMatchObject({ result: { message: 'ok for ada-17' } });
	});

	it('keeps a category called __proto__', () => {
		const body = '{"categories": {"__proto__": true, "constructor": false}}';
		const read = judge(200, body, {}, endpoints.getPreferences);
		expect(JSON.stringify(read)).toContain('{"__proto__":true,"constructor":false}');
	});
});

describe('a 2xx that is none', () => {
	it.each([
		['status error', { status: 'error' }],
		['status fail', { status: 'fail', error: { message: 'no' } }],
		['an error object', { error: { message: 'no', err_code: 'InvalidInput' } }],
		['a title', { title: 'Categories Required', description: 'x' }],
		['a printed title', 'title="Categories Required" description="x"'],
	])('is refused with %s, and not for sure', (_name, body) => {
		const found = judge(200, body);
		expect(found).toMatchObject({ kind: 'rejected', ambiguous: true });
		expect(shown(found)).toContain('returned success (status 200), but the response body reports');
	});

	it('is refused for sure where nothing was to change, or by its status', () => {
		const body = { title: 'Internal Error' };
		expect(judge(200, body, {}, endpoints.getPreferences)).not.toHaveProperty('unsure');
		expect(judge(400, body)).not.toHaveProperty('unsure');
	});

	it.each([
		['a page', '<html><title>Sign in to the WLAN</title></html>'],
		['half of a JSON', '{"message": "Your requ'],
	])('is not believed with %s', (_name, body) => {
		expect(judge(200, body).kind).toBe('transient');
	});

	it.each([{}, { categories: ['A'] }, { categories: { A: 'yes' } }])(
		'is refused for a read with %j',
		(body) => {
			expect(judge(200, body, {}, endpoints.getPreferences).kind).toBe('rejected');
		},
	);
});

describe('a refusal', () => {
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
	])('quotes MoEngage from %s', (_name, body) => {
		const found = judge(400, body);
		expect(found.kind).toBe('rejected');
		expect(shown(found)).toContain('Categories Required');
		expect(shown(found)).not.toMatch(/[{}]\\"|undefined|\[object/);
	});

	it.each(['', '<html>nginx</html>', '{"message": "Inval', '[]', 'null', '7'])(
		'needs no readable body: %s',
		(body) => {
			const found = judge(400, body);
			expect(found).toMatchObject({
				kind: 'rejected',
				reason: { message: 'MoEngage rejected this change', httpCode: '400' },
			});
		},
	);

	it('calls a read no change', () => {
		const found = judge(400, { message: 'Invalid Params' }, {}, endpoints.getPreferences);
		expect(found).toMatchObject({
			reason: { message: 'MoEngage rejected this request: Invalid Params' },
		});
	});

	it.each([400, 413, 414, 422, 431])('is %i', (status) => {
		expect(judge(status, '').kind).toBe('rejected');
	});

	it('has the same words for two users with the same fault', () => {
		const words = (email: string, id: string) => {
			const found = judge(
				400,
				{ message: `${email} of user ${id} is "${email}x"` },
				{ people: [id] },
			);
			return found.kind === 'rejected' ? found.fingerprint : '';
		};
		expect(words('a@x.com', 'ada17')).toBe(words('b.c@mail.example', 'bob'));
		expect(words('a@x.com', 'ada17')).not.toContain('@');
	});

	it('tells other faults apart', () => {
		const words = ['Categories Required', 'Payload Limit Exceeded'].map((title) => {
			const found = judge(400, { title });
			return found.kind === 'rejected' ? found.fingerprint : '';
		});
		expect(new Set(words).size).toBe(2);
	});

	it('names the user to their own row, and nobody to many rows', () => {
		const body = { message: 'user ada-17 with ada@x.com is unknown' };
		const ada = { people: ['ada-17', 'Ada@x.com'], alone: true };
		expect(shown(judge(400, body, ada))).toContain('user ada-17 with ada@x.com');
		// An address that the row does not hold may be anybody's.
		expect(shown(judge(400, body, { people: ['ada-17'] }))).toContain('user ada-17 with …');
		const many = shown(judge(400, body, { people: ['ada-17', 'bob-18'] }));
		expect(many).toContain('is unknown');
		expect(many).not.toMatch(/ada/);
	});

	it('names nobody to those who were not in the request', () => {
		const found = judge(400, { message: 'user ada-17 with ada@x.com is unknown' });
		const { sharedReason } = found as { sharedReason?: object };
		expect(JSON.stringify(sharedReason)).toContain('is unknown');
		expect(JSON.stringify(sharedReason)).not.toMatch(/ada/);
	});

	it.each([401, 403, 409, 418, 500, 503])('%i names nobody: it is told to all', (status) => {
		const found = shown(
			judge(status, { message: 'not for ada-17, ada@x.com' }, { people: ['ada-17'] }),
		);
		expect(found).toContain('not for');
		expect(found).not.toMatch(/ada/);
	});

	it.each([
		['in capital letters', 'ADA-17'],
		['as in JSON', 'a\\"b'],
		['as in an address', 'o%20x%2By'],
		['that another begins with', 'ada-17-b'],
		['at a length where a cut would split it', `${'y@z.example, '.repeat(78)}ada-17`],
		['in a letter that grows', 'İ ada-17'],
		['with a long name', `${'n'.repeat(80)}@x.com`],
	])('names nobody %s', (_name, said) => {
		const people = ['ada-17', 'ada-17-b', 'a"b', 'o x+y'];
		const found = judge(400, { message: `See: ${said} .` }, { people });
		expect(shown(found).replaceAll('MoEngage', '')).not.toMatch(/ada|a.{0,3}"b|%|@|-b|nn|17/i);
		expect(shown(found)).toMatch(/see: /i);
	});

	it('names the key in no host either', () => {
		const location = `https://${NEVER_QUOTED}.elsewhere.example/`;
		expect(shown(judge(302, '', { headers: { location } }))).toContain('….elsewhere.example');
	});

	it('leaves a text alone that is far longer than any explanation', () => {
		expect(shown(judge(400, { message: 'x'.repeat(65_000) }))).not.toContain('xxx');
	});

	it('never quotes the key, and not more than a person reads', () => {
		const found = shown(judge(400, { message: `${NEVER_QUOTED} ${'long '.repeat(500)}` }));
		expect(found).not.toContain(NEVER_QUOTED);
		expect(found.length).toBeLessThan(700);
	});
});

describe('what no other request can escape', () => {
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
	])('%i is fatal and says what to check: %s', (status, help, body) => {
		const found = judge(status, body);
		expect(found.kind).toBe('fatal');
		expect(shown(found)).toContain(help);
	});

	it('is a redirect, of which only the host is told', () => {
		const headers = {
			location: `https://user:${NEVER_QUOTED}@elsewhere.example/path?key=${NEVER_QUOTED}`,
		};
		const found = judge(302, '', { headers });
		expect(found.kind).toBe('fatal');
		expect(shown(found)).toContain('elsewhere.example');
		expect(shown(found)).not.toContain(NEVER_QUOTED);
		expect(judge(307, '', { headers: { location: '//[' } }).kind).toBe('fatal');
	});

	it('is not a 404 or 409 about the user', () => {
		const v5 = { ...endpoints.getPreferences, userMayBeMissing: true };
		expect(judge(404, { error: { code: 'NotFound', message: 'no user' } }, {}, v5).kind).toBe(
			'rejected',
		);
		expect(judge(409, { error: { code: 'Conflict', message: 'two' } }, {}, v5).kind).toBe(
			'rejected',
		);
	});
});

describe('who ends for a response that no other request can escape', () => {
	const scopeOf = (status: number, body = '', endpoint = endpoints.bulkUpdatePreferences) => {
		const found = judge(status, body, {}, endpoint);
		return found.kind === 'fatal' ? (found.scope ?? 'everyone') : found.kind;
	};

	it.each([402, 404, 406, 407, 410, 418, 421, 423, 425, 426, 428, 451])(
		'%i ends the runs in the batch only',
		(status) => {
			expect(scopeOf(status)).toBe('run');
		},
	);

	it.each([301, 307, 401, 403, 405, 409, 415])('%i ends every run', (status) => {
		expect(scopeOf(status)).toBe('everyone');
	});

	it.each([404, 409])('%i in another shape than v5 ends the runs in the batch only', (status) => {
		const body = '{"message": "no route"}';
		expect(scopeOf(status, body, endpoints.updatePreferencesByUser)).toBe('run');
	});
});

describe('a request that is too long', () => {
	it.each([413, 414, 431])('%i names the values of a single item', (status) => {
		expect(judge(status, '')).toMatchObject({
			kind: 'rejected',
			reason: { message: 'The values of this item are too long for MoEngage' },
		});
	});

	it.each([413, 414, 431])('%i recommends a smaller batch for several items', (status) => {
		const found = judge(status, '', { people: ['ada', 'bob'] });
		expect(shown(found)).toContain("smaller 'Batch Size'");
	});

	it('is marked as oversized with 413 alone', () => {
		expect(judge(413, '')).toHaveProperty('oversized', true);
		for (const status of [400, 414, 422, 431])
			expect(judge(status, '')).not.toHaveProperty('oversized');
	});
});

describe('what passes', () => {
	it('a 503 with Retry-After is a transient fault that says how long to wait', () => {
		const found = judge(503, '', { headers: { 'retry-after': '20' } });
		expect(found).toMatchObject({ kind: 'transient', rate: { retryAfterMs: 20_000 } });
	});

	it.each([408, 500, 503])('%i is a response, so it is neither missing nor untaken', (status) => {
		const found = judge(status, '');
		expect(found).not.toHaveProperty('noResponse');
		expect(found).not.toHaveProperty('notTaken');
	});

	it.each([429, 503])('%i over the limit is a throttle', (status) => {
		const headers = { 'x-envoy-ratelimited': 'true', 'retry-after': '7' };
		const found = judge(status, '', { headers });
		expect(found).toEqual({ kind: 'throttled', rate: { retryAfterMs: 7000 } });
	});

	it.each(['', '<html>', { title: 'Rate-Limit Reached' }])('429 with the body %j too', (body) => {
		expect(judge(429, body).kind).toBe('throttled');
	});

	it.each([408, 500, 502, 503, 504, 520])('%i may pass', (status) => {
		expect(judge(status, { title: 'Internal Error' }).kind).toBe('transient');
		expect(judge(status, '<html>').kind).toBe('transient');
	});
});
