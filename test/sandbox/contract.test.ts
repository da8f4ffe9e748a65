/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions --
   a test reads the sandbox's document and starts a validator */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { startSandbox, type SandboxHandle } from '../support/sandbox';

interface Documented {
	'x-empty'?: string;
	content?: { 'application/json': { examples: Record<string, unknown> } };
}
interface Operation {
	operationId: string;
	responses: Record<string, Documented & { $ref?: string }>;
}
interface Example {
	status: number;
	body?: Record<string, unknown>;
}

const ROOT = path.resolve(__dirname, '../..');
const DOCUMENT = path.join(ROOT, 'sandbox/openapi.yaml');
const VALIDATOR = 'node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js';

const document = load(readFileSync(DOCUMENT, 'utf8')) as {
	paths: Record<string, Record<string, Operation>>;
	components: { responses: Record<string, Documented> };
};

/** Every documented example, as [operation, name, status]. */
const EXAMPLES = Object.values(document.paths)
	.flatMap((item) => Object.values(item))
	.flatMap(({ operationId, responses }) =>
		Object.entries(responses).flatMap(([status, response]) => {
			const shared = response.$ref?.split('/').at(-1) ?? '';
			const { content, 'x-empty': empty } = document.components.responses[shared] ?? response;
			const names = Object.keys(content?.['application/json'].examples ?? {});
			return [...names, ...(empty === undefined ? [] : [empty])].map(
				(name) => [operationId, name, Number(status)] as const,
			);
		}),
	);

const PREFERENCES = '/v1/category-subscription/user-preferences';
const OPT_IN = '/v1.0/opt-in-management/user-preferences';
const V5 = '/v5/subscription-preferences';
const bulkBody = {
	channel: 'email',
	user_preferences: [{ customer_id: 'u', categories: {}, unsubscribe_all: false }],
};
const who = { user_identifier_type: 'uid', user_identifier_value: 'u' };

const UNUSED_UUID = '5f0c4a53-98c1-4d0c-8a39-0a7e0d0b9d11';

/** A valid request of each operation. */
const VALID: Record<string, [method: string, url: string, data?: object, headers?: object]> = {
	getPreferences: ['GET', `${PREFERENCES}?user_id=u&cid=c`],
	updatePreferences: [
		'PUT',
		`${PREFERENCES}?user_id=u&cid=c`,
		{ categories: {}, unsubscribe_all: false },
	],
	bulkUpdate: ['POST', PREFERENCES, bulkBody],
	optIn: [
		'PUT',
		OPT_IN,
		{ user_preferences: { customer_id: 'u', opt_in_status: 'OPTED_OUT', channel: 'email' } },
	],
	resubscribe: [
		'POST',
		'/emails/v1.0/bulk-resubscribe',
		{ recipients: ['a@x.com'], esp: 'SENDGRID', request_id: 'r' },
	],
	authentication: [
		'POST',
		'/v1/integrations/authentication',
		{ app_id: 'a', app_secret: 'b', source: 'n8n', region: '01' },
	],
	v5Categories: ['GET', '/v5/subscription-categories'],
	v5GetPreferences: ['GET', `${V5}?${new URLSearchParams(who).toString()}`],
	v5UpdatePreferences: [
		'PATCH',
		V5,
		{ ...who, is_globally_unsubscribed: false },
		{ 'Idempotency-Key': UNUSED_UUID },
	],
};

let sandbox: SandboxHandle;
beforeAll(async () => {
	sandbox = await startSandbox();
	sandbox.countsTowardTotals = false;
});
afterAll(async () => await sandbox.stop());
beforeEach(async () => await sandbox.reset());

const send = async (name: string, call: 'call' | 'callInvalid' = 'call', change: object = {}) => {
	const [method, url, data, headers] = VALID[name];
	return await sandbox[call](method, url, {
		data: data && { ...data, ...change },
		headers: { ...headers },
	});
};

/** What was counted while the requests were sent. */
async function counted(requests: () => Promise<unknown>) {
	const before = await sandbox.validation();
	await requests();
	const after = await sandbox.validation();
	const difference = (of: 'requests' | 'responses') =>
		Object.fromEntries(
			Object.entries(after[of]).map(([key, count]) => [
				key,
				count - (before[of] as Record<string, number>)[key],
			]),
		);
	return { requests: difference('requests'), responses: difference('responses') };
}

describe('the document', () => {
	it('the document is valid OpenAPI', () => {
		const { stdout } = spawnSync(process.execPath, [path.join(ROOT, VALIDATOR), DOCUMENT]);
		expect(JSON.parse(stdout.toString())).toEqual({ valid: true });
	});

	it('the document describes the nine operations with an error example each', () => {
		const names = new Set(EXAMPLES.map(([operation]) => operation));
		expect([...names].sort()).toEqual(Object.keys(VALID).sort());
		for (const name of names) {
			const errors = EXAMPLES.filter(
				([operation, , status]) => operation === name && status >= 400,
			);
			expect(errors.length).toBeGreaterThanOrEqual(3);
		}
	});

	it.each(EXAMPLES)(
		'%s returns the example "%s" by name, as documented',
		async (name, example, status) => {
			await sandbox.addFaults([{ do: 'example', example, endpoint: name }]);
			const { responses } = await counted(async () => {
				const response = await send(name);
				const listed = (await sandbox.examples())[name][example] as Example;
				expect([response.status, listed.status]).toEqual([status, status]);
				if (listed.body === undefined) expect(response.data).toBe('');
				else expect(Object.keys(response.data as object)).toEqual(Object.keys(listed.body));
			});
			expect(responses).toEqual({ validated: 1, invalid: 0, faults: 0 });
		},
	);
});

describe('validation', () => {
	it('validation counts a valid request and its response', async () => {
		expect(await counted(async () => await send('bulkUpdate'))).toEqual({
			requests: { validated: 1, invalid: 0, invalidOnPurpose: 0 },
			responses: { validated: 1, invalid: 0, faults: 0 },
		});
	});

	it('validation counts an announced invalid request separately', async () => {
		const { requests } = await counted(
			async () => await send('bulkUpdate', 'callInvalid', { channel: 'sms' }),
		);
		expect(requests).toEqual({ validated: 1, invalid: 0, invalidOnPurpose: 1 });
	});

	it.each([
		['a wrong value', { channel: 'sms' }, 'body channel must be equal to'],
		['an extra key', { extra: 1 }, 'body extra must NOT have additional properties'],
		['a missing key', { user_preferences: undefined }, 'body user_preferences must have required'],
	])('a request with %s fails the test that sent it', async (_what, change, message) => {
		await send('bulkUpdate', 'call', change);
		await expect(sandbox.assertValid()).rejects.toThrow(
			`Not allowed by sandbox/openapi.yaml:\nrequest bulkUpdate: ${message}`,
		);
		// It fails one test, not the following ones as well.
		await sandbox.assertValid();
	});

	it.each([
		['an unknown path', 'GET', '/v1/nothing', 'request null: no such path or method'],
		['an unknown query parameter', 'GET', '/v5/subscription-categories?fields=a', 'query fields'],
		['a body in a GET', 'GET', '/v5/subscription-categories', 'body must not be sent'],
	])('%s fails the test', async (what, method, url, message) => {
		await sandbox.call(method, url, { data: what.includes('body') ? {} : undefined });
		await expect(sandbox.assertValid()).rejects.toThrow(message);
	});

	it('a request announced as invalid fails the test if the document allows it', async () => {
		await send('bulkUpdate', 'callInvalid');
		await expect(sandbox.assertValid()).rejects.toThrow('announced as invalid, but allowed');
	});

	it('invalidRequestsExpected names endpoints whose requests need no announcement', async () => {
		await sandbox.configure({ invalidRequestsExpected: ['bulkUpdate'] });
		const { requests } = await counted(async () => {
			await send('bulkUpdate', 'call', { channel: 'sms' });
			await send('bulkUpdate');
			await send('resubscribe', 'call', { esp: 7 });
		});
		expect(requests).toEqual({ validated: 3, invalid: 1, invalidOnPurpose: 1 });
		await expect(sandbox.assertValid()).rejects.toThrow('esp');
	});

	it('an injected fault is counted, not validated', async () => {
		await sandbox.addFaults([{ do: 'status', status: 200, body: { no: 'message' } }]);
		const { responses } = await counted(async () => await send('bulkUpdate'));
		expect(responses).toEqual({ validated: 0, invalid: 0, faults: 1 });
	});

	it('validation counts survive a reset', async () => {
		await send('bulkUpdate', 'call', { channel: 'sms' });
		await sandbox.reset();
		await expect(sandbox.assertValid()).rejects.toThrow('channel');
	});

	it('an invalid response fails the test, and the sandbox reports it', async () => {
		const own = await startSandbox(['--config', '{"categories":[{"name":"a","channel":"push"}]}']);
		own.countsTowardTotals = false;
		await own.call('GET', '/v5/subscription-categories');
		await expect(own.assertValid()).rejects.toThrow(
			'response v5Categories: 200: response/data/0/channel must be equal to',
		);
		await expect(own.stop()).rejects.toThrow('The sandbox sent an invalid response');
	});

	it('a finding never contains a value of the request', async () => {
		await send('resubscribe', 'call', { recipients: ['private email'], esp: 7 });
		const problem = await sandbox.assertValid().catch((error: Error) => error.message);
		expect(problem).toContain('recipients/0');
		expect(problem).not.toContain('private');
	});
});
