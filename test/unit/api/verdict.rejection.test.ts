import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { judge, NEVER_QUOTED, shown } from './judge';

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
