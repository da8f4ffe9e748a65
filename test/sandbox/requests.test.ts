import { endpointSuite, NAMES, shape } from './endpointSuite';

const t = endpointSuite();
const { callInvalid } = t;

describe('URLs and methods', () => {
	it('an unknown path returns 404 and is logged', async () => {
		const response = await t.sandbox.callInvalid('GET', '/v1/nothing');
		expect(response.status).toBe(404);
		expect(response.data).toEqual(shape('bulkUpdate', 404));
		expect((await t.sandbox.log())[0]).toMatchObject({ endpoint: null, status: 404 });
	});

	it.each(NAMES)('%s rejects any other method', async (name) => {
		const response = await callInvalid(name, { method: 'DELETE' });
		const [status, shaped] = name === 'resubscribe' ? [405, name] : [404, 'bulkUpdate'];
		expect(response.status).toBe(status);
		expect(response.data).toEqual(shape(shaped, status));
	});

	it('an unsupported method returns 405 before the credentials are checked', async () => {
		const other = { method: 'GET', data: undefined, auth: undefined };
		const response = await callInvalid('resubscribe', other);
		expect(response.status).toBe(405);
		expect(response.data.error.err_code).toBe('MethodNotAllowed');
	});

	it('resubscribe returns 415 for another content type', async () => {
		const headers = { 'Content-Type': 'text/plain' };
		const response = await callInvalid('resubscribe', { data: '{}', headers });
		expect(response.status).toBe(415);
		expect(response.data).toEqual(shape('resubscribe', 415));
		expect(response.data.error.err_code).toBe('HeaderMissing');
	});

	it.each(['updatePreferences', 'bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s rejects a body that is not JSON',
		async (name) => {
			const headers = { 'Content-Type': 'application/json' };
			for (const data of ['{"channel":', '[]', '']) {
				const broken = { data, headers, transformRequest: (raw: unknown) => raw };
				const response = await callInvalid(name, broken);
				expect(response.status).toBe(400);
				expect(response.data).toEqual(shape(name, 400));
			}
		},
	);

	it.each(['bulkUpdate', 'optIn', 'resubscribe', 'v5UpdatePreferences'])(
		'%s returns 413 for a body beyond the limit',
		async (name) => {
			await t.sandbox.configure({ maxBodyBytes: 10_000 });
			const response = await callInvalid(name, { data: { padding: 'x'.repeat(20_000) } });
			expect(response.status).toBe(413);
			expect(response.data).toEqual(shape(name, 413));
		},
	);
});
