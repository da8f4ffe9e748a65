import 'reflect-metadata';
import { NodeHelpers, Workflow, type IDataObject, type INode } from 'n8n-workflow';

import { MoEngageApi } from '../../../credentials/MoEngageApi.credentials';
import { MoEngageSubscription } from '../../../nodes/MoEngageSubscription/MoEngageSubscription.node';
import { MoEngageSubscriptionTrigger } from '../../../nodes/MoEngageSubscriptionTrigger/MoEngageSubscriptionTrigger.node';
import { readAccount } from '../../../nodes/MoEngageSubscription/api/account';
import { TestCredentials } from '../../support/engineCredentials';

const type = new MoEngageApi();
const node: INode = {
	id: '1',
	name: 'N',
	type: 't',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
const unknownType = { description: { properties: [] } } as never;
const workflow = new Workflow({
	nodes: [node],
	connections: {},
	active: false,
	nodeTypes: {
		getByName: () => unknownType,
		getByNameAndVersion: () => unknownType,
		getKnownTypes: () => ({}),
	},
});

/** Resolves a text of the credential type with n8n's own expressions. */
function resolve(text: unknown, $credentials: IDataObject): unknown {
	if (typeof text !== 'string' || !text.startsWith('=')) return text;
	const keys = { $credentials } as never;
	return workflow.expression.getSimpleParameterValue(node, text, 'internal', keys, undefined, '');
}

const credential = {
	workspaceId: 'WS',
	apiKey: 'secret-key',
	dataCenter: '02',
	baseUrl: '',
	projectCode: '',
};

describe('signing a request', () => {
	const sign = async (change: IDataObject) =>
		await new TestCredentials(type).authenticate(
			{ ...credential, ...change },
			type.name,
			{ url: 'https://x.example', headers: { 'Content-Type': 'application/json' } },
			workflow,
			node,
		);

	it('a request has Basic auth and the workspace, but no empty header', async () => {
		expect(await sign({})).toEqual({
			url: 'https://x.example',
			auth: { username: 'WS', password: 'secret-key' },
			headers: { 'Content-Type': 'application/json', 'MOE-APPKEY': 'WS' },
		});
	});

	it('a request has the project code if the credential has one', async () => {
		const { headers } = await sign({ projectCode: ' my_project ' });
		expect(headers).toMatchObject({ 'MOE-APPKEY': 'WS', 'MOE-PROJECT-CODE': 'my_project' });
	});

	it('whitespace is removed from the workspace ID in both places and from the API key', async () => {
		const { auth, headers } = await sign({ workspaceId: ' WS\n', apiKey: ' secret-key ' });
		expect([auth?.username, auth?.password, headers?.['MOE-APPKEY']]).toEqual([
			'WS',
			'secret-key',
			'WS',
		]);
	});
});

describe('testing the credential', () => {
	const { baseURL, url, body, method, disableFollowRedirect } = type.test.request;

	it.each(['01', '02', '03', '04', '05', '06', '101'])(
		'the test of data center %s uses its URL and region',
		(dataCenter) => {
			const given = { ...credential, dataCenter };
			expect(resolve(baseURL, given)).toBe(`https://api-${dataCenter}.moengage.com`);
			expect(resolve((body as IDataObject).region, given)).toBe(dataCenter);
		},
	);

	it('the test sends the documented request', () => {
		expect([method, url, disableFollowRedirect]).toEqual([
			'POST',
			'/v1/integrations/authentication',
			true,
		]);
		const sent = Object.entries(body as IDataObject).map(([name, text]) => [
			name,
			resolve(text, credential),
		]);
		expect(Object.fromEntries(sent)).toEqual({
			app_id: 'WS',
			app_secret: 'secret-key',
			source: 'n8n',
			region: '02',
		});
	});

	it.each([
		'https://api-07.moengage.com',
		' https://api-07.moengage.com/ ',
		'https://gateway.example/moengage',
		'https://gateway.example./moengage',
		'https://api-07.moengage.com.',
		'http://127.0.0.1:8790',
		'http://localhost:8790/',
		'http://[::1]:8790',
		'http://127.0.0.1:8790',
		'http://api-07.moengage.com',
		'http://localhost.evil.example',
		'http://127.0.0.1.evil.example',
		'https://user:key@api-07.moengage.com',
		'http://127.0.0.1@evil.example',
		'ftp://x.example',
		'x.example',
		'',
	])('the test sends the API key to the base URL %p only if the node does', (baseUrl) => {
		const given = { ...credential, dataCenter: 'custom', baseUrl };
		const account = readAccount(given);
		expect(resolve(baseURL, given)).toBe(
			'baseUrl' in account ? account.baseUrl : 'https://base-url-must-begin-with-https.invalid',
		);
	});

	it.each([
		{ workspaceId: 'WSé' },
		{ apiKey: 'secret\u200bkey' },
		{ projectCode: 'größe' },
		{ projectCode: 'größe', dataCenter: 'custom', baseUrl: 'https://api-07.moengage.com' },
	])('the test fails for %p, which a header can’t contain', (change) => {
		const host = new URL(String(resolve(baseURL, { ...credential, ...change }))).hostname;
		expect(host).toBe('workspace-id-api-key-and-project-code-must-be-plain-ascii.invalid');
	});

	it('the test sends the region of a custom base URL', () => {
		const region = (baseUrl: string) =>
			resolve((body as IDataObject).region, { ...credential, dataCenter: 'custom', baseUrl });
		expect(region('https://api-07.moengage.com')).toBe('07');
		expect(region('http://127.0.0.1:8790')).toBe('01');
	});

	it('every failure of the test says what to check', () => {
		const rules = type.test.rules ?? [];
		const found = rules.map(({ type: kind, properties }) => [kind, properties.value]);
		expect(found).toEqual(
			expect.arrayContaining([
				['responseSuccessBody', 'error'],
				['responseSuccessBody', 'fail'],
				['responseSuccessBody', undefined],
				['responseCode', 401],
				['responseCode', 403],
				['responseCode', 404],
			]),
		);
		for (const { properties } of rules) expect(properties.message).toMatch(/[Cc]heck|Wait/);
	});

	it('a 403 names the place of the firewall, which is its only documented cause', () => {
		const [rule] = (type.test.rules ?? []).filter(({ properties }) => properties.value === 403);
		expect(rule.properties.message).toContain('Settings > Account > Security > API firewall');
	});
});

it('the credential form masks the API key and the webhook secret', () => {
	const masked = type.properties.filter(({ typeOptions }) => typeOptions?.password === true);
	expect(masked.map(({ name }) => name)).toEqual(['apiKey', 'webhookSecret']);
});

describe('fields that depend on others', () => {
	it('no condition is a regular expression, which n8n gives up on a busy machine, and with it the credential', () => {
		const properties = [
			...type.properties,
			...new MoEngageSubscription().description.properties,
			...new MoEngageSubscriptionTrigger().description.properties,
		];
		const text = JSON.stringify(properties.map(({ displayOptions }) => displayOptions));
		expect(text).not.toContain('"regex"');
	});

	it.each([
		['api-02.moengage.com', true],
		['http://api-02.moengage.com', true],
		['', false],
		['https://api-02.moengage.com', false],
		['http://localhost:8080', false],
		['http://127.0.0.1', false],
		['={{ $vars.url }}', false],
	])('for the base URL %j, the notice about https is shown: %s', (baseUrl, isShown) => {
		const notice = type.properties.find(({ name }) => name === 'baseUrlNotice')!;
		const values = { ...credential, dataCenter: 'custom', baseUrl };
		expect(NodeHelpers.displayParameter(values, notice, null, null)).toBe(isShown);
	});
});
