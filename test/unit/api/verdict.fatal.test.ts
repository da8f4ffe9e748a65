import { endpoints } from '../../../nodes/MoEngageSubscription/api/endpoints';
import { judge, NEVER_QUOTED, shown } from './judge';

describe('a response that every other request would get too', () => {
	it.each([
		[401, "'Workspace ID', 'API Key'", { title: 'Authentication required', description: 'x' }],
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

describe('a status that blames the credential', () => {
	it.each([401, 403, 405, 415, 199])(
		'a %i ends all runs, also for a lookup of one user',
		(status) => {
			const found = judge(status, '', {}, endpoints.updatePreferencesByUser);
			expect(found.kind).toBe('fatal');
			expect(found).not.toHaveProperty('scope');
		},
	);
});
